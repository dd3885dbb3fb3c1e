#include "agent/core/action.h"

#include <new>

namespace cmagent::core {

Action& ActionQueue::add(ActionKind kind) {
    const std::size_t at = size_ == kCapacity ? kCapacity : (first_ + size_++) % kCapacity;
    Action& action = *new (&ring_[at].action) Action;
    action.kind = kind;
    return action;
}

bool ActionQueue::poll(Action& into) {
    if (size_ == 0) return false;
    into = ring_[first_].action;
    first_ = (first_ + 1) % kCapacity;
    --size_;
    return true;
}

}  // namespace cmagent::core
