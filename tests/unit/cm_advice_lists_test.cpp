// The bodies of the two calls that only read.

#include <gtest/gtest.h>

#include "agent/cm/required_metadata.h"
#include "agent/cm/running_streams.h"
#include "tests/unit/cm_advice_reading.h"

namespace cmagent::cm {
namespace {

template <class List>
struct Answer {
    explicit Answer(std::string body)
        : text(std::move(body)),
          tokens(text.size() + 2),
          list(json::parse(text, {tokens.data(), tokens.size()}).root) {}
    std::string text;
    std::vector<json::Token> tokens;
    List list;
};
using Streams = Answer<RunningStreams>;
using Names = Answer<RequiredMetadata>;

TEST(RunningStreams, AreListed) {
    const Streams answer(fixture("running-streams"));
    ASSERT_TRUE(answer.list.readable());
    EXPECT_FALSE(answer.list.other_streams());
    int count = 0;
    for (const RunningStream& stream : answer.list) {
        ++count;
        EXPECT_EQ(text_of(stream.session_id), "76378b50-4eb0-43b4-b144-51cb62d85563");
        EXPECT_EQ(stream.started_at_ms, 1738760521421);
        EXPECT_EQ(text_of(stream.application_id), "demo-app");
        EXPECT_EQ(text_of(stream.application_name), "Demo application");
        EXPECT_EQ(text_of(stream.termination_code), "c424312e");
        EXPECT_EQ(json::GetArraySize(stream.metadata), 2);
    }
    EXPECT_EQ(count, 1);
}

TEST(RunningStreams, MayLackMostMembers) {
    const Streams answer(fixture("running-streams-short"));
    EXPECT_EQ(answer.list.other_streams(), 0);
    const RunningStream stream = *answer.list.begin();
    EXPECT_FALSE(stream.application_name || stream.termination_code || stream.channel);
    EXPECT_TRUE(stream.metadata);
}

TEST(RunningStreams, TellTheChannelAndTheDevice) {
    const Streams answer(
        R"({"runningStreams":[{"metadata":{"channel":"c","deviceName":"d"}},7,{"metadata":[]}],"otherStreams":2})");
    EXPECT_EQ(answer.list.other_streams(), 2);
    auto stream = answer.list.begin();
    EXPECT_EQ(text_of((*stream).channel), "c");
    EXPECT_EQ(text_of((*stream).device_name), "d");
    ++stream;
    EXPECT_FALSE((*stream).session_id) << "what is no object is an empty stream";
    ++stream;
    EXPECT_FALSE((*stream).metadata);
    ++stream;
    EXPECT_FALSE(stream != answer.list.end());
}

TEST(RunningStreams, MayBeNone) {
    const Streams none(fixture("running-streams-none"));
    EXPECT_TRUE(none.list.readable());
    EXPECT_FALSE(none.list.begin() != none.list.end());
}

TEST(RunningStreams, AreUnreadableInAnyOtherBody) {
    for (const char* const text : {"", "[]", "{}", R"({"runningStreams":{}})", "<html>"}) {
        const Streams answer{std::string(text)};
        EXPECT_FALSE(answer.list.readable()) << text;
        EXPECT_FALSE(answer.list.begin() != answer.list.end() && answer.list.readable()) << text;
    }
    EXPECT_FALSE(RunningStreams(json::Item()).readable());
}

TEST(RequiredMetadata, IsAListOfNames) {
    const Names answer(fixture("metadata-demo-app-2"));
    ASSERT_TRUE(answer.list.readable());
    EXPECT_EQ(text_of(answer.list.names()), "channel");
    EXPECT_EQ(text_of(Names(R"(["a",7,"b\u0063",null])").list.names()), "a,bc");
    EXPECT_TRUE(Names("[]").list.readable());
    EXPECT_TRUE(Names("[]").list.names().empty());
}

TEST(RequiredMetadata, IsUnreadableInAnyOtherBody) {
    for (const char* const text : {"", "{\"a\":1}", "\"a\"", "[\"a\""}) {
        const Names answer{std::string(text)};
        EXPECT_FALSE(answer.list.readable()) << text;
        EXPECT_TRUE(answer.list.names().empty()) << text;
    }
}

TEST(Words, AreFound) {
    const Names answer(R"(["a","b"])");
    EXPECT_TRUE(answer.list.names().contains("b"));
    EXPECT_FALSE(answer.list.names().contains("c"));
    EXPECT_FALSE(Words().contains(""));
}

}  // namespace
}  // namespace cmagent::cm
