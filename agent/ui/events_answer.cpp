#include "agent/ui/events_answer.h"

namespace cmagent::ui {

namespace {

void write_events(json::Writer& writer, const ApiState& api, const Caller& caller,
                  std::uint64_t since, json::Tokens tokens) {
    const auto begin_event = [&writer](std::uint64_t id, std::string_view name) {
        writer.begin_object();
        writer.key("id").number(static_cast<std::int64_t>(id));
        writer.member("event", name);
        writer.key("data");
    };
    writer.begin_array();
    if (!api.events.has_all_since(since, caller)) {
        since = api.events.last();
        begin_event(since, kReset);
        writer.begin_object().end_object().end_object();
    }
    while (const Event* event = api.events.next(since, caller)) {
        since = event->id;
        begin_event(event->id, event_name(event->notice));
        write_event(writer, *event, api.core, caller, tokens);
        writer.end_object();
    }
    writer.end_array();
}

}  // namespace

void answer_events(Reply& reply, ApiState& api, std::uint64_t since) {
    json::Writer& writer = reply.json();
    const json::Writer empty = writer;
    write_events(writer, api, reply.caller(), since, api.tokens);
    if (!writer.ok()) write_events(writer = empty, api, reply.caller(), since, {});
    reply.finish(200);
}

}  // namespace cmagent::ui
