#include "agent/cm/running_streams.h"

#include "agent/cm/fields.h"

namespace cmagent::cm {

using json::GetIntegerValue;
using json::GetObjectItemCaseSensitive;

RunningStreams RunningStreams::read(std::string_view body, json::Tokens tokens) {
    const json::Item root = json::parse(body, tokens).root;
    RunningStreams result;
    result.streams_ = GetObjectItemCaseSensitive(root, "runningStreams");
    result.other_streams_ = GetIntegerValue(GetObjectItemCaseSensitive(root, "otherStreams"));
    return result;
}

RunningStream RunningStreams::Iterator::operator*() const {
    const Fields fields = with_metadata(*element_);
    RunningStream stream;
    stream.session_id = fields.own_text({"sessionId"});
    stream.started_at_ms = GetIntegerValue(GetObjectItemCaseSensitive(fields.own, "startTime"));
    stream.application_id = fields.own_text({"applicationId"});
    stream.application_name = fields.text({"applicationName"});
    stream.termination_code =
        GetStringValue(Fields{fields.own, {}}.code({"terminationCode", "terminate"}));
    stream.channel = fields.text({"channel"});
    stream.device_name = fields.text({"deviceName"});
    if (json::IsObject(fields.inner)) stream.metadata = fields.inner;
    return stream;
}

}  // namespace cmagent::cm
