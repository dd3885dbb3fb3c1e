#include "agent/ui/pending_requests.h"

namespace cmagent::ui {

PendingRequest* PendingRequests::add(platform::HttpTicket http, PendingKind kind,
                                     const Caller& caller) {
    core::Share share(kMax, caller.share());
    for (const PendingRequest& pending : requests_) {
        if (pending.http != 0) share.count(pending.caller.share());
    }
    if (!share.has_room()) return nullptr;
    PendingRequest* const free = find(0);
    *free = {};
    free->http = http;
    free->kind = kind;
    free->caller = caller;
    return free;
}

PendingRequest* PendingRequests::find(platform::HttpTicket http) {
    for (PendingRequest& pending : requests_) {
        if (pending.http == http) return &pending;
    }
    return nullptr;
}

bool PendingRequests::awaits(core::Ticket ticket) const {
    for (const PendingRequest& pending : requests_) {
        if (pending.http != 0 && pending.core == ticket) return true;
    }
    return false;
}

std::size_t PendingRequests::count(PendingKind kind) const {
    std::size_t count = 0;
    for (const PendingRequest& pending : requests_)
        count += pending.http != 0 && pending.kind == kind ? 1 : 0;
    return count;
}

}  // namespace cmagent::ui
