#include "tests/scenario/exchanges.h"

#include "tests/fixture.h"

namespace cmagent::scenario {
namespace {

const std::string kDate = "Date: Mon, 25 Nov 2024 09:00:00 GMT\r\n";

std::string two_digits(int number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

// After kDate by less than an hour.
std::string expires_after(int seconds) {
    return "Expires: Mon, 25 Nov 2024 09:" + two_digits(seconds / 60) + ":" +
           two_digits(seconds % 60) + " GMT\r\n";
}

}  // namespace

Reply response(int status, const std::string& fields, const std::string& body,
               const std::string& type) {
    std::string http = "HTTP/1.1 " + std::to_string(status) + " x\r\n" + fields;
    if (!body.empty()) http += "Content-Type: " + type + "\r\n";
    return {
        http + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body, {}, {}, {}};
}

Reply granted(const std::string& session, int seconds) {
    return response(202, "Location: " + session + "\r\n" + kDate + expires_after(seconds));
}

Reply accepted(int seconds) {
    return response(202, kDate + expires_after(seconds));
}

Reply throttled(int seconds) {
    return response(429, kDate + expires_after(seconds));
}

Reply fixture(int status, const std::string& name) {
    return response(status, kDate, cmagent::fixture(name));
}

Reply limit(const std::string& conflicts) {
    return response(
        409, "",
        R"({"associatedAdvice":[{"type":"rule-violation","ruleName":"one","conflicts":)" +
            conflicts + "}]}");
}

Reply refresh() {
    return response(
        400, "",
        R"({"obligations":[{"namespace":"adobe.primetime.cm","action":"refresh","arguments":["metadata"]}]})");
}

Reply streams_with(const std::string& session, const Call& start) {
    return response(200, "",
                    R"({"runningStreams":[{"sessionId":"other","metadata":{"agentReference":"x"}},)"
                    R"({"sessionId":")" +
                        session + R"(","metadata":{"agentReference":")" +
                        start.metadata.at("agentReference") + R"("}}]})");
}

Reply streams(const std::string& list, int seconds) {
    return response(200, kDate + expires_after(seconds), R"({"runningStreams":)" + list + "}");
}

Reply no_streams() {
    return fixture(200, "running-streams-none");
}

Reply unreachable() {
    return {{}, cm::Meaning::unreachable, "no-connection", {}};
}

Reply busy() {
    return {{}, cm::Meaning::busy, "waited-in-line", {}};
}

Reply lost() {
    return {{}, cm::Meaning::unclear, "timed-out", cm::Meaning::unclear};
}

Reply alerted() {
    return {{}, cm::Meaning::unclear, "tls-broken", cm::Meaning::insecure};
}

Reply no_tls(std::string_view reason) {
    return {{}, cm::Meaning::insecure, reason, {}};
}

}  // namespace cmagent::scenario
