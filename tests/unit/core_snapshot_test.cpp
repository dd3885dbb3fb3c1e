// The state on flash, as text.

#include "agent/core/snapshot.h"

#include <gtest/gtest.h>

#include <memory>

#include "agent/core/restore.h"
#include "tests/unit/core_samples.h"

namespace cmagent::core {
namespace {

struct SnapshotTest : testing::Test {
    SnapshotTest() { ledgers->settings = settings.get(); }
    std::string written(std::size_t room = 64 * 1024) {
        std::vector<char> page(room);
        return {page.data(), write_snapshot(*ledgers, {page.data(), page.size()})};
    }
    Session& open() {
        Session& session = ledgers->sessions.place();
        ledgers->sessions.open(session);
        EXPECT_TRUE(session.id.assign("0123456789abcdef"));
        session.stream.idp = stream_of("viewer").idp;
        session.stream.subject = stream_of("viewer").subject;
        EXPECT_TRUE(session.stream.metadata.set("channel", "news"));
        session.progress.playback = Playback::playing;
        session.progress.lease = Lease::held;
        session.progress.started_wall_ms = 5;
        return session;
    }

    // The ledgers of the next run.
    std::unique_ptr<Ledgers> restored(const std::string& text) {
        auto next = std::make_unique<Ledgers>();
        next->settings = settings.get();
        std::vector<json::Token> tokens(cm::kMaxBodyTokens);
        restore({text}, *next, {tokens.data(), tokens.size()});
        return next;
    }

