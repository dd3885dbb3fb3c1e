#include "agent/cm/running_streams.h"

#include "agent/cm/members.h"

namespace cmagent::cm {

using json::GetIntegerValue;
using json::GetStringValue;
using M = Member;

RunningStreams::RunningStreams(json::Item body) {
    const Members root(body);
    streams_ = root[M::running_streams];
    other_streams_ = GetIntegerValue(root[M::other_streams]);
}

RunningStream RunningStreams::Iterator::operator*() const {
    const Fields fields(*element_, M::metadata);
    RunningStream stream;
    stream.session_id = fields.own_text({M::session_id});
    stream.started_at_ms = GetIntegerValue(fields.own()[M::start_time]);
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
