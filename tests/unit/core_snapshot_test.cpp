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

    std::unique_ptr<Settings> settings = std::make_unique<Settings>();
    std::unique_ptr<Ledgers> ledgers = std::make_unique<Ledgers>();
};

TEST_F(SnapshotTest, OfNothingIsStillJson) {
    EXPECT_EQ(written(), R"({"sessions":[],"conflicts":[],"listened":false})");
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

TEST_F(SnapshotTest, ConflictsAndListenersAreKept) {
    History::Entry& entry = ledgers->history.add();
    ASSERT_TRUE(entry.rule.assign("3 streams"));
    entry.wall_ms = 9;
    ledgers->presence.note(1, Time{1});
    Body body(written());
    const Snapshot snapshot = read_snapshot(body.text, body.room());
    const KeptConflict kept = read_conflict(json::GetArrayItem(snapshot.conflicts, 0));
    EXPECT_EQ(kept.rule.raw(), "3 streams");
    EXPECT_EQ(kept.wall_ms, 9);
    EXPECT_TRUE(snapshot.listened);
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
