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
    std::unique_ptr<Ledgers> restored(const std::string& text, Time now = {}) {
        auto next = std::make_unique<Ledgers>();
        next->now = now;
        next->settings = settings.get();
        next->now = ledgers->now;
        std::vector<json::Token> tokens(cm::kMaxBodyTokens);
        restore({text}, *next, {tokens.data(), tokens.size()});
        return next;
    }

    std::unique_ptr<Settings> settings = std::make_unique<Settings>();
    std::unique_ptr<Ledgers> ledgers = std::make_unique<Ledgers>();
};

TEST_F(SnapshotTest, OfNothingIsStillJson) {
    EXPECT_EQ(written(), R"({"sessions":[],"history":[],"limits":[],"leases":[],"conflicts":[]})");
}

TEST_F(SnapshotTest, SessionIsReadAsItWasWritten) {
    Session& session = open();
    session.stream.party = Party::of_token(0x2f);
    ASSERT_TRUE(session.cm_id.assign("cm-1"));
    session.progress.reference = 0x1f;
    session.progress.end_reason = EndReason::logout;
    Body body(written());
    const Snapshot snapshot = read_snapshot(body.text, body.room());
    ASSERT_EQ(json::GetArraySize(snapshot.sessions), 1);
    const KeptSession kept = read_session(json::GetArrayItem(snapshot.sessions, 0));
    EXPECT_EQ(kept.id.raw(), "0123456789abcdef");
    EXPECT_EQ(Party::of_value(kept.party), Party::of_token(0x2f));
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

TEST_F(SnapshotTest, OwnerThatCannotBeReadIsNobody) {
    for (const char* owner :
         {R"(7)", R"("")", R"("no hex")", R"("0123456789abcdef0123456789abcdef0")"}) {
        Body body(R"([{"owner":)" + std::string(owner) + "}]");
        EXPECT_FALSE(read_session(json::GetArrayItem(body.list(), 0)).owner) << owner;
    }
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
                         R"("limits":[],"leases":[],"conflicts":[]})");
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

TEST_F(SnapshotTest, LimitIsReadAsItWasWritten) {
    settings->application_count = 2;
    ASSERT_TRUE(settings->applications[1].name.assign("news"));
    LearntLimit limit;
    limit.used = true;
    limit.application = 1;
    limit.counted = cm::Counted::devices_of_channel;
    limit.of_channel = true;
    limit.displaces = true;
    limit.at_least = 2;
    limit.at_most = 3;
    limit.seen_wall_ms = 9;
    ASSERT_TRUE(limit.rule.assign("2 devices") && limit.attribute.assign("deviceId"));
    ledgers->limits.restore(limit);
    EXPECT_EQ(written(),
              R"({"sessions":[],"history":[],"limits":[{"application":"news","rule":"2 devices",)"
              R"("attribute":"deviceId","counted":"devices-of-channel","channel":true,)"
              R"("displaces":true,"least":2,"most":3,"wall":9}],"leases":[],"conflicts":[]})");
    const auto other = restored(written());
    const LearntLimit& again = *other->limits.begin();
    EXPECT_TRUE(again.used);
    EXPECT_EQ(again.application, 1);
    EXPECT_EQ(again.counted, cm::Counted::devices_of_channel);
    EXPECT_TRUE(again.of_channel);
    EXPECT_TRUE(again.displaces);
    EXPECT_EQ(again.at_least, 2);
    EXPECT_EQ(again.at_most, 3);
    EXPECT_EQ(again.seen_wall_ms, 9);
    EXPECT_EQ(again.rule.view(), "2 devices");
    EXPECT_EQ(again.attribute.view(), "deviceId");
}

TEST_F(SnapshotTest, LimitThatIsOldOrOfNoTimeIsNotKept) {
    LearntLimit limit;
    limit.used = true;
    ledgers->limits.restore(limit);
    EXPECT_NE(written().find(R"("limits":[])"), std::string::npos) << "nobody knows how old it is";
    limit.seen_wall_ms = 1;
    ledgers->boot_wall_ms = LearntLimit::kLife + 2;
    ledgers->limits.restore(limit);
    EXPECT_NE(written().find(R"("limits":[])"), std::string::npos);
}

TEST_F(SnapshotTest, LimitOfAnApplicationThatIsGoneIsNobodysElse) {
    const auto other =
        restored(R"({"limits":[{"application":"gone","most":3,"wall":9},{"most":2}]})");
    const LearntLimit& first = *other->limits.begin();
    EXPECT_EQ(first.application, 0);
    EXPECT_EQ(first.at_most, 2);
    EXPECT_EQ(first.counted, cm::Counted::nothing);
    EXPECT_FALSE((other->limits.begin() + 1)->used);
}

TEST_F(SnapshotTest, ConflictsThatAnEarlierReleaseKeptAreRead) {
    const auto other = restored(R"({"conflicts":[{"rule":"3 streams","wall":9}]})");
    ASSERT_EQ(other->history.size(), 1u);
    EXPECT_EQ(other->history[0].rule.view(), "3 streams");
    EXPECT_EQ(other->history[0].wall_ms, 9);
    EXPECT_EQ(other->history[0].id, 1u);
    EXPECT_EQ(other->history[0].kind, History::Kind::denied);
}

// As many tokens as there can be: short texts, and everything that is kept.
TEST_F(SnapshotTest, TheFullestStateCanBeReadAgain) {
    for (std::size_t i = 0; i < SessionTable::kRecords; ++i) {
        Session& session = open();
        ASSERT_TRUE(session.cm_id.assign("c"));
        session.progress.reference = 1;
        session.progress.end_reason = EndReason::logout;
        for (std::size_t pair = 1; pair < cm::kMaxPairs; ++pair)
            ASSERT_TRUE(session.stream.metadata.set(std::to_string(pair), "v"));
    }
    for (std::size_t i = 0; i < History::kMaxEntries; ++i) {
        History::Entry& entry = ledgers->history.add(History::Kind::displaced);
        entry.outcome = Outcome::chosen;
        entry.end_reason = EndReason::displaced;
        entry.playback = Playback::stopped;
        entry.threshold = entry.heard_to_stop_ms = entry.stop_to_verified_ms = 1;
        entry.wall_ms = 1'700'000'000'009;
        ASSERT_TRUE(entry.rule.assign("r") && entry.policy.assign("p"));
        ASSERT_TRUE(entry.attribute.assign("a"));
    }
    const auto other = restored(written());
    EXPECT_EQ(other->history.size(), History::kMaxEntries);
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

Conflict& open_conflict(Ledgers& ledgers, std::uint64_t id, std::string_view body) {
    StreamRequest stream = stream_of("viewer");
    stream.party = Party::of_user(id % 2);
    Conflict& conflict = ledgers.conflicts.place(stream.party);
    ledgers.conflicts.open(conflict, stream, id);
    Conflicts::renew(conflict, {body, nullptr, 5, Time{1000}, id});
    conflict.outcome = Outcome::open;
    return conflict;
}

TEST_F(SnapshotTest, ConflictIsWrittenAsItIs) {
    ledgers->now = Time{1000};
    Conflict& conflict = open_conflict(*ledgers, 0x12, R"({"a":"\u00e9"})");
    conflict.told = true;
    conflict.entry = 7;
    ASSERT_TRUE(conflict.failed.add("c1"));
    ASSERT_TRUE(conflict.session.assign("0123456789abcdef"));
    ASSERT_TRUE(conflict.stream.metadata.set("channel", "news"));
    const std::string text = written();
    EXPECT_NE(
        text.find(
            R"("conflicts":[{"id":"0000000000000012","application":"","player":"",)"
            R"("party":"8000000000000000","idp":"acme","subject":"viewer","attempt":1,"entry":7,"until":601000,)"
            R"("wall":5,"session":"0123456789abcdef","told":true,)"
            R"("failed":["c1"],"metadata":{"channel":"news"},)"
            R"("body":"{\"a\":\"\\u00e9\"}"}]})"),
        std::string::npos)
        << text;
}

