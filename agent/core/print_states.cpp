#include "agent/core/print_states.h"

#include "agent/core/exchange.h"
#include "agent/core/lease.h"
#include "agent/core/playback.h"

namespace cmagent::core {
namespace {

class Page {
  public:
    explicit Page(Buffer into) : into_(into) {}

    Page& operator<<(std::string_view text) {
        if (text.size() > into_.size - size_) full_ = true;
        if (full_) return *this;
        std::memcpy(into_.data + size_, text.data(), text.size());
        size_ += text.size();
        return *this;
    }
    [[nodiscard]] std::size_t size() const { return full_ ? 0 : size_; }

  private:
    Buffer into_;
    std::size_t size_ = 0;
    bool full_ = false;
};

// Mermaid takes no hyphens in the names of states.
void put_state(Page& page, std::string_view name) {
    for (const char& c : name) page << (c == '-' ? std::string_view("_") : std::string_view(&c, 1));
}

// The events that lead from `from` the way of `way`, one arrow for all of them; nothing where an earlier event has drawn it.
template <class State, class Event, class Action, std::size_t States, std::size_t Events>
void put_arrow(Page& page, const Table<State, Event, Action, States, Events>& table, State from,
               std::size_t way) {
    const auto& cell = table.at(from, static_cast<Event>(way));
    const auto same_way = [&](std::size_t event) {
        const auto& other = table.at(from, static_cast<Event>(event));
        return other.listed && other.to == cell.to && other.action == cell.action;
    };
    for (std::size_t e = 0; e < way; ++e) {
        if (same_way(e)) return;
    }
    page << "    ";
    put_state(page, name(from));
    page << " --> ";
    put_state(page, name(cell.to));
    page << ": " << name(static_cast<Event>(way));
    for (std::size_t e = way + 1; e < Events; ++e) {
        if (same_way(e)) page << ", " << name(static_cast<Event>(e));
    }
    if (cell.action != Action{}) page << " / " << name(cell.action);
    page << "\n";
}

// An event that keeps the state is drawn only where something is done.
template <class State, class Event, class Action, std::size_t States, std::size_t Events>
void put_table(Page& page, std::string_view title,
               const Table<State, Event, Action, States, Events>& table) {
    page << "```mermaid\n---\ntitle: " << title << "\n---\nstateDiagram-v2\n    [*] --> ";
    put_state(page, name(State{}));
    page << "\n";
    for (std::size_t s = 0; s < States; ++s) {
        for (std::size_t e = 0; e < Events; ++e) {
            const auto from = static_cast<State>(s);
            const auto& cell = table.at(from, static_cast<Event>(e));
            if (cell.listed && (cell.to != from || cell.action != Action{}))
                put_arrow(page, table, from, e);
        }
    }
    page << "```\n";
}

}  // namespace

std::size_t print_states(Buffer into) {
    Page page(into);
    put_table(page, "lease", lease_table());
    page << "\n";
    put_table(page, "exchange", exchange_table());
    page << "\n";
    put_table(page, "playback", playback_table());
    return page.size();
}

}  // namespace cmagent::core
