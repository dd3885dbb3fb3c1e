#include "platform/microhttpd/http_connection.h"

#include "platform/microhttpd/port.h"

namespace cmagent::platform {

void HttpConnection::on_ready(Interest /*ready*/) {
    port->on_client_stirs(*this);
}

std::int64_t HttpConnection::deadline() const {
    const bool ours =
        suspended || put_off != 0 || phase == Phase::unused || phase == Phase::closing;
    if (ours) return INT64_MAX;
    return since + (phase == Phase::open && !lingers ? kLingerMs : kTurnMs);
}

void HttpConnection::next_request(std::int64_t now) {
    phase = Phase::open;
    since = now;
    lingers = false;
    closes = false;
    ticket = 0;
    status = 0;
    answer_size = 0;
    body_size = 0;
    reader.next();
}

void HttpConnection::end() {
    next_request(0);
    reader.clear();
    unread = false;
    put_off = 0;
    phase = Phase::unused;
}

void HttpConnection::release_source() {
    HttpSource* const free = source;
    source = nullptr;
    if (free != nullptr) free->gone();
}

}  // namespace cmagent::platform
