#pragma once
// Exchanges with CM: what the core wanted sent, and what comes back.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "agent/cm/answer.h"
#include "agent/core/core.h"

namespace cmagent::scenario {

// A request that the core wanted sent, as it looked then.
struct Call {
    std::uint32_t exchange = 0;
    cm::Call kind = cm::Call::start;
    bool urgent = false;
    Millis allowance = 0;
    core::Party caller;
    Time at{};
    std::string application;
    std::string idp;
    std::string subject;
    std::string session;
    std::string client_version;
    std::map<std::string, std::string> metadata;
    std::vector<std::string> terminate;
    bool fresh = false;  // on a connection that has carried nothing
};

// What comes back: a response, or why there is none.
struct Reply {
    std::string http;
    cm::Meaning without_response = cm::Meaning::unreachable;
    std::string_view reason;                     // a literal
    cm::Meaning instead = cm::Meaning::unclear;  // of an answer: what came
};

Reply response(int status, const std::string& fields = "", const std::string& body = "",
               const std::string& type = "application/json");
// 202 with a lease of that many seconds; `session` for a start.
Reply granted(const std::string& session, int seconds);
Reply accepted(int seconds);
// 429 for that many seconds.
Reply throttled(int seconds);
Reply fixture(int status, const std::string& name);
// 409 by one rule, with such conflicts.
Reply limit(const std::string& conflicts = R"({"x":[{"terminationCode":"a"}]})");
// 400: CM wants to be asked which metadata it requires.
Reply refresh();
// A list of running streams: what this start has opened, under that name, and another.
Reply streams_with(const std::string& session, const Call& start);
// Running streams, the first of which lapses after that many seconds.
Reply streams(const std::string& list, int seconds);
Reply no_streams();
Reply unreachable();                    // no connection
Reply busy();                           // nothing was asked: our own line was too long
Reply lost();                           // the request went out, no answer came
Reply alerted();                        // … a TLS alert came instead
Reply no_tls(std::string_view reason);  // the handshake failed

}  // namespace cmagent::scenario
