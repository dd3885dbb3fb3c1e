// What the notes of the evidence do where an entry is no longer kept, and at their limits.

#include "agent/core/evidence.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/fixture.h"
#include "tests/unit/core_samples.h"

namespace cmagent::core {
namespace {

class EvidenceTest : public testing::Test, protected TransitionListener {
  protected:
    EvidenceTest() {
        ledgers->settings = settings.get();
        ledgers->listener = this;
        ledgers->sessions.open(session);
        session.progress.in_flight = cm::Call::heartbeat;
    }
    void on_transition(const Transition&) override {}
    void on_outcome(const History::Entry& conflict) override {
        told.emplace_back(name(conflict.outcome));
    }
    void forget_entries() {
        for (std::size_t i = 0; i < History::kMaxEntries; ++i)
            (void)ledgers->history.add(History::Kind::restarted);
    }

    std::unique_ptr<Settings> settings = std::make_unique<Settings>();
    std::unique_ptr<Ledgers> ledgers = std::make_unique<Ledgers>();
    Session& session = ledgers->sessions.place();
    Body limit{cmagent::fixture("409-service-streams")};
    std::vector<std::string> told;
};

TEST_F(EvidenceTest, AnEntryThatIsNoLongerKeptIsLeftAlone) {
    const std::uint32_t entry = note_conflict(session, limit.evaluation, *ledgers);
    forget_entries();
    note_again(entry, limit.evaluation, *ledgers);
    note_outcome(entry, Outcome::chosen, *ledgers);
    session.progress.end_reason = EndReason::user;
    session.progress.playback = Playback::stopped;
    note_end(session, *ledgers);
    note_stop_sent(session, *ledgers);
    note_stopped(session, *ledgers);
    EXPECT_TRUE(told.empty());
    for (std::size_t i = 0; i < ledgers->history.size(); ++i) {
        EXPECT_EQ(ledgers->history[i].attempt, 0);
        EXPECT_EQ(ledgers->history[i].outcome, Outcome::none);
        EXPECT_EQ(ledgers->history[i].end_reason, EndReason::none);
    }
}

TEST_F(EvidenceTest, AttemptsAreCountedTo255) {
    const std::uint32_t entry = note_conflict(session, limit.evaluation, *ledgers);
    for (int i = 2; i <= 255; ++i) note_again(entry, limit.evaluation, *ledgers);
    EXPECT_EQ(ledgers->history.find(entry)->attempt, 255);
    note_again(entry, limit.evaluation, *ledgers);
    EXPECT_EQ(ledgers->history.find(entry)->attempt, 255);
    EXPECT_EQ(ledgers->history.size(), 1u);
    EXPECT_EQ(ledgers->counters.conflicts, 1u);
}

TEST_F(EvidenceTest, AnEntryTellsOfTheLastListOfItsConflict) {
    const std::uint32_t entry = note_conflict(session, limit.evaluation, *ledgers);
    const Body other(R"({"associatedAdvice":[{"type":"rule-violation","ruleName":"two"}]})");
    note_again(entry, other.evaluation, *ledgers);
    EXPECT_EQ(ledgers->history.find(entry)->rule.view(), "two");
    EXPECT_EQ(ledgers->history.find(entry)->listed, 0);
    EXPECT_FALSE(ledgers->history.find(entry)->threshold);
}

TEST_F(EvidenceTest, TheFirstOutcomeCountsAndNobodyNeedsToListen) {
    const std::uint32_t entry = note_conflict(session, limit.evaluation, *ledgers);
    note_outcome(entry, Outcome::chosen, *ledgers);
    note_outcome(entry, Outcome::expired, *ledgers);
    EXPECT_EQ(told, std::vector<std::string>{"chosen"});
    EXPECT_EQ(ledgers->history.find(entry)->outcome, Outcome::chosen);
    ledgers->listener = nullptr;
    const std::uint32_t other = note_conflict(session, limit.evaluation, *ledgers);
    note_outcome(other, Outcome::gave_up, *ledgers);
    EXPECT_EQ(ledgers->history.find(other)->outcome, Outcome::gave_up);
}

TEST_F(EvidenceTest, AnEntryIsDatedByTheBoxesClock) {
    ledgers->now = Time{7'000};
    ledgers->boot_wall_ms = 1'700'000'000'000;
    const std::uint32_t entry = note_conflict(session, limit.evaluation, *ledgers);
    EXPECT_EQ(ledgers->history.find(entry)->wall_ms, 1'700'000'007'000);
}

}  // namespace
}  // namespace cmagent::core
