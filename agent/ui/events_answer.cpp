#include "agent/ui/events_answer.h"

namespace cmagent::ui {

void answer_events(Reply& reply, const ApiState& api, std::uint64_t since) {
    json::Writer& writer = reply.json();
    const auto begin_event = [&writer](std::uint64_t id, std::string_view name) {
        writer.begin_object();
        writer.key("id").number(static_cast<std::int64_t>(id));
        writer.member("event", name);
        writer.key("data");
    };
    writer.begin_array();
    if (!api.events.has_all_since(since)) {
        since = api.events.last();
        begin_event(since, kReset);
        writer.begin_object().end_object().end_object();
    }
    while (const Event* event = api.events.next(since, reply.caller())) {
        since = event->id;
        begin_event(event->id, event_name(event->notice));
        write_event(writer, *event, api.core, reply.language());
        writer.end_object();
    }
    writer.end_array();
    reply.finish(200);
}

}  // namespace cmagent::ui
