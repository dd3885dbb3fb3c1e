#include "agent/ui/waiting.h"

#include <algorithm>

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
    Waiter* const found =
        std::find_if(begin(), end(), [http](const Waiter& waiter) { return waiter.http == http; });
    return found == end() ? nullptr : found;
}

bool Waiting::awaits(core::Ticket ticket) const {
    return std::any_of(begin(), end(), [ticket](const Waiter& waiter) {
        return waiter.http != 0 && waiter.core == ticket;
    });
}

std::size_t Waiting::count(Awaited what) const {
    return static_cast<std::size_t>(std::count_if(begin(), end(), [what](const Waiter& waiter) {
        return waiter.http != 0 && waiter.what == what;
    }));
}

}  // namespace cmagent::ui
