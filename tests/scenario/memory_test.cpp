// What the core has of a box's memory: static-storage.md. A page that was written to once is kept.

#include <gtest/gtest.h>

#include "tests/scenario/world.h"
#include "tests/scenario/written_pages.h"

namespace cmagent::scenario {
namespace {

// Pages in which a session's record, or a conflict's with CM's answer, lies.
constexpr std::size_t kOfSession = 1;
constexpr std::size_t kOfConflict = 2;
// Ledgers, a request's metadata, the tokens of one text.
constexpr std::size_t kOfAll = 12;

// One film after the other, each with its title.
void evening(World& world, int sessions) {
    for (int i = 0; i < sessions; ++i) {
        const std::string id = world.playing();
        ASSERT_EQ(world.change(id, {{"title", std::string(200, 'x')}}), Refusal::none);
        world.release(id);
        world.answer(world.next(cm::Call::end), response(202));
        world.advance(kMinute);  // one caller starts few sessions a minute
    }
}

struct CorePages : testing::Test {
    World world;
    WrittenPages pages{&world.core(), sizeof(core::Core)};
};

TEST_F(CorePages, Hazard71ACoreThatDoesNothingWritesToNoRecord) {
    world.advance(kMinute);
    world.listeners({});
    EXPECT_LE(pages.count(), 2u);
}

TEST_F(CorePages, Hazard71ASessionTakesOnePageAndFew) {
    world.playing();
    world.answer_all(accepted(60), 10 * kMinute);
    EXPECT_LE(pages.count(), kOfAll + kOfSession);
}

TEST_F(CorePages, Hazard71AThousandSessionsTakeNoMoreThanTheLastSixteen) {
    evening(world, 20);
    const std::size_t before = pages.count();
    EXPECT_LE(before, kOfAll + (core::kKeptEnded + 2) * kOfSession);
    evening(world, 1000);
    EXPECT_EQ(pages.count(), before);
}

TEST_F(CorePages, Hazard71ConflictsTakeTwoPagesEach) {
    evening(world, 20);
    const std::size_t before = pages.count();
    for (int i = 0; i < 200; ++i) {
        world.limited();
        world.advance(11 * kMinute);
    }
    // The history has a hundred entries by then.
    constexpr std::size_t kOfHistory =
        (sizeof(core::History::Entry) * core::History::kMaxEntries) / kPage + 2;
    EXPECT_LE(pages.count() - before, core::kMaxConflicts * kOfConflict + kOfHistory + 2);
}

TEST_F(CorePages, CountsEachPageOnce) {
    auto* const bytes = reinterpret_cast<volatile char*>(&world.core());
    const char first = bytes[0];
    bytes[0] = first;
    bytes[1] = bytes[1];
    EXPECT_EQ(pages.count(), 1u);
    bytes[sizeof(core::Core) - 1] = bytes[sizeof(core::Core) - 1];
    EXPECT_EQ(pages.count(), 2u);
}

}  // namespace
}  // namespace cmagent::scenario
