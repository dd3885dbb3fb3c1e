#pragma once
#include <string_view>

#include "agent/core/history.h"

namespace cmagent::core {

// One line of history of a session: told for every transition of every life cycle.
struct Transition {
    std::string_view session;  // public id
    std::string_view cycle;    // "lease", "exchange", "playback"
    std::string_view from;
    std::string_view to;
    std::string_view event;
};

class TransitionListener {
  public:
    virtual void on_transition(const Transition& transition) = 0;
    // Once for each conflict: its outcome is known.
    virtual void on_outcome(const History::Entry& conflict) = 0;

  protected:
    ~TransitionListener() = default;
};

}  // namespace cmagent::core
