#include "agent/ui/streams_json.h"

#include "agent/cm/date_time.h"

namespace cmagent::ui {
namespace {

void write_text(json::Writer& writer, const char* name, const json::String& text) {
    if (text) writer.key(name).string(text);
}

void write_stream(json::Writer& writer, const cm::RunningStream& stream) {
    writer.begin_object();
    write_text(writer, "sessionId", stream.session_id);
    write_text(writer, "terminationCode", stream.termination_code);
    if (stream.started_at_ms) {
        writer.member("startedAt", cm::write_rfc3339(*stream.started_at_ms).view());
    }
    write_text(writer, "applicationName", stream.application_name);
    write_text(writer, "channel", stream.channel);
    write_text(writer, "deviceName", stream.device_name);
    if (stream.metadata) writer.key("metadata").value(stream.metadata);
    writer.end_object();
}

}  // namespace

void write_streams(json::Writer& writer, const cm::RunningStreams& streams) {
    writer.begin_object();
    writer.key("streams").begin_array();
    for (const cm::RunningStream& stream : streams) write_stream(writer, stream);
    writer.end_array();
    if (streams.other_streams()) writer.key("otherStreams").number(*streams.other_streams());
    writer.end_object();
}

}  // namespace cmagent::ui
