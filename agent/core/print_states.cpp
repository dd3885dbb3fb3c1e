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
            if (!cell.listed || (cell.to == from && cell.action == Action{})) continue;
            page << "    ";
            put_state(page, name(from));
            page << " --> ";
            put_state(page, name(cell.to));
            page << ": " << name(static_cast<Event>(e));
            if (cell.action != Action{}) page << " / " << name(cell.action);
            page << "\n";
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
