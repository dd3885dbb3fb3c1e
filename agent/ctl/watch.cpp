#include "agent/ctl/watch.h"

#include <ctime>

#include "agent/base/characters.h"
#include "agent/base/decimal.h"
#include "agent/ctl/commands.h"
#include "agent/ctl/element_reader.h"
#include "agent/ctl/perform.h"
#include "agent/ctl/show.h"
#include "agent/json/write.h"
#include "agent/lib/event_reader.h"
#include "agent/lib/target.h"

namespace cmagent::ctl {
namespace {

bool is_number(std::string_view text) {
    return !text.empty() && all_of(text, is_digit);
}

void print_event(const lib::ServerEvent& event, json::Item data, bool as_json) {
    if (!as_json) {
        show_event(stdout, event, data);
    } else {
        json::Writer line(written());
        line.begin_object();
        line.key("id").raw(event.id);  // contract.md: an integer
        line.key("event").string(event.name);
        line.key("data").value(data);
        line.end_object();
        put_line(stdout, line.view());
    }
    std::fflush(stdout);
}

// False: no daemon sends such an event.
bool print_event(const lib::ServerEvent& event, bool as_json) {
    const json::Parsed data = json::parse(event.data, tokens());
    if (!data || !is_number(event.id)) return false;
    print_event(event, data.root, as_json);
    return true;
}

// All events of an open stream; `last` is then the id of the last one, if there was one.
void print_events(Client& client, bool as_json, Text<32>& last) {
    static char room[json::kMaxText + lib::EventReader::kBesidesData];
    static lib::EventReader reader(room);
    reader.begin_stream();
    for (std::string_view piece = client.next_piece(); !piece.empty();
         piece = client.next_piece()) {
        lib::ServerEvent event;
        while (reader.next(piece, event)) {
            if (print_event(event, as_json)) (void)last.assign(event.id);
        }
    }
}

// {"id","event","data"}
bool print_element(std::string_view element, bool as_json) {
    const json::Parsed parsed = json::parse(element, tokens());
    const json::Item id = json::GetObjectItemCaseSensitive(parsed.root, "id");
    const json::Item name = json::GetObjectItemCaseSensitive(parsed.root, "event");
    if (!parsed || !is_number(id.raw()) || !json::IsString(name)) return false;
    const lib::ServerEvent event = {id.raw(), name.raw(), {}};
    print_event(event, json::GetObjectItemCaseSensitive(parsed.root, "data"), as_json);
    return true;
}

}  // namespace

// A daemon that was there is only being restarted, and comes back: it then sends the events that
// were missed, or `reset`. Without a key it is nobody's presence.
int watch(const Arguments& arguments, Client& client) {
    constexpr timespec kPause{0, 500'000'000};  // a restart takes less than that
    Text<32> last;
    const bool observer = arguments.client_key.empty();
    const lib::Target target = lib::Target("/v1/events")
                                   .parameter(kClientKey, arguments.client_key)
                                   .parameter("observer", observer ? "1" : "");
    ApiRequest call{"GET", target.view(), {}, "text/event-stream", "1.0"};
    if (!client.open_stream(call)) return tell_unreachable(arguments, client.problem());
    while (client.status() == 200) {
        print_events(client, arguments.json, last);
        (void)tell_unreachable(arguments, "the daemon has closed the event stream");
        call.last_event = last.view();
        do {
            nanosleep(&kPause, nullptr);
        } while (!client.open_stream(call));
    }
    return tell_refused(arguments, client, show_problem);
}

// The array may be longer than any other answer: it is read element by element.
int list_events(const Arguments& arguments, Client& client) {
    static ElementReader reader;
    const bool kept = arguments.since.empty();
    char digits[kMaxDecimal];
    const auto wait = static_cast<std::int64_t>(arguments.wait_seconds.value_or(0));
    const lib::Target target = lib::Target("/v1/events")
                                   .parameter("since", kept ? "kept" : arguments.since)
                                   .parameter("timeoutSeconds", write_decimal(wait, digits))
                                   .parameter(kClientKey, arguments.client_key)
                                   .parameter("observer", arguments.client_key.empty() ? "1" : "");
    const ApiRequest call{"GET", target.view(), {}, "application/json", "1.0"};
    if (!client.open_stream(call)) return tell_unreachable(arguments, client.problem());
    if (client.status() != 200) return tell_refused(arguments, client, show_problem);
    reader.begin_array();
    while (!reader.complete()) {
        std::string_view piece = client.next_piece();
        if (piece.empty()) return tell_unreachable(arguments, "the answer has broken off");
        std::string_view element;
        while (reader.next(piece, element)) (void)print_element(element, arguments.json);
    }
    return kDone;
}

}  // namespace cmagent::ctl
