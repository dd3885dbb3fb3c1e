#include "agent/lib/local_request.h"

namespace cmagent::lib {

void write_head(const LocalRequest& request, const Caller& caller, TextWriter& out) {
    out << request.method << ' ' << request.target << " HTTP/" << request.version
        << "\r\nHost: " << caller.authority << "\r\nAccept: " << request.accept
        << ", application/problem+json\r\nUser-Agent: " << caller.program
        << "\r\nConnection: close\r\n";
    if (!caller.token.empty()) out << "Authorization: Bearer " << caller.token << "\r\n";
    if (!caller.language.empty()) out << "Accept-Language: " << caller.language << "\r\n";
    if (!request.last_event.empty()) out << "Last-Event-ID: " << request.last_event << "\r\n";
    const std::size_t size = request.prefix.size() + request.body.size();
    if (size > 0) {
        out << "Content-Type: application/json\r\nContent-Length: " << size << "\r\n";
    }
    out << "\r\n" << request.prefix;
}

}  // namespace cmagent::lib
