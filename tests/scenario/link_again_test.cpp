// What the answer itself says about the connection on which it came: the request again on another
// one, or the next request.

#include <gtest/gtest.h>

#include "tests/scenario/link_world.h"

namespace cmagent::link {
namespace {

using cm::Call;
using cm::Meaning;

constexpr Call kAllCalls[] = {Call::start, Call::heartbeat, Call::end, Call::running_streams,
                              Call::metadata};

// --- 408 and 421: the request was not carried out (RFC 9110 §15.5.9, §15.5.20) ---

TEST_F(LinkTest, AConnectionThatTheServerDisownsIsReplacedForEveryCall) {
    for (const int status : {408, 421}) {
        for (const Call kind : kAllCalls) {
            const LinkCounters before = link->counters();
            described.clear();
            int requests = 0;
            cm = [&](const std::string&) {
                return ++requests == 1 ? response(status) : response(429);
            };
            EXPECT_EQ(call(1, kind, true).meaning, Meaning::throttled) << status;
            EXPECT_EQ(requests, 2);
            EXPECT_EQ(link->counters().repetitions, before.repetitions + 1);
            EXPECT_EQ(described, Ids{1}) << "it is the same request";
            link->close();
        }
    }
}

TEST_F(LinkTest, HandshakesAndTheTimesOfAnswersAreCounted) {
    const LinkCounters& counters = link->counters();
    const cm::CallTimes& starts = counters.times[static_cast<std::size_t>(Call::start)];
    settings.endpoint.tls = true;
    cm.accepts();
    (void)call(1, Call::start, true);
    EXPECT_EQ(starts.counts[0], 1U);
    EXPECT_EQ(counters.handshakes[0], 1U);
    link->close();
    one.resumes = true;
    cm = [](const std::string&) { return ""; };
    send(2, Call::start, true);
    pass(20'000);
    EXPECT_EQ(counters.handshakes[1], 1U);
    EXPECT_EQ(starts.counts[0], 1U) << "without an answer there is no time";
    link->close();
    settings.endpoint.tls = false;
    cm.accepts();
    (void)call(3, Call::start, true);
    EXPECT_EQ(counters.connections, 3U);
    EXPECT_EQ(counters.handshakes[0] + counters.handshakes[1], 2U);
}

TEST_F(LinkTest, TwiceIsAnAnswer) {
    const struct {
        int status;
        Meaning meaning;
    } kRows[] = {{408, Meaning::unreachable}, {421, Meaning::not_cm}};
    for (const auto& row : kRows) {
        int requests = 0;
        cm = [&](const std::string&) {
            ++requests;
            return response(row.status);
        };
        EXPECT_EQ(call(1, Call::start, true).meaning, row.meaning);
        EXPECT_EQ(requests, 2);
        EXPECT_FALSE(connected());
    }
}

TEST_F(LinkTest, AKeptConnectionThatHasDiedDoesNotUseUpTheRepetitionOfA408) {
    keep_one();
    int requests = 0;
    cm = [&](const std::string&) { return ++requests == 1 ? response(408) : kAccepted; };
    one.fail_writes();
    EXPECT_EQ(call(1, Call::start, true).meaning, Meaning::granted);
    EXPECT_EQ(link->counters().repetitions, 2U);
}

TEST_F(LinkTest, AServerThatIsTiredOfARequestAnswersBeforeTheEndOfIt) {
    write_ten_bytes_of_a_start();
    cm.accepts();
    one.send("HTTP/1.1 408 x\r\nConnection: close\r\n\r\n");
    one.finish();
    run_loop();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].meaning, Meaning::granted);
}

TEST_F(LinkTest, TheRepetitionHasNoMoreTimeThanTheRequest) {
    cm = [](const std::string&) { return response(421); };
    one.peers[1].manner = FakePeer::Manner::accepts;
    send(1, Call::heartbeat, false, 3'000);
    run_loop();
    told.clear();
    cm = [this](const std::string&) {
        one.peers[1].manner = FakePeer::Manner::is_silent;
        return response(421);
    };
    send(2, Call::heartbeat, false, 3'000);
    pass(2'999);
    EXPECT_TRUE(told.empty());
    pass(1);
    EXPECT_EQ(answered(), Ids{2});
    EXPECT_EQ(told[0].meaning, Meaning::unreachable);
}

// --- a faulty answer: the next question goes on another connection ---

TEST_F(LinkTest, WhoFindsFaultWithARequestIsNotAskedAgainOnThatConnection) {
    const struct {
        int status;
        const char* fields;
        const char* body;
        bool kept;
    } kRows[] = {
        {400, "", "", false},
        {401, "", "", false},
        {403, "Content-Type: text/html\r\n", "<html>", false},
        {405, "", "", false},
        {412, "", "", false},
        {200, "Content-Type: text/html\r\n", "<html>", false},
        {202, "", "", true},
        {404, "", "", true},
        {409, "", "", true},
        {410, "", "", true},
        {429, "", "", true},
    };
    for (const auto& row : kRows) {
        link->close();
        cm = [&](const std::string&) { return response(row.status, row.fields, row.body); };
        (void)call(1, Call::heartbeat);
        EXPECT_EQ(connected(), row.kept) << row.status;
    }
}

// One that has fallen ill between two connections of a gateway's is not asked for ever.
TEST_F(LinkTest, AServerThatFailsTwiceInARowIsLeft) {
    int status = 503;
    cm = [&](const std::string&) { return response(status); };
    (void)call(1, Call::heartbeat);
    EXPECT_TRUE(connected()) << "a million boxes do not shake hands again for each failure";
    status = 202;
    (void)call(2, Call::heartbeat);
    status = 500;
    (void)call(3, Call::heartbeat);
    EXPECT_TRUE(connected()) << "not in a row";
    (void)call(4, Call::heartbeat);
    EXPECT_FALSE(connected());
    (void)call(5, Call::heartbeat);
    EXPECT_TRUE(connected()) << "a new one begins anew";
}

}  // namespace
}  // namespace cmagent::link