    std::unique_ptr<Settings> settings = std::make_unique<Settings>();
    std::unique_ptr<Ledgers> ledgers = std::make_unique<Ledgers>();
};

TEST_F(SnapshotTest, OfNothingIsStillJson) {
    EXPECT_EQ(written(), R"({"sessions":[],"history":[],"listened":false})");
}

TEST_F(SnapshotTest, SessionIsReadAsItWasWritten) {
    Session& session = open();
    ASSERT_TRUE(session.cm_id.assign("cm-1"));
    session.progress.reference = 0x1f;
    session.progress.end_reason = EndReason::logout;
    Body body(written());
    const Snapshot snapshot = read_snapshot(body.text, body.room());
    ASSERT_EQ(json::GetArraySize(snapshot.sessions), 1);
    const KeptSession kept = read_session(json::GetArrayItem(snapshot.sessions, 0));
    EXPECT_EQ(kept.id.raw(), "0123456789abcdef");
    EXPECT_EQ(kept.idp.raw(), "acme");
    EXPECT_EQ(kept.subject.raw(), "viewer");
    EXPECT_EQ(kept.cm_id.raw(), "cm-1");
    EXPECT_EQ(kept.reference, 0x1fu);
    EXPECT_TRUE(kept.on_screen && kept.playing);
    EXPECT_EQ(kept.end_reason, EndReason::logout);
    EXPECT_EQ(kept.wall_ms, 5);
    EXPECT_EQ(kept.metadata.raw(), R"({"channel":"news"})");
}

TEST_F(SnapshotTest, MetadataAreWhatCanBeDoneWithout) {
    open();
    const std::string whole = written();
    const std::string less = written(whole.size() - 1);
    EXPECT_EQ(less.find("metadata"), std::string::npos);
    EXPECT_NE(less.find("viewer"), std::string::npos);
    EXPECT_EQ(written(20), "") << "better nothing than a part";
}

TEST_F(SnapshotTest, ClosedSessionIsNotKept) {
    Session& session = open();
    session.progress.playback = Playback::stopped;
    session.progress.lease = Lease::gone;
    EXPECT_EQ(written().find("viewer"), std::string::npos);
}

TEST_F(SnapshotTest, ListenersAreKept) {
    ledgers->presence.note(1, Time{1});
    Body body(written());
    EXPECT_TRUE(read_snapshot(body.text, body.room()).listened);
}

TEST_F(SnapshotTest, HistoryIsReadAsItWasWritten) {
    ASSERT_TRUE(settings->applications[1].name.assign("news"));
    settings->application_count = 2;
    History::Entry& entry = ledgers->history.take(7, History::Kind::displaced);
    entry.outcome = Outcome::gave_up;
    entry.end_reason = EndReason::displaced;
    entry.playback = Playback::forced;
    entry.application = 1;
    entry.attempt = 2;
    entry.listed = 3;
    entry.threshold = 0;
    entry.heard_to_stop_ms = 1;
    entry.stop_to_verified_ms = 40;
    entry.wall_ms = 1'700'000'000'009;
    ASSERT_TRUE(entry.rule.assign("3 \"streams\""));
    ASSERT_TRUE(entry.policy.assign("p"));
    ASSERT_TRUE(entry.attribute.assign("streamId"));
    const std::string text = written();
    EXPECT_NE(text.find(R"("history":[{"id":7,"at":"2023-11-14T22:13:20.009Z","kind":"displaced",)"
                        R"("application":"news","policy":"p","rule":"3 \"streams\"",)"
                        R"("attribute":"streamId","threshold":0,"listed":3,"attempt":2,)"
                        R"("outcome":"gave-up","endReason":"displaced","playback":"forced",)"
                        R"("heardToStopMs":1,"stopToVerifiedMs":40}])"),
              std::string::npos)
        << text;
    const auto other = restored(text);
    ASSERT_EQ(other->history.size(), 1u);
    const History::Entry& again = other->history[0];
    EXPECT_EQ(again.id, 7u);
    EXPECT_EQ(again.kind, History::Kind::displaced);
    EXPECT_EQ(again.outcome, Outcome::gave_up);
    EXPECT_EQ(again.end_reason, EndReason::displaced);
    EXPECT_EQ(again.playback, Playback::forced);
    EXPECT_EQ(again.application, 1);
    EXPECT_EQ(again.attempt, 2);
    EXPECT_EQ(again.listed, 3);
    EXPECT_EQ(again.threshold.value(), 0);
    EXPECT_EQ(again.heard_to_stop_ms.value(), 1);
    EXPECT_EQ(again.stop_to_verified_ms.value(), 40);
    EXPECT_EQ(again.wall_ms, 1'700'000'000'009);
    EXPECT_EQ(again.rule.view(), "3 \"streams\"");
    EXPECT_EQ(again.policy.view(), "p");
    EXPECT_EQ(again.attribute.view(), "streamId");
}

TEST_F(SnapshotTest, OfAnEntryIsWrittenWhatIsKnown) {
    (void)ledgers->history.add(History::Kind::on_credit);
    EXPECT_EQ(written(), R"({"sessions":[],"history":[{"id":1,"kind":"on-credit"}],)"
                         R"("listened":false})");
    const auto other = restored(written());
    EXPECT_EQ(other->history[0].kind, History::Kind::on_credit);
    EXPECT_EQ(other->history[0].outcome, Outcome::none);
    EXPECT_FALSE(other->history[0].threshold);
}

TEST_F(SnapshotTest, IdsOfTheHistoryAreNeverGivenTwice) {
    EXPECT_EQ(restored(R"({"history":[]})")->history.add(History::Kind::denied).id, 1u);
    const auto other = restored(
        R"({"history":[{"id":7},{"id":8},{"id":8},{"id":"x"},{"id":-2},{"id":99999999999}]})");
    std::vector<std::uint32_t> ids;
    for (std::size_t i = 0; i < other->history.size(); ++i) ids.push_back(other->history[i].id);
    EXPECT_EQ(ids, (std::vector<std::uint32_t>{7, 8, 9, 10, 11, 12}));
    EXPECT_GT(other->history.add(History::Kind::denied).id, 12u + 99)
        << "entries that did not come to flash may have been seen";
}

TEST_F(SnapshotTest, ConflictsThatAnEarlierReleaseKeptAreRead) {
    const auto other = restored(R"({"conflicts":[{"rule":"3 streams","wall":9}]})");
    ASSERT_EQ(other->history.size(), 1u);
    EXPECT_EQ(other->history[0].rule.view(), "3 streams");
    EXPECT_EQ(other->history[0].wall_ms, 9);
    EXPECT_EQ(other->history[0].id, 1u);
    EXPECT_EQ(other->history[0].kind, History::Kind::denied);
}

TEST_F(SnapshotTest, OldEntriesAreWhatCanBeDoneWithoutFirst) {
    open();
    for (int i = 0; i < 100; ++i) (void)ledgers->history.add(History::Kind::restarted);
    const std::string less = written(written().size() - 1);
    EXPECT_NE(less.find("metadata"), std::string::npos);
    EXPECT_EQ(less.find("\"id\":92,"), std::string::npos);
    EXPECT_NE(less.find("\"id\":93,"), std::string::npos);
    EXPECT_NE(less.find("\"id\":100,"), std::string::npos);
}

TEST_F(SnapshotTest, BrokenTextSaysNothing) {
    for (const char* text : {"", "{", "[]", R"({"sessions":7})"}) {
        Body body(text);
        const Snapshot snapshot = read_snapshot(body.text, body.room());
        EXPECT_EQ(json::GetArraySize(snapshot.sessions), 0) << text;
        EXPECT_FALSE(snapshot.listened);
    }
    Body body(R"([{"reference":"no hex","reason":"unheard-of","playback":"idle"}])");
    const KeptSession kept = read_session(json::GetArrayItem(body.list(), 0));
    EXPECT_EQ(kept.reference, 0u);
    EXPECT_EQ(kept.end_reason, EndReason::none);
    EXPECT_TRUE(kept.on_screen);
    EXPECT_FALSE(kept.playing);
    EXPECT_FALSE(kept.id);
    Body longer(R"([{"reference":"0123456789abcdef0"}])");
    EXPECT_EQ(read_session(json::GetArrayItem(longer.list(), 0)).reference, 0u);
}

TEST_F(SnapshotTest, UiIsExpectedBackAfterACrashButNotAfterAReboot) {
    std::vector<json::Token> tokens(cm::kMaxBodyTokens);
    const std::string text = R"({"listened":true})";
    for (const bool rebooted : {false, true}) {
        restore({text, rebooted}, *ledgers, {tokens.data(), tokens.size()});
        EXPECT_EQ(ledgers->presence.listened(), !rebooted);
    }
}

}  // namespace
}  // namespace cmagent::core
