#include "tests/contract/http/echo.h"

#include <algorithm>
#include <cstring>

namespace cmagent::platform {
namespace {

std::string line_of(const HttpRequest& request) {
    return std::string(request.method) + "|" + std::string(request.path) + "|" +
           std::string(request.query) + "|" + std::string(request.body) + "|" +
           (request.local_socket ? "unix " + std::to_string(request.user) : "tcp");
}

std::string fields_of(const HttpHeaders& headers) {
    return std::string(headers.get("x-FIELD")) + "|" + std::to_string(headers.count("X-field")) +
           "|" + (headers.get("Absent").data() == nullptr ? "null" : "a value") + "|" +
           std::to_string(headers.count("Absent"));
}

}  // namespace

HttpSource::Taken EchoStream::take(char* into, std::size_t size) {
    within_take();
    if (endless) {
        std::memset(into, 'x', size);
        return {size, false};
    }
    const std::size_t bytes = std::min(size, content.size());
    content.copy(into, bytes);
    content.erase(0, bytes);
    return {bytes, end};
}

bool Echo::on_request(const HttpRequest& request, HttpTicket ticket, HttpResponse& response) {
    ++served;
    within_request();
    if (request.path == "/wait") {
        waiting.push_back(ticket);
        return false;
    }
    response.status = 200;
    response.caller = request.path == "/known" ? 7 : 0;
    if (request.path == "/stream") {
        response.source = &source;
        response.add("Content-Type", "text/event-stream");
        return true;
    }
    if (request.path == "/same") {
        response.status = 304;
        response.add("ETag", "\"e\"");
        return true;
    }
    if (request.path == "/unsized") return true;
    text_ = request.path == "/host"     ? std::string(request.headers->get("host"))
            : request.path == "/long"   ? std::string(160 * 1024, 'x')
            : request.path == "/fields" ? fields_of(*request.headers)
                                        : line_of(request);
    response.body = text_;
    response.add("Content-Type", "text/plain");
    return true;
}

void Echo::on_refused(HttpRefusal why, const HttpHeaders&, HttpResponse& response) {
    constexpr int kStatus[] = {400, 408, 413, 414, 431, 503};
    response.status = kStatus[static_cast<std::size_t>(why)];
    response.body = "refused";
}

}  // namespace cmagent::platform
