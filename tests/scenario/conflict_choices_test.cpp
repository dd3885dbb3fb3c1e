// Choices of a viewer who changes his mind while CM is asked (contract.md, "Conflict").

#include <gtest/gtest.h>

#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

// Both of the sample «409-service-streams».
constexpr const char* kCode = "51fd351f";
constexpr const char* kOtherCode = "94c8f7d9";

TEST(Conflict, ChoiceOfAnotherStreamIsAnotherChoice) {
    World world;
    const std::string id = world.limited();
    const Ticket first = world.resolve(id, {kCode});
    const Call call = world.next(cm::Call::start);
    const Ticket second = world.resolve(id, {kOtherCode});
    EXPECT_EQ(world.outcome(first).refusal, Refusal::replaced);
    world.answer(call, fixture(409, "409-service-streams"));
    const Call last = world.next(cm::Call::start);
    EXPECT_EQ(last.terminate, std::vector<std::string>{kOtherCode});
    world.answer(last, granted("cm-2", 60));
    EXPECT_EQ(world.outcome(second).kind, Outcome::started);
    EXPECT_EQ(world.conflict(id).outcome, core::Outcome::chosen);
}

// It has its outcome, which stays: CM's word is another conflict, of which nobody hears.
TEST(Conflict, ThatWasGivenUpIsNotRenewedByItsChoice) {
    World world;
    const std::string id = world.limited();
    const std::size_t told = world.count("conflict");
    world.resolve(id, {kCode});
    const Call call = world.next(cm::Call::start);
    world.give_up(id);
    world.answer(call, fixture(409, "409-service-streams"));
    EXPECT_EQ(world.conflict(id).outcome, core::Outcome::gave_up);
    EXPECT_EQ(world.conflict(id).attempt, 1u);
    EXPECT_EQ(world.count("conflict"), told);
    EXPECT_EQ(world.core().ledgers().counters.conflicts, 2u);
    EXPECT_EQ(world.latest_entry().outcome, core::Outcome::gave_up);
    EXPECT_EQ(world.in_flight(), 0u);
}

}  // namespace
}  // namespace cmagent::scenario
