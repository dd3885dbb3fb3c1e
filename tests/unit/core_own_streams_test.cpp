// Which of CM's streams are sessions of this box, and what they are told of themselves.

#include "agent/core/own_streams.h"

#include <gtest/gtest.h>

#include <memory>

#include "agent/core/pause.h"
#include "agent/core/reference.h"
#include "tests/unit/core_samples.h"

namespace cmagent::core {
namespace {

struct OwnStreams : testing::Test {
    OwnStreams() {
        sessions->open(sessions->place());
        sessions->open(sessions->place());
        EXPECT_TRUE(named().cm_id.assign("cm-1"));
        named().progress.reference = 1;
        unnamed().progress.reference = 2;
    }
    Session& named() { return at(0); }
    Session& unnamed() { return at(1); }
    Session& at(SessionIndex index) { return const_cast<Session&>((*sessions)[index]); }

    // The sessions that a 409 with such conflicts is about, by their place; "-": another's.
    std::string found(const std::string& conflicts, const std::string& attribute = "streamId") {
        const Body body(R"({"associatedAdvice":[{"type":"rule-violation","attribute":")" +
                        attribute + R"(","conflicts":)" + conflicts + "}]}");
        learn_codes(*sessions, body.evaluation);
        std::string places;
        for (const cm::Advice& advice : body.evaluation.advice()) {
            for (const cm::ConflictingSession& conflict : advice.conflicts)
                places += place(own_session(*sessions, conflict));
        }
        return places;
    }
    static std::string place(const Session* session) {
        return session == nullptr ? "-" : std::to_string(session->progress.index);
    }
    static std::string bearing(std::uint64_t reference) {
        return R"("metadata":{"agentReference":")" + std::string(name_for(reference).view()) +
               R"("})";
    }

    std::unique_ptr<SessionTable> sessions = std::make_unique<SessionTable>();
};

TEST_F(OwnStreams, AreKnownByCmsIdAsAMemberOrAsTheKey) {
    EXPECT_EQ(found(R"([{"sessionId":"cm-1"},{"sessionId":"cm-2"},{}])"), "0--");
    EXPECT_EQ(found(R"({"cm-1":[{}],"cm-2":[{}]})"), "0-");
    EXPECT_EQ(found(R"({"cm-1":[{}]})", "sessions"), "0");
}

TEST_F(OwnStreams, AreKnownByTheReferenceWhereOneSideLacksTheId) {
    EXPECT_EQ(found("{\"box\":[{" + bearing(1) + "}]}", "deviceId"), "0");
    EXPECT_EQ(found("[{\"sessionId\":\"cm-9\"," + bearing(2) + "}]"), "1");
    EXPECT_EQ(found("[{\"sessionId\":\"cm-9\"," + bearing(1) + "}]"), "-")
        << "what CM held for it before a silent re-start";
    EXPECT_EQ(found("[{" + bearing(3) + "}]"), "-");
    EXPECT_EQ(found("{\"box\":[{" + bearing(1) + "}]}"), "0")
        << "a device that is taken for an id, because the rule names no attribute";
    unnamed().progress.reference = 0;
    EXPECT_EQ(found("[{" + bearing(0) + "}]"), "-") << "no reference is nobody's";
}

TEST_F(OwnStreams, LearnTheirCodes) {
    found(R"([{"sessionId":"cm-1"},{"sessionId":"cm-2","terminationCode":"other"}])");
    EXPECT_TRUE(named().own_code.empty());
    found("[{\"terminationCode\":\"b\"," + bearing(2) +
          R"(},{"sessionId":"cm-1","terminationCode":"\u0061"}])");
    EXPECT_EQ(named().own_code.view(), "a");
    EXPECT_EQ(unnamed().own_code.view(), "b");
}

TEST_F(OwnStreams, LearnTheirCodesFromALook) {
    Body body(
        R"({"runningStreams":[{"sessionId":"cm-1","terminationCode":"a"},{"sessionId":"x"}]})");
    cm::Answer answer;
    answer.list = body.list();
    learn_codes(*sessions, answer);
    EXPECT_EQ(named().own_code.view(), "a");
    EXPECT_TRUE(unnamed().own_code.empty());
}

TEST(Pause, IsReadFromTheMetadataOfAStream) {
    Body body(R"({"playState":"paused","pausedSince":"2024-11-25T09:06:12Z"})");
    EXPECT_TRUE(is_paused(body.list()));
    EXPECT_EQ(paused_since(body.list()).raw(), "2024-11-25T09:06:12Z");
    Body playing(R"({"playState":"playing","pausedSince":"2024-11-25T09:06:12Z"})");
    EXPECT_FALSE(is_paused(playing.list()));
    EXPECT_FALSE(paused_since(playing.list()));
    EXPECT_FALSE(is_paused({}));
}

}  // namespace
}  // namespace cmagent::core
