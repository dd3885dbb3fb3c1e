#include "agent/cm/running_streams.h"

#include "agent/base/decimal.h"
#include "agent/cm/date_time.h"
#include "agent/cm/listing.h"
#include "agent/cm/members.h"

namespace cmagent::cm {
namespace {

using json::GetIntegerValue;
using json::GetStringValue;
using M = Member;

// Milliseconds, unless that were a time before March 1973: then seconds.
std::optional<std::int64_t> milliseconds_of(std::optional<std::int64_t> time) {
    constexpr std::int64_t kLeastMilliseconds = 100'000'000'000;
    return time && *time > -kLeastMilliseconds && *time < kLeastMilliseconds ? *time * 1000 : time;
}

// A number, in a string too, or RFC 3339.
std::optional<std::int64_t> read_time(json::Item item) {
    char bytes[40];  // nine digits of a fraction, and an offset
    const auto text = unescape(json::String(item.raw()), bytes);
    if (!text) return std::nullopt;
    const auto date = read_rfc3339(*text);
    return date ? date : milliseconds_of(read_signed_decimal(*text));
}

}  // namespace

RunningStreams::RunningStreams(json::Item body) {
    const Listing found = find_listing(body, {"runningStreams", "streams", "data"});
    streams_ = found.entries;
    for (const json::Item stream : json::ArrayForEach(streams_)) {
        if (json::IsObject(stream)) continue;
        streams_ = {};
        return;
    }
    other_streams_ =
        GetIntegerValue(json::GetObjectItemCaseSensitive(found.envelope, "otherStreams"));
}

RunningStream RunningStreams::Iterator::operator*() const {
    const Fields fields(*element_, M::metadata);
    RunningStream stream;
    stream.session_id = fields.own_text({M::session_id});
    if (!stream.session_id) stream.session_id = (*element_).name();
    stream.started_at_ms = read_time(fields.own()[M::start_time]);
    stream.application_id = fields.own_text({M::application_id});
    stream.application_name = fields.text({M::application_name});
    stream.termination_code = GetStringValue(find_code(*element_));
    stream.channel = fields.text({M::channel});
    stream.device_name = fields.text({M::device_name});
    const json::Item metadata = fields.own()[M::metadata];
    if (json::IsObject(metadata)) stream.metadata = metadata;
    return stream;
}

}  // namespace cmagent::cm
