#include "agent/ctl/commands.h"

#include <sysexits.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "agent/base/characters.h"
#include "agent/ctl/client.h"
#include "agent/ctl/printable.h"
#include "agent/ctl/secret.h"
#include "agent/ctl/show.h"
#include "agent/json/write.h"
#include "agent/lib/event_reader.h"
#include "agent/lib/target.h"

namespace cmagent::ctl {
namespace {

// The largest body that the daemon takes, and the largest event with its name.
char g_written[json::kMaxText + 1024];
json::Token g_tokens[json::kMaxTokens];

constexpr const char* kClientKey = "clientKey";  // contract.md, "Owner"

using Show = void (*)(std::FILE*, json::Item);

void put_line(std::FILE* out, std::string_view text) {
    print_json(out, text);
    std::fputc('\n', out);
}

int tell_unreachable(const Arguments& arguments, std::string_view why) {
    std::fprintf(stderr, "cmagentctl: %.*s: %.*s\n", static_cast<int>(arguments.url.size()),
                 arguments.url.data(), static_cast<int>(why.size()), why.data());
    return kUnreachable;
}

// Nothing is done where a secret that was named cannot be read.
int tell_unreadable(const char* file, const char* why) {
    std::fprintf(stderr, "cmagentctl: %s: %s\n", file, why);
    return EX_USAGE;
}

// Shows the problem with which the daemon has refused the request.
int tell_refused(const Arguments& arguments, const Client& client) {
    const json::Parsed problem = json::parse(client.body(), g_tokens);
    if (!problem) {
        std::fprintf(stderr, "cmagentctl: the daemon answers with status %d\n", client.status());
    } else if (arguments.json) {
        put_line(stderr, client.body());
    } else {
        show_problem(stderr, problem.root);
    }
    return kRefused;
}

// Sends a request and prints its answer. `show` prints for people; null: there is nothing to print.
int perform(const Arguments& arguments, Client& client, const ApiRequest& call, Show show) {
    if (!client.exchange(call)) return tell_unreachable(arguments, client.problem());
    if (client.status() / 100 != 2) return tell_refused(arguments, client);
    if (client.body().empty() || show == nullptr) return kDone;
    if (arguments.json) {
        put_line(stdout, client.body());
        return kDone;
    }
    const json::Parsed answer = json::parse(client.body(), g_tokens);
    if (!answer) return tell_unreachable(arguments, json::describe(answer.error));
    show(stdout, answer.root);
    return kDone;
}

int status(const Arguments& arguments, Client& client) {
    return perform(arguments, client, {"GET", "/v1/status"}, show_outline);
}

int post(const Arguments& arguments, Client& client, std::string_view target,
         const json::Writer& body, Show show) {
    if (body.ok()) return perform(arguments, client, {"POST", target, body.view()}, show);
    std::fputs("cmagentctl: that is more than one request can hold\n", stderr);
    return EX_USAGE;
}

int start(const Arguments& arguments, Client& client) {
    const struct {
        const char* name;
        std::string_view value;
    } kTexts[] = {{"idp", arguments.idp},
                  {"subject", arguments.subject},
                  {"application", arguments.application},
                  {"player", arguments.player},
                  {"replaces", arguments.replaces},
                  {"clientVersion", arguments.client_version},
                  {"clientKey", arguments.client_key}};
    json::Writer body({g_written, sizeof g_written});
    body.begin_object();
    for (const auto& text : kTexts) {
        if (!text.value.empty()) body.key(text.name).string(text.value);
    }
    body.key("metadata").begin_object();
    for (const std::string_view pair : arguments.metadata) {
        const std::size_t equals = pair.find('=');
        body.key(slice(pair, 0, equals)).string(slice(pair, equals + 1));
    }
    body.end_object();
    if (arguments.terminate.size > 0) {
        body.key("terminate").begin_array();
        for (const std::string_view code : arguments.terminate) body.string(code);
        body.end_array();
    }
    body.end_object();
    return post(arguments, client, "/v1/sessions", body, show_session);
}

// By the key of another, or by none that has started anything, it is an order: the agent stops the
// picture, and sees to it that it is off.
int stop(const Arguments& arguments, Client& client) {
    Key order;
    if (!make_key(order)) return tell_unreadable("a random key", std::strerror(errno));
    const bool own = !arguments.client_key.empty();
    const lib::Target target =
        lib::Target("/v1/sessions")
            .segment(arguments.words.list[0])
            .parameter(kClientKey, own ? arguments.client_key : order.view());
    return perform(arguments, client, {"DELETE", target.view()}, nullptr);
}

// Waits for a place, or no longer.
int wait(const Arguments& arguments, Client& client, const lib::Target& conflict) {
    json::Writer body({g_written, sizeof g_written});
    body.begin_object();
    body.key("wait").begin_object();
    body.key("seconds").number(static_cast<std::int64_t>(*arguments.wait_seconds));
    body.key("start").boolean(arguments.start_then);
    body.end_object();
    body.end_object();
    return post(arguments, client, conflict.view(), body, show_wait);
}

int resolve(const Arguments& arguments, Client& client) {
    const lib::Target target = lib::Target("/v1/conflicts")
                                   .segment(arguments.words.list[0])
                                   .parameter(kClientKey, arguments.client_key);
    if (arguments.give_up) return perform(arguments, client, {"DELETE", target.view()}, nullptr);
    if (arguments.wait_seconds) return wait(arguments, client, target);
    if (arguments.words.size == 1 && !arguments.try_again) {
        return perform(arguments, client, {"GET", target.view()}, show_conflict);
    }
    json::Writer body({g_written, sizeof g_written});
    body.begin_object();
    body.key("terminate").begin_array();
    for (std::size_t i = 1; i < arguments.words.size; ++i) body.string(arguments.words.list[i]);
    body.end_array();
    body.end_object();
    return post(arguments, client, target.view(), body, show_session);
}

lib::Target& of_account(lib::Target& target, const Arguments& arguments) {
    return target.parameter("idp", arguments.idp)
        .parameter("subject", arguments.subject)
        .parameter("application", arguments.application)
        .parameter("refresh", arguments.refresh ? "true" : "");
}

int streams(const Arguments& arguments, Client& client) {
    lib::Target target("/v1/streams");
    return perform(arguments, client, {"GET", of_account(target, arguments).view()}, show_streams);
}

int end_stream(const Arguments& arguments, Client& client) {
    lib::Target target("/v1/streams");
    target.segment(arguments.words.list[0]);
    return perform(arguments, client, {"DELETE", of_account(target, arguments).view()}, nullptr);
}

int outlook(const Arguments& arguments, Client& client) {
    lib::Target target("/v1/outlook");
    of_account(target, arguments);
    for (const std::string_view pair : arguments.metadata) target.metadata(pair);
    return perform(arguments, client, {"GET", target.view()}, show_outlook);
}

int history(const Arguments& arguments, Client& client) {
    const lib::Target target = lib::Target("/v1/history").parameter("since", arguments.since);
    return perform(arguments, client, {"GET", target.view()}, show_history);
}

bool is_number(std::string_view text) {
    return !text.empty() && all_of(text, is_digit);
}

// False: no daemon sends such an event.
bool print_event(const lib::ServerEvent& event, bool as_json) {
    const json::Parsed data = json::parse(event.data, g_tokens);
    if (!data || !is_number(event.id)) return false;
    if (!as_json) {
        show_event(stdout, event, data.root);
    } else {
        json::Writer line({g_written, sizeof g_written});
        line.begin_object();
        line.key("id").raw(event.id);  // contract.md: an integer
        line.key("event").string(event.name);
        line.key("data").value(data.root);
        line.end_object();
        put_line(stdout, line.view());
    }
    std::fflush(stdout);
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
    return tell_refused(arguments, client);
}

struct CommandRun {
    std::string_view command;
    int (*run)(const Arguments&, Client&);
};
constexpr CommandRun kCommandRuns[] = {
    {"status", status},         {"start", start},     {"stop", stop},
    {"resolve", resolve},       {"outlook", outlook}, {"streams", streams},
    {"end-stream", end_stream}, {"history", history}, {"watch", watch}};

}  // namespace

int run_command(const Arguments& arguments) {
    Secret token, client_key, subject;
    const struct {
        const char* file;
        bool (*read)(const char*, Secret&);
        Secret& into;
    } kFiles[] = {{arguments.token_file, read_word, token},
                  {arguments.client_key_file, read_word, client_key},
                  {arguments.subject_file, read_line, subject}};
    for (const auto& row : kFiles) {
        if (row.file == nullptr) continue;
        if (!row.read(row.file, row.into)) return tell_unreadable(row.file, std::strerror(errno));
        if (row.into.text.empty()) return tell_unreadable(row.file, "there is nothing in it");
    }
    Arguments complete = arguments;
    complete.client_key = client_key.text;
    if (arguments.subject_file != nullptr) complete.subject = subject.text;
    Client client(arguments.address, token.text);
    for (const CommandRun& row : kCommandRuns) {
        if (row.command == arguments.command) return row.run(complete, client);
    }
    return EX_USAGE;
}

}  // namespace cmagent::ctl
