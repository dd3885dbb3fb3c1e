#include "agent/ctl/check.h"

#include "agent/ctl/commands.h"
#include "agent/ctl/daemon_program.h"
#include "agent/ctl/perform.h"
#include "agent/ctl/show.h"

namespace cmagent::ctl {
namespace {

// As a check of the daemon's own, so that a program reads one form.
int tell_unasked(const Arguments& arguments, const Client& client) {
    const NoDaemon why = why_unasked(client);
    json::Writer line(written());
    line.begin_object().key("checks").begin_array().begin_object();
    line.member("check", "daemon");
    line.member("subject", arguments.url);
    line.member("result", "fault");
    line.member("says", why.says);
    line.member("remedy", why.remedy);
    line.end_object().end_array().key("ok").boolean(false).end_object();
    if (arguments.json) {
        put_line(stdout, line.view());
    } else {
        show_checks(stdout, json::parse(line.view(), tokens()).root);
    }
    (void)run_daemon(arguments, "--check-config", false);
    return kRefused;
}

}  // namespace

NoDaemon why_unasked(const Client& client) {
    switch (client.status()) {
        case 0:
            return {client.problem(),
                    "start it (restart one that hangs), or name its socket with --url"};
        case 401:
            return {"it asks for a token", "--token-file FILE: one of those in http.tokenFile"};
        case 403:
            return {"this token, or this user, may not ask",
                    "--token-file FILE: one without applications"};
        case 404:
            return {"it has no such question",
                    "it is older than this program: restart it; or built without it: --version"};
        default:
            return {"it is too busy, or ends", "ask again in a moment"};
    }
}

bool responds(Client& client) {
    constexpr std::int64_t kPatienceMs = 5'000;
    ApiRequest call;
    call.target = "/healthz";
    call.answer_ms = kPatienceMs;
    return client.exchange(call);
}

int check(const Arguments& arguments, Client& client) {
    ApiRequest call;
    call.target = "/v1/check";
    call.answer_ms = kLongestCheckMs;
    if (!responds(client) || !client.exchange(call) || client.status() != 200)
        return tell_unasked(arguments, client);
    const json::Parsed answer = json::parse(client.body(), tokens());
    if (!answer) return tell_unreachable(arguments, json::describe(answer.error));
    if (arguments.json) {
        put_line(stdout, client.body());
    } else {
        show_checks(stdout, answer.root);
    }
    const bool fine = json::IsTrue(json::GetObjectItemCaseSensitive(answer.root, "ok"));
    return fine ? kDone : kRefused;
}

}  // namespace cmagent::ctl
