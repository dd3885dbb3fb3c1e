// A CM over TLS that knows one thing: how to end a session.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>

#include "tests/bench/stop/slots.h"
#include "tests/cmsim/certificate.h"
#include "tests/cmsim/date.h"
#include "tests/cmsim/http.h"
#include "tests/cmsim/tls.h"

namespace bench {
namespace {

using namespace cmagent;

constexpr char kTerminated[] =
    R"({"associatedAdvice":[{"type":"remote-termination","message":"This session was terminated by )"
    R"(a remote user","terminator":{"channel":"Unknown","startedAt":"2024-11-25T09:06:12.951Z",)"
    R"("deviceName":"Unknown","applicationName":"Demo application"}}],"obligations":[]})";
constexpr char kSignedOut[] =
    R"({"associatedAdvice":[{"type":"remote-termination","message":"Signed out"}],"obligations":[)"
    R"({"namespace":"adobe.primetime.authentication","action":"logout"}]})";

Manner manner;

std::string response(int status, const std::string& fields, const std::string& body) {
    return "HTTP/1.1 " + std::to_string(status) +
           " x\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nExpires: Mon, 01 Jan 2024 00:00:01 "
           "GMT\r\n" +
           fields + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string evaluation(int status, const std::string& body) {
    return response(status, "Content-Type: application/json\r\n", body);
}

void write(cmsim::Transport& stream, std::string_view text) {
    while (!text.empty() && stream.write(text) == cmsim::Io::done) {
    }
}

void end_session(cmsim::Transport& stream, unsigned slot) {
    const bool all = manner == Manner::together;
    const std::string text = evaluation(410, all ? kSignedOut : kTerminated);
    const std::int64_t at = now_ns();
    for (unsigned i = 0; i < kSlots; ++i) {
        if (all || i == slot) slots[i].told_ns = at;
    }
    write(stream, text);
}

void answer_hostile(cmsim::Transport& stream) {
    std::string body = R"({"conflicts":[{})";
    while (body.size() < 65'000) body += ",{}";
    write(stream, evaluation(409, body + "]}"));
}

// All play, and nobody has been told anything yet.
bool is_household_complete() {
    for (const Slot& slot : slots) {
        if (!slot.granted || !slot.plays) return false;
    }
    return true;
}

// ".../sessions/mvpd/v3-17/s3": the session of slot 3. A start has no such end.
bool names_session(const std::string& target) {
    return target.rfind("/s") > target.find("/sessions/");
}

unsigned number_behind(const std::string& text, const char* word) {
    const std::size_t at = text.rfind(word);
    if (at == std::string::npos) std::abort();
    return static_cast<unsigned>(std::atoi(text.c_str() + at + std::strlen(word))) % kSlots;
}

// Of the starts that have no answer. Starts and looks come one after the other.
std::string references[kSlots];

// The start is lost, and found by the look that follows: the agent then asks for its life at once, and
// a heartbeat need not be waited for.
void answer_start(cmsim::Transport& stream, const cmsim::Request& request) {
    constexpr std::string_view kReference = "agentReference=";
    const std::size_t at = request.body.find(kReference) + kReference.size();
    references[number_behind(request.body, "slot=")] =
        request.body.substr(at, request.body.find('&', at) - at);
    write(stream, response(500, manner == Manner::shaking ? "Connection: close\r\n" : "", ""));
}

void answer_look(cmsim::Transport& stream) {
    std::string list = "[";
    for (unsigned i = 0; i < kSlots; ++i) {
        list += (i == 0 ? "" : ",") + std::string(R"({"sessionId":"s)") + std::to_string(i) +
                R"(","metadata":{"agentReference":")" + references[i] + R"("}})";
    }
    write(stream, response(200, "Content-Type: application/json\r\n", list + "]"));
}

void answer(cmsim::Transport& stream, const cmsim::Request& request) {
    if (request.method == "DELETE") return write(stream, response(202, "", ""));
    if (request.method == "GET") return answer_look(stream);
    if (request.target.find("hostile") != std::string::npos) return answer_hostile(stream);
    if (!names_session(request.target)) return answer_start(stream, request);
    const unsigned slot = number_behind(request.target, "/s");
    usleep(2'000 + static_cast<unsigned>(std::rand() % 4'000));  // the picture has begun
    const bool due =
        manner == Manner::together ? is_household_complete() : slots[slot].plays.load();
    due ? end_session(stream, slot) : write(stream, response(202, "", ""));
}

void serve(cmsim::TlsServer& tls, int fd) {
    const auto stream = tls.serve(fd);
    std::string bytes;
    while (stream->handshake() != cmsim::Io::done) {
    }
    for (;;) {
        cmsim::Request request;
        const cmsim::Reading reading = take_request(bytes, request);
        if (reading == cmsim::Reading::complete) {
            answer(*stream, request);
        } else if (reading == cmsim::Reading::malformed || stream->read(bytes) != cmsim::Io::done) {
            return;
        }
    }
}

}  // namespace

void start_cm(Manner wanted, const std::string& folder) {
    manner = wanted;
    const cmsim::Credentials credentials = cmsim::make_credentials(
        {"localhost"}, cmsim::CertificateFault::none, std::int64_t{time(nullptr)} * 1000);
    std::ofstream(folder + "/ca.pem") << credentials.ca;
    static cmsim::TlsServer tls(credentials, "");
    const int listening = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (bind(listening, any, size) != 0 || listen(listening, 8) != 0 ||
        getsockname(listening, any, &size) != 0)
        std::abort();
    std::thread([listening] {
        for (;;) {
            const int fd = accept(listening, nullptr, nullptr);
            const int on = 1;
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            std::thread([fd] { serve(tls, fd); }).detach();
        }
    }).detach();
    std::printf("%u\n", static_cast<unsigned>(ntohs(address.sin_port)));
    std::fflush(stdout);
}

}  // namespace bench
