// The bodies of the two calls that only read.

#include <gtest/gtest.h>

#include "agent/cm/limits.h"
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
        R"({"runningStreams":[{"metadata":{"channel":"c","deviceName":"d"}},{"metadata":[]}],"otherStreams":2})");
    EXPECT_EQ(answer.list.other_streams(), 2);
    auto stream = answer.list.begin();
    EXPECT_EQ(text_of((*stream).channel), "c");
    EXPECT_EQ(text_of((*stream).device_name), "d");
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

// The ids of all streams, and how many more there are; "unreadable".
std::string ids(const std::string& body) {
    const Streams answer(body);
    if (!answer.list.readable()) return "unreadable";
    std::string text;
    for (const RunningStream& stream : answer.list) text += text_of(stream.session_id) + " ";
    return text + std::to_string(answer.list.other_streams().value_or(0));
}

TEST(RunningStreams, AreReadInEveryFormThatCanBeRead) {
    const struct {
        const char* body;
        const char* ids;
    } kRows[] = {
        {R"([{"sessionId":"a"},{"sessionId":"b"}])", "a b 0"},
        {R"({"streams":[{"sessionId":"a"}],"otherStreams":1})", "a 1"},
        {R"({"status":"success","data":[{"sessionId":"a"}]})", "a 0"},
        {R"({"data":{"runningStreams":[{"sessionId":"a"}],"otherStreams":3},"otherStreams":5})",
         "a 3"},
        {R"({"a":{"startTime":1},"b":{"sessionId":"own"}})", "a own 0"},
        {R"({"runningStreams":{"a":{},"b":{}},"otherStreams":2})", "a b 2"},
        {R"({"runningStreams":{}})", "0"},
        {"[]", "0"},
        {R"({"status":"success","data":{}})", "0"},
    };
    for (const auto& row : kRows) EXPECT_EQ(ids(row.body), row.ids) << row.body;
}

TEST(RunningStreams, AreUnreadableInAnyOtherBody) {
    for (const char* const text :
         {"", "{}", "null", "7", "\"a\"", "<html>", "[7]", R"([{"sessionId":"a"},7])",
          R"({"runningStreams":7})", R"({"runningStreams":null})", R"({"status":"success"})",
          R"({"status":"error","error":{"code":"X"}})", R"({"error":{"code":"X"}})",
          R"({"a":{},"b":7})"}) {
        EXPECT_EQ(ids(text), "unreadable") << text;
    }
    EXPECT_FALSE(RunningStreams(json::Item()).readable());
}

TEST(RunningStreams, BeganAtATimeInEveryForm) {
    const struct {
        const char* time;
        std::int64_t ms;
    } kRows[] = {
        {"1738760521421", 1738760521421},
        {"1738760521", 1738760521000},
        {"\"1738760521421\"", 1738760521421},
        {"\"1738760521\"", 1738760521000},
        {"\"2025-02-05T13:02:01.421Z\"", 1738760521421},
        {"\"2025-02-05T14:02:01+01:00\"", 1738760521000},
        {"-1", -1000},
        {"-100000000000", -100000000000},
    };
    for (const auto& row : kRows) {
        const Streams answer(std::string(R"([{"startTime":)") + row.time + "}]");
        EXPECT_EQ((*answer.list.begin()).started_at_ms, row.ms) << row.time;
    }
    for (const char* const time :
         {"null", "[]", "{}", "true", "1.5", "\"\"", "\"yesterday\"",
          R"("2025-02-05T13:02:01.421000000000000000000000000\u005a")", "99999999999999999999"}) {
        const Streams answer(std::string(R"([{"startTime":)") + time + "}]");
        EXPECT_EQ((*answer.list.begin()).started_at_ms, std::nullopt) << time;
    }
}

// The names, each with a comma; "unreadable".
std::string names(const std::string& body) {
    const Names answer(body);
    if (!answer.list.readable()) return "unreadable";
    std::string text;
    for (const json::String name : answer.list) text += text_of(name) + ",";
    return text;
}

TEST(RequiredMetadata, IsReadInEveryForm) {
    const struct {
        std::string body;
        const char* names;
    } kRows[] = {
        {fixture("metadata-demo-app-2"), "channel,"},
        {fixture("metadata-none"), ""},
        {fixture("metadata-objects"), "channel,"},
        {fixture("metadata-dictionary"), "channel,"},
        {R"(["a","b\u0063"])", "a,bc,"},
        {R"([{"modifiable":true,"name":"a"},"b"])", "a,b,"},
        {R"({"a":true,"b":null,"c":"x"})", "a,b,c,"},
        {R"({"status":"success","data":["a"],"timestamp":"2024-01-15T10:30:00Z"})", "a,"},
        {R"({"metadata":["a","b"]})", "a,b,"},
        {R"({"metadata":{"a":{}}})", "a,"},
        {R"({"status":"success","data":{"metadata":[{"name":"a"}]}})", "a,"},
        {fixture("success-envelope"), ""},
    };
    for (const auto& row : kRows) EXPECT_EQ(names(row.body), row.names) << row.body;
}

// Never taken for «nothing is required».
TEST(RequiredMetadata, IsUnreadableInAnyOtherBody) {
    const std::string too_long = "[\"a\",\"" + std::string(kMaxName + 1, 'x') + "\"]";
    for (const std::string& text : {fixture("metadata-unreadable"),
                                    std::string(),
                                    std::string("7"),
                                    std::string("\"a\""),
                                    std::string("null"),
                                    std::string("true"),
                                    std::string("[\"a\""),
                                    std::string("{}"),
                                    std::string("[7,8]"),
                                    std::string("[\"a\",7]"),
                                    std::string("[\"a\",null]"),
                                    std::string("[\"\"]"),
                                    std::string("[[]]"),
                                    std::string("[{}]"),
                                    std::string(R"([{"name":7}])"),
                                    std::string(R"([{"name":"a"},{"title":"b"}])"),
                                    std::string(R"({"":true})"),
                                    std::string(R"({"data":7})"),
                                    std::string(R"({"metadata":"a"})"),
                                    std::string(R"({"status":"success"})"),
                                    std::string(R"({"error":{"code":"X"}})"),
                                    too_long}) {
        EXPECT_EQ(names(text), "unreadable") << text;
        EXPECT_FALSE(Names(text).list.begin() != Names(text).list.end());
    }
}

TEST(Words, AreFound) {
    const Answer<Words> answer(R"(["a","b"])");
    EXPECT_TRUE(answer.list.contains("b"));
    EXPECT_FALSE(answer.list.contains("c"));
    EXPECT_FALSE(Words().contains(""));
}

}  // namespace
}  // namespace cmagent::cm
