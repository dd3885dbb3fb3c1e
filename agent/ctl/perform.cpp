#include "agent/ctl/perform.h"

#include <sysexits.h>

#include "agent/ctl/commands.h"
#include "agent/ctl/printable.h"
#include "agent/ctl/show.h"

namespace cmagent::ctl {
namespace {

// The largest body that the daemon takes, and the largest event with its name.
char g_written[json::kMaxText + 1024];
json::Token g_tokens[json::kMaxTokens];

}  // namespace

Buffer written() {
    return g_written;
}

json::Tokens tokens() {
    return g_tokens;
}

void put_line(std::FILE* out, std::string_view json) {
    print_json(out, json);
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

int tell_too_long() {
    std::fputs("cmagentctl: that is more than one request can hold\n", stderr);
    return EX_USAGE;
}

int tell_refused(const Arguments& arguments, const Client& client, Show show) {
    const json::Parsed problem = json::parse(client.body(), g_tokens);
    if (!problem) {
        std::fprintf(stderr, "cmagentctl: the daemon answers with status %d\n", client.status());
    } else if (arguments.json) {
        put_line(stderr, client.body());
    } else {
        show(stderr, problem.root);
    }
    return kRefused;
}

int perform(const Arguments& arguments, Client& client, const ApiRequest& call, Show show) {
    if (!client.exchange(call)) return tell_unreachable(arguments, client.problem());
    if (client.status() / 100 != 2) return tell_refused(arguments, client, show_problem);
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

int send_body(const Arguments& arguments, Client& client, const char* method,
              std::string_view target, const json::Writer& body, Show show) {
    if (body.ok()) return perform(arguments, client, {method, target, body.view()}, show);
    return tell_too_long();
}

json::Writer start_body(const Arguments& arguments, std::string_view client_key) {
    json::Writer body(g_written);
    body.begin_object();
    body.member_if_any("idp", arguments.idp);
    body.member_if_any("subject", arguments.subject);
    body.member_if_any("application", arguments.application);
    body.member_if_any("player", arguments.player);
    body.member_if_any("replaces", arguments.replaces);
    body.member_if_any("clientVersion", arguments.client_version);
    body.member_if_any(kClientKey, client_key);
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
    return body;
}

}  // namespace cmagent::ctl
