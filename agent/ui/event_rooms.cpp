#include "agent/ui/event_rooms.h"

namespace cmagent::ui {

char* EventRooms::take() {
    std::size_t lowest = 0;
    while (taken_[lowest]) ++lowest;
    taken_[lowest] = true;
    return rooms_[lowest];
}

void EventRooms::give_back(const char* room) {
    for (std::size_t i = 0; i < kRooms; ++i) taken_[i] = taken_[i] && rooms_[i] != room;
}

}  // namespace cmagent::ui
