#pragma once
#include <cstddef>

#include "agent/base/bytes.h"
#include "agent/core/presence.h"

namespace cmagent::ui {

// Where the listeners' events are written. A listener has a room as long as it has not taken all of
// the text, which is rarely longer than the moment in which it is written: the lowest one is used
// again and again, and memory of the others is never touched unless as many listeners read slowly.
class EventRooms {
  public:
    // The longest event without violations has its id and name, five names of 256 bytes and a
    // message with two of them, every byte escaped. Violations are left out where they do not fit.
    static constexpr std::size_t kBytes = 12 * kKiB;

    EventRooms() {}  // the bytes stay as they are

    // Of kBytes. There is always one: each listener has one at the most.
    [[nodiscard]] char* take();
    // Null: none.
    void give_back(const char* room);

  private:
    static constexpr std::size_t kRooms = core::Presence::kMaxListeners;

    bool taken_[kRooms] = {};
    char rooms_[kRooms][kBytes];
};

}  // namespace cmagent::ui
