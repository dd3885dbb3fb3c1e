#include "agent/ui/streams_json.h"

#include "agent/cm/date_time.h"
#include "agent/core/pause.h"

namespace cmagent::ui {
namespace {

void write_stream(json::Writer& writer, const cm::RunningStream& stream, const Here& here) {
    writer.begin_object();
    writer.member_if_any("sessionId", stream.session_id);
    writer.member_if_any("terminationCode", stream.termination_code);
    if (stream.started_at_ms) {
        writer.member("startedAt", cm::write_rfc3339(*stream.started_at_ms).view());
    }
    writer.member_if_any("applicationName", stream.application_name);
    writer.member_if_any("channel", stream.channel);
    writer.member_if_any("deviceName", stream.device_name);
    if (stream.metadata) writer.key("metadata").value(stream.metadata);
    writer.member_if_any("here", here.id_of(stream));
    writer.member_if_any("pausedSince", core::paused_since(stream.metadata));
    writer.end_object();
}

// How old the look is, and when it is of no use any more.
void write_age(json::Writer& writer, const core::Look& look, Time now) {
    const Time lapses_at = look.lapses_at;
    if (lapses_at != kNever) {
        writer.key("nextLapseInMs").number(now < lapses_at ? lapses_at - now : 0);
    }
    writer.key("agoMs").number(now - look.seen_at);
}

}  // namespace

void write_streams(json::Writer& writer, const core::Look& look, const cm::RunningStreams& streams,
                   const Here& here, Time now) {
    writer.begin_object();
    writer.key("streams").begin_array();
    for (const bool paused : {true, false}) {
        for (const cm::RunningStream& stream : streams) {
            if (core::is_paused(stream.metadata) == paused) write_stream(writer, stream, here);
        }
    }
    writer.end_array();
    if (streams.other_streams()) writer.key("otherStreams").number(*streams.other_streams());
    write_age(writer, look, now);
    writer.end_object();
}

}  // namespace cmagent::ui