TEST_F(SnapshotTest, ConflictThatIsOverIsNotKept) {
    open_conflict(*ledgers, 1, "{}").outcome = Outcome::gave_up;
    open_conflict(*ledgers, 2, "{}");
    const std::string text = written();
    EXPECT_EQ(text.find("\"0000000000000001\""), std::string::npos);
    EXPECT_NE(text.find("\"0000000000000002\""), std::string::npos);
}

TEST_F(SnapshotTest, OutageIsReadAsItWasWritten) {
    ledgers->now = Time{6000};
    ledgers->boot_wall_ms = 1'700'000'000'000;
    ledgers->credit.restore(Time{5000}, true);
    EXPECT_EQ(written(), R"({"sessions":[],"history":[],"limits":[],"leases":[],)"
                         R"("outage":{"since":5000,"wall":1700000005000,"lent":true},)"
                         R"("conflicts":[]})");
    const auto other = restored(written(), Time{6000});
    EXPECT_TRUE(other->credit.outage() && other->credit.lent());
    EXPECT_EQ(other->credit.began(), Time{5000});
    EXPECT_TRUE(other->credit.reachable()) << "nobody has asked yet";
}

TEST_F(SnapshotTest, LeasesAreReadAsTheyWereLearnt) {
    settings->application_count = 2;
    ASSERT_TRUE(settings->applications[1].name.assign("news"));
    ledgers->now = Time{100'000};
    ledgers->boot_wall_ms = 1'700'000'000'000;
    ASSERT_TRUE(ledgers->patience.forgot(0, 51'000, Time{9'000}));
    ASSERT_TRUE(ledgers->patience.forgot(1, 765'000, Time{9'500}));
    const std::string text = written();
    EXPECT_NE(text.find(R"("leases":[{"life":25500,"since":9000,"wall":1700000009000},)"
                        R"({"application":"news","life":30000,"since":9500,)"),
              std::string::npos)
        << text;
    const auto other = restored(text, Time{100'000});
    EXPECT_EQ(other->patience[0].life, 25'500);
    EXPECT_EQ(other->patience[0].learnt_at, Time{9'000});
    EXPECT_EQ(other->patience[1].life, 30'000);
    ledgers->now = Time{9'600 + Patience::kBelieved};
    EXPECT_NE(written().find(R"("leases":[])"), std::string::npos);
}

TEST_F(SnapshotTest, LeasesThatMakeNoSenseAreNone) {
    settings->application_count = 2;
    ASSERT_TRUE(settings->applications[1].name.assign("news"));
    const auto other =
        restored(R"({"leases":[{"life":1},{"life":-7},{"application":"gone","life":30000},)"
                 R"({"application":"news","life":99999999}]})");
    EXPECT_EQ(other->patience[0].life, 0);
    EXPECT_EQ(other->patience[1].life, 900'000);
}

TEST_F(SnapshotTest, RefusalIsReadAsItWasWrittenWithoutTheAccount) {
    ledgers->now = Time{9000};
    ledgers->refused.note(stream_of("viewer"), true, Time{9000}, ledgers->ids);
    ledgers->refused.note(stream_of("guest"), false, Time{9000 - 15 * kMinute}, ledgers->ids);
    const std::string text = written();
    EXPECT_EQ(text.find("viewer"), std::string::npos);
    EXPECT_NE(text.find(R"(","since":9000,"wall":0,"limit":true}],)"), std::string::npos) << text;
    const auto other = restored(text);
    EXPECT_EQ(other->refused.reason(stream_of("viewer"), ledgers->now), "limit-known");
    EXPECT_EQ(other->refused.reason(stream_of("guest"), Time{}), "") << "it was over";
}

TEST_F(SnapshotTest, OwnersAreKeptAsDigests) {
    open().stream.owner = {0x0123456789abcdef, 0xf};
    open_conflict(*ledgers, 1, "{}").stream.owner = {0x10, 0x20};
    const std::string text = written();
    EXPECT_NE(text.find(R"("owner":"0123456789abcdef000000000000000f")"), std::string::npos);
    const auto next = restored(text);
    const Session* const session = next->sessions.find("0123456789abcdef");
    ASSERT_NE(session, nullptr);
    EXPECT_TRUE(session->stream.owner == (Owner{0x0123456789abcdef, 0xf}));
    const Conflict* const conflict = next->conflicts.find("0000000000000001");
    ASSERT_NE(conflict, nullptr);
    EXPECT_TRUE(conflict->stream.owner == (Owner{0x10, 0x20}));
}

TEST_F(SnapshotTest, NewestConflictsAreKeptAndLongBodiesAreNot) {
    const std::string most = "\"" + std::string(kMaxKeptBody - 2, 'b') + "\"";
    for (std::uint64_t id = 1; id <= 8; ++id) open_conflict(*ledgers, id, most);
    const auto next = restored(written());
    EXPECT_EQ(next->conflicts.find("0000000000000001"), nullptr) << "64 KiB are full";
    ASSERT_NE(next->conflicts.find("0000000000000002"), nullptr);
    EXPECT_EQ(next->conflicts.find("0000000000000008")->text(), most);
    EXPECT_GT(next->conflicts.find("0000000000000008")->serial,
              next->conflicts.find("0000000000000002")->serial);
    open_conflict(*ledgers, 9, most + " ");
    const auto last = restored(written());
    EXPECT_EQ(last->conflicts.find("0000000000000009")->text(), "");
    EXPECT_EQ(written(80),
              R"({"sessions":[],"history":[],"limits":[],"leases":[],"conflicts":[]})");
}

TEST_F(SnapshotTest, BrokenConflictsAreLeftOut) {
    const auto next = restored(
        R"({"history":[],"conflicts":[7,{"id":"1"},{"id":"2","idp":"i"},)"
        R"({"id":"4","idp":"i","subject":"s","until":0},)"
        R"({"id":"5","idp":"i","subject":"s","until":99999999,"failed":[1,"c"],"body":"\ud800"}]})");
    EXPECT_EQ(next->conflicts.find("1"), nullptr);
    EXPECT_EQ(next->conflicts.find("2"), nullptr);
    EXPECT_EQ(next->conflicts.find("4"), nullptr) << "it has expired";
    const Conflict* const kept = next->conflicts.find("5");
    ASSERT_NE(kept, nullptr);
    EXPECT_EQ(Time(kept->until), Time{10 * kMinute}) << "no longer than from now on";
    EXPECT_EQ(kept->failed.count, 1u);
}

// 32 sessions, 100 entries and 8 conflicts of the most metadata: what fits into the text must fit
// into the tokens with which it is read.
TEST_F(SnapshotTest, FullestTextCanBeRead) {
    cm::Metadata metadata;
    for (int i = 0; i < 47; ++i) ASSERT_TRUE(metadata.set("n" + std::to_string(i), ""));
    for (std::size_t i = 0; i < SessionTable::kRecords; ++i) {
        Session& session = open();
        session.stream.metadata = metadata;
        session.stream.party = Party::of_user(0);
        ASSERT_TRUE(session.cm_id.assign("c"));
        session.progress.reference = 1;
        session.progress.end_reason = EndReason::displaced;
        ASSERT_TRUE(session.conflict.assign("x"));
    }
    for (std::size_t i = 0; i < History::kMaxEntries; ++i) {
        History::Entry& entry = ledgers->history.add(History::Kind::displaced);
        entry.outcome = Outcome::gave_up;
        entry.end_reason = EndReason::displaced;
        entry.playback = Playback::forced;
        entry.threshold = entry.heard_to_stop_ms = entry.stop_to_verified_ms = 1;
        ASSERT_TRUE(entry.rule.assign("r") && entry.policy.assign("p") &&
                    entry.attribute.assign("a"));
    }
    for (std::uint64_t id = 1; id <= kMaxConflicts; ++id) {
        Conflict& conflict = open_conflict(*ledgers, id, "{}");
        conflict.stream.metadata = metadata;
        for (std::size_t code = 0; code < cm::kMaxCodes; ++code)
            ASSERT_TRUE(conflict.failed.add("c" + std::to_string(code)));
    }
    ledgers->credit.restore(Time{1}, true);
    for (std::size_t i = 0; i < Refused::kAccounts; ++i)
        ledgers->refused.note(stream_of(std::to_string(i)), true, Time{1}, ledgers->ids);
    Body body(written());
    const Snapshot snapshot = read_snapshot(body.text, body.room());
    EXPECT_EQ(json::GetArraySize(snapshot.refused), int{Refused::kAccounts});
    EXPECT_EQ(json::GetArraySize(snapshot.sessions), int{SessionTable::kRecords});
    EXPECT_EQ(json::GetArraySize(snapshot.conflicts), int{kMaxConflicts});
}

TEST_F(SnapshotTest, BrokenTextSaysNothing) {
    for (const char* text : {"", "{", "[]", R"({"sessions":7})"}) {
        Body body(text);
        const Snapshot snapshot = read_snapshot(body.text, body.room());
        EXPECT_EQ(json::GetArraySize(snapshot.sessions), 0) << text;
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

}  // namespace
}  // namespace cmagent::core
