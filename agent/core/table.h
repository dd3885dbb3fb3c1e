#pragma once
#include <cstddef>
#include <cstdint>

#include "agent/base/names.h"

namespace cmagent::core {

// A life cycle as a table: (state, event) → (next state, action). It is written as a list of rows,
// the surprising ones among them; a pair that is not listed changes nothing and does nothing.
template <class State, class Event, class Action>
struct Row {
    State from;
    Event event;
    State to;
    Action action;
};

// The names of a life cycle, its states, its events and its actions: the last three are
// Names::list() of theirs.
struct CycleNames {
    const char* cycle;
    const char* states;
    const char* events;
    const char* actions;
};

// A cell of any of the tables: the numbers of a state and of an action; action 0 is none.
struct Step {
    std::uint8_t to;
    std::uint8_t action;
};

template <class State, class Event, class Action>
class Table {
  public:
    static constexpr std::size_t kStates = kCountOf<State>;
    static constexpr std::size_t kEvents = kCountOf<Event>;

    struct Cell {
        State to;
        Action action;
    };

    template <std::size_t N>
    constexpr explicit Table(const Row<State, Event, Action> (&rows)[N], CycleNames names = {})
        : steps_{}, names_(names) {
        for (std::size_t i = 0; i < kStates * kEvents; ++i) {
            steps_[i].to = static_cast<std::uint8_t>(i / kEvents);
        }
        bool listed[kStates * kEvents] = {};
        for (const auto& row : rows) {
            const auto i =
                static_cast<std::size_t>(row.from) * kEvents + static_cast<std::size_t>(row.event);
            if (listed[i]) unambiguous_ = false;
            listed[i] = true;
            steps_[i] = {static_cast<std::uint8_t>(row.to), static_cast<std::uint8_t>(row.action)};
        }
    }

    [[nodiscard]] constexpr Cell at(State state, Event event) const {
        const Step step =
            steps_[static_cast<std::size_t>(state) * kEvents + static_cast<std::size_t>(event)];
        return {static_cast<State>(step.to), static_cast<Action>(step.action)};
    }
    // Of all events in the first state, then in the second …
    [[nodiscard]] constexpr const Step* steps() const { return steps_; }
    [[nodiscard]] constexpr const CycleNames& names() const { return names_; }
    // No (state, event) was listed twice: to be asserted at compile time.
    [[nodiscard]] constexpr bool unambiguous() const { return unambiguous_; }

  private:
    Step steps_[kStates * kEvents];
    CycleNames names_;
    bool unambiguous_ = true;
};

}  // namespace cmagent::core
