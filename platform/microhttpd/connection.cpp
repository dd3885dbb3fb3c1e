#include "platform/microhttpd/connection.h"

#include <cstring>

#include "platform/microhttpd/port.h"

namespace cmagent::platform {

void Connection::on_ready(Interest /*ready*/) {
    port->on_client_stirs(*this);
}

std::int64_t Connection::deadline() const {
    const bool ours = suspended || phase == Phase::unused || phase == Phase::closing;
    return ours ? INT64_MAX : since + kTurnMs;
}

bool Connection::append(const char* bytes, std::size_t size) {
    if (size > kMaxBody - body_size) return false;
    std::memcpy(body + body_size, bytes, size);
    body_size += size;
    return true;
}

void Connection::next_request(std::int64_t now) {
    phase = Phase::open;
    since = now;
    ticket = 0;
    target_size = 0;
    body_size = 0;
}

void Connection::release_source() {
    HttpSource* const free = source;
    source = nullptr;
    if (free != nullptr) free->gone();
}

}  // namespace cmagent::platform
