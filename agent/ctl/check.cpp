#include "agent/ctl/check.h"

#include <cerrno>
#include <cstring>

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
            // It runs, and a restart would not let anybody in.
            if (client.problem() == std::strerror(EACCES))
                return {client.problem(), "ask as root, or as a member of the socket's group"};
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
        case 429:
        case 503:
            return {"it is too busy, or ends", "ask again in a moment"};
        default:
            return {"the answer is not what the agent would send",
                    "see that no other program listens there, or name its socket with --url"};
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
    if (!json::IsArray(json::GetObjectItemCaseSensitive(answer.root, "checks")))
        return tell_unasked(arguments, client);
    if (arguments.json) {
        put_line(stdout, client.body());
    } else {
        show_checks(stdout, answer.root);
    }
    const bool fine = json::IsTrue(json::GetObjectItemCaseSensitive(answer.root, "ok"));
    return fine ? kDone : kRefused;
}

}  // namespace cmagent::ctl
