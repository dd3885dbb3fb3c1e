#include "agent/ctl/commands.h"

#include <sysexits.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>

#include "agent/ctl/check.h"
#include "agent/ctl/client.h"
#include "agent/ctl/perform.h"
#include "agent/ctl/run.h"
#include "agent/ctl/secret.h"
#include "agent/ctl/show.h"
#include "agent/ctl/watch.h"
#include "agent/json/write.h"
#include "agent/lib/target.h"

namespace cmagent::ctl {
namespace {

int status(const Arguments& arguments, Client& client) {
    return perform(arguments, client, {"GET", "/v1/status"}, show_outline);
}

int start(const Arguments& arguments, Client& client) {
    return send_body(arguments, client, "POST", "/v1/sessions",
                     start_body(arguments, arguments.client_key), show_session);
}

// Of the session that is named, by the caller's key.
lib::Target of_session(const Arguments& arguments, const char* below = "") {
    lib::Target target("/v1/sessions");
    return target.segment(arguments.words.list[0])
        .path(below)
        .parameter(kClientKey, arguments.client_key);
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

int stopped(const Arguments& arguments, Client& client) {
    const lib::Target target = of_session(arguments, "/stopped");
    return perform(arguments, client, {"POST", target.view()}, nullptr);
}

int set_paused(const Arguments& arguments, Client& client) {
    json::Writer body(written());
    body.begin_object();
    body.key("paused").boolean(arguments.command == Command::pause);
    body.end_object();
    return send_body(arguments, client, "PATCH", of_session(arguments).view(), body, show_session);
}

int sessions(const Arguments& arguments, Client& client) {
    if (arguments.words.size > 0)
        return perform(arguments, client, {"GET", of_session(arguments).view()}, show_outline);
    const lib::Target target =
        lib::Target("/v1/sessions").parameter(kClientKey, arguments.client_key);
    return perform(arguments, client, {"GET", target.view()}, show_sessions);
}

// Waits for a place, or no longer.
int wait(const Arguments& arguments, Client& client, const lib::Target& conflict) {
    json::Writer body(written());
    body.begin_object();
    body.key("wait").begin_object();
    body.key("seconds").number(static_cast<std::int64_t>(*arguments.wait_seconds));
    body.key("start").boolean(arguments.start_then);
    body.end_object();
    body.end_object();
    return send_body(arguments, client, "POST", conflict.view(), body, show_wait);
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
    json::Writer body(written());
    body.begin_object();
    body.key("terminate").begin_array();
    for (std::size_t i = 1; i < arguments.words.size; ++i) body.string(arguments.words.list[i]);
    body.end_array();
    body.end_object();
    return send_body(arguments, client, "POST", target.view(), body, show_session);
}

int conflict(const Arguments& arguments, Client& client) {
    const lib::Target target = lib::Target("/v1/conflicts").segment(arguments.words.list[0]);
    return perform(arguments, client, {"GET", target.view()}, show_conflict);
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

int log_out(const Arguments& arguments, Client& client) {
    json::Writer body(written());
    body.begin_object();
    body.member("idp", arguments.idp);
    body.member("subject", arguments.subject);
    body.end_object();
    return send_body(arguments, client, "POST", "/v1/logout", body, nullptr);
}

int required_metadata(const Arguments& arguments, Client& client) {
    const lib::Target target =
        lib::Target("/v1/metadata").parameter("application", arguments.application);
    return perform(arguments, client, {"GET", target.view()}, show_required);
}

struct CommandRun {
    Command command;
    int (*run)(const Arguments&, Client&);
};
constexpr CommandRun kCommandRuns[] = {
    {Command::status, status},      {Command::start, start},
    {Command::stop, stop},          {Command::stopped, stopped},
    {Command::pause, set_paused},   {Command::resume, set_paused},
    {Command::sessions, sessions},  {Command::resolve, resolve},
    {Command::conflicts, conflict}, {Command::outlook, outlook},
    {Command::streams, streams},    {Command::end_stream, end_stream},
    {Command::logout, log_out},     {Command::metadata, required_metadata},
    {Command::history, history},    {Command::watch, watch},
    {Command::events, list_events}, {Command::check, check},
    {Command::report, report},
};

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
    if (arguments.command == Command::run) return run(complete, token.text);
    static std::optional<Client> room;  // for its size
    Client& client = room.emplace(arguments.address, token.text);
    for (const CommandRun& row : kCommandRuns) {
        if (row.command == arguments.command) return row.run(complete, client);
    }
    return EX_USAGE;
}

}  // namespace cmagent::ctl
