#include "platform/microhttpd/http_connection.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include "agent/base/wipe.h"
#include "platform/microhttpd/port.h"

namespace cmagent::platform {

void HttpConnection::on_ready(Interest /*ready*/) {
    port->on_client_stirs(*this);
}

std::int64_t HttpConnection::deadline() const {
    const bool ours = suspended || phase == Phase::unused || phase == Phase::closing;
    if (ours) return INT64_MAX;
    return since + (phase == Phase::open && !lingers ? kLingerMs : kTurnMs);
}

bool HttpConnection::append(const char* bytes, std::size_t size) {
    if (size > kMaxBody - body_size) return false;
    std::memcpy(received->body + body_size, bytes, size);
    body_size += size;
    return true;
}

void HttpConnection::release_body() {
    const std::size_t size = body_size;
    body_size = 0;
    wipe(received->body, size);
    if (size <= kShort) return;
    // Whole pages of it alone: others are beside it. They read as zero from now on.
    const auto page = static_cast<std::size_t>(getpagesize());
    const std::size_t into_page = reinterpret_cast<std::uintptr_t>(received->body) % page;
    const std::size_t before = (page - into_page) % page;
    if (size < before + page) return;
    (void)madvise(received->body + before, (size - before) / page * page, MADV_DONTNEED);
}

void HttpConnection::end_request() {
    answer_size = 0;
    wipe(received->target, target_size);
    target_size = 0;
    release_body();
}

void HttpConnection::next_request(std::int64_t now) {
    phase = Phase::open;
    since = now;
    lingers = false;
    ticket = 0;
    end_request();
}

void HttpConnection::release_source() {
    HttpSource* const free = source;
    source = nullptr;
    if (free != nullptr) free->gone();
}

}  // namespace cmagent::platform
