#include "agent/ui/waiting.h"

namespace cmagent::ui {

Waiter* Waiting::add(platform::HttpTicket http, Awaited what, const Caller& caller) {
    Waiter* const free = find(0);
    if (free == nullptr) return nullptr;
    *free = {};
    free->http = http;
    free->what = what;
    free->caller = caller;
    return free;
}

Waiter* Waiting::find(platform::HttpTicket http) {
    for (Waiter& waiter : waiters_) {
        if (waiter.http == http) return &waiter;
    }
    return nullptr;
}

bool Waiting::awaits(core::Ticket ticket) const {
    for (const Waiter& waiter : waiters_) {
        if (waiter.http != 0 && waiter.core == ticket) return true;
    }
    return false;
}

std::size_t Waiting::count(Awaited what) const {
    std::size_t count = 0;
    for (const Waiter& waiter : waiters_) count += waiter.http != 0 && waiter.what == what ? 1 : 0;
    return count;
}

}  // namespace cmagent::ui
