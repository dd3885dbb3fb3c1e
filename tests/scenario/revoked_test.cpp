// contract.md, "Tokens": what was begun with a token that is gone, or is no longer for it, is over.

#include <gtest/gtest.h>

#include "tests/fixture.h"
#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

core::Bearer bearer(std::uint64_t high, std::uint8_t applications = 0xff,
                    std::uint8_t players = 0xff) {
    return {high, 0, applications, players};
}

StartOptions begun_with(const core::Bearer& token) {
    StartOptions options = on_mpv();
    options.party = token.party();
    return options;
}

TEST(Revoked, ASessionWhoseTokenIsGoneIsStopped) {
    World world;
    const std::string gone = world.playing(begun_with(bearer(1)));
    const std::string stays = world.playing(begun_with(bearer(2)));
    StartOptions without = on_mpv();
    const std::string nobodys = world.playing(without);
    without.party = core::Party::of_key(1);
    const std::string by_key = world.playing(without);
    world.read_tokens({bearer(2)});
    EXPECT_EQ(world.session(gone).state(), State::stopping);
    EXPECT_EQ(world.count("playback-stop"), 1u);
    for (const std::string& id : {stays, nobodys, by_key})
        EXPECT_EQ(world.session(id).state(), State::active);
    const auto end = world.next(cm::Call::end);
    EXPECT_EQ(world.session(gone).cm_id, end.session);
    world.read_tokens({});
    EXPECT_EQ(world.session(stays).progress.end_reason, core::EndReason::revoked);
    EXPECT_EQ(world.session(by_key).state(), State::active);
}

TEST(Revoked, ATokenThatIsForLessIsGoneForTheRest) {
    World world;
    StartOptions options = begun_with(bearer(1));
    const std::string plain = world.playing(options);
    options.application = 1;
    const std::string news = world.playing(options);
    world.read_tokens({bearer(9), bearer(1, 2)});
    EXPECT_EQ(world.session(plain).progress.end_reason, core::EndReason::revoked);
    EXPECT_EQ(world.session(news).state(), State::active);
    world.read_tokens({bearer(1, 2, 1)});
    EXPECT_EQ(world.session(news).progress.end_reason, core::EndReason::revoked)
        << "the player is another's now";
}

TEST(Revoked, AStartThatIsNotDecidedIsWithdrawn) {
    World world;
    const Ticket ticket = world.start(begun_with(bearer(1)));
    const auto start = world.next(cm::Call::start);
    world.read_tokens({});
    EXPECT_EQ(world.outcome(ticket).refusal, Refusal::replaced);
    world.answer(start, granted("cm-1", 60));
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-1");
}

TEST(Revoked, ItsConflictIsOver) {
    World world;
    const Ticket ticket = world.start(begun_with(bearer(1)));
    world.answer(world.next(cm::Call::start), limit());
    const Ticket other = world.start(begun_with(bearer(2)));
    world.answer(world.next(cm::Call::start), limit());
    world.read_tokens({bearer(2)});
    const core::Conflicts& conflicts = world.core().ledgers().conflicts;
    EXPECT_EQ(conflicts.find(world.outcome(ticket).conflict)->outcome, core::Outcome::gave_up);
    EXPECT_FALSE(conflicts.find(world.outcome(other).conflict)->over());
}

// The file may have changed while the daemon was away.
TEST(Revoked, IsRememberedOverACrash) {
    World world;
    const std::string gone = world.playing(begun_with(bearer(1)));
    const std::string stays = world.playing(begun_with(bearer(2)));
    world.crash();
    world.read_tokens({bearer(2)});
    EXPECT_EQ(world.session(gone).progress.end_reason, core::EndReason::revoked);
    EXPECT_EQ(world.session(stays).state(), State::active);
}

}  // namespace
}  // namespace cmagent::scenario
