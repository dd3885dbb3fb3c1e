// Where the events of listeners are written: few rooms, used again and again.

#include "agent/ui/event_rooms.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "agent/ui/event_stream.h"

namespace cmagent::ui {
namespace {

TEST(EventRooms, LowestFreeOneIsTaken) {
    const auto rooms = std::make_unique<EventRooms>();
    char* const first = rooms->take();
    char* const second = rooms->take();
    EXPECT_GE(second, first + EventRooms::kBytes);
    rooms->give_back(first);
    EXPECT_EQ(rooms->take(), first);
    rooms->give_back(second);
    rooms->give_back(first);
    EXPECT_EQ(rooms->take(), first);
}

TEST(EventRooms, EachListenerFindsOne) {
    const auto rooms = std::make_unique<EventRooms>();
    std::set<char*> taken;
    for (std::size_t i = 0; i < core::Presence::kMaxListeners; ++i) taken.insert(rooms->take());
    EXPECT_EQ(taken.size(), core::Presence::kMaxListeners);
}

TEST(EventRooms, NoRoomIsGivenBackTwice) {
    const auto rooms = std::make_unique<EventRooms>();
    char* const first = rooms->take();
    rooms->give_back(nullptr);
    EXPECT_NE(rooms->take(), first);
}

// Eight streams that have taken all their text leave one room, and lie side by side themselves.
TEST(EventRooms, Hazard72AListenerThatKeepsUpHoldsNoRoom) {
    const auto rooms = std::make_unique<EventRooms>();
    const auto core = std::make_unique<core::Core>();
    const auto events = std::make_unique<Events>();
    EventStream streams[core::Presence::kMaxListeners];
    char taken[4096];
    char* const lowest = rooms->take();
    rooms->give_back(lowest);
    for (EventStream& stream : streams) {
        stream.bind(*events, *core, {}, *rooms);
        stream.start(1, {}, {}, 0, false, Time{1});
        EXPECT_TRUE(stream.ready());
        EXPECT_GT(stream.take(taken, sizeof taken).bytes, 0u);
        EXPECT_FALSE(stream.ready());
        char* const next = rooms->take();
        EXPECT_EQ(next, lowest);
        rooms->give_back(next);
    }
    static_assert(sizeof streams <= 4096);
}

TEST(EventRooms, AListenerThatGoesGivesItsRoomBack) {
    const auto rooms = std::make_unique<EventRooms>();
    const auto core = std::make_unique<core::Core>();
    const auto events = std::make_unique<Events>();
    EventStream stream;
    stream.bind(*events, *core, {}, *rooms);
    stream.start(1, {}, {}, 0, true, Time{1});
    char part[100];
    EXPECT_EQ(stream.take(part, sizeof part).bytes, sizeof part);
    char* const second = rooms->take();
    stream.gone();
    EXPECT_LT(rooms->take(), second);
    EXPECT_FALSE(stream.ready());
}

}  // namespace
}  // namespace cmagent::ui
