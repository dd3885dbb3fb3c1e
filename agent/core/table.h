#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cmagent::core {

// A life cycle as a table: (state, event) → (next state, action). It is written as a list of rows, the surprising
// ones among them; what is not listed changes nothing and does nothing, whatever the world says.
template <class State, class Event, class Action>
struct Row {
    State from;
    Event event;
    State to;
    Action action;
};

template <class State, class Event, class Action, std::size_t States, std::size_t Events>
class Table {
  public:
    struct Cell {
        State to;
        Action action;
        bool listed;
    };

    template <std::size_t N>
    constexpr explicit Table(const Row<State, Event, Action> (&rows)[N]) : cells_{} {
        for (std::size_t s = 0; s < States; ++s) {
            for (std::size_t e = 0; e < Events; ++e) {
                cells_[s][e] = {static_cast<State>(s), static_cast<Action>(0), false};
            }
        }
        for (const auto& row : rows) {
            Cell& cell =
                cells_[static_cast<std::size_t>(row.from)][static_cast<std::size_t>(row.event)];
            if (cell.listed) unambiguous_ = false;
            cell = {row.to, row.action, true};
        }
    }

    [[nodiscard]] constexpr const Cell& at(State state, Event event) const {
        return cells_[static_cast<std::size_t>(state)][static_cast<std::size_t>(event)];
    }
    // No (state, event) was listed twice: to be asserted at compile time.
    [[nodiscard]] constexpr bool unambiguous() const { return unambiguous_; }

  private:
    Cell cells_[States][Events];
    bool unambiguous_ = true;
};

}  // namespace cmagent::core
