// What came of the calls to CM, for status and metrics (contract.md, "Metrics").
#include "agent/core/calls.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>

#include "agent/cm/call_times.h"

namespace cmagent::core {
namespace {

using cm::Call;
using M = cm::Meaning;
using R = CallResult;

constexpr Time kNow{1'000'000};

cm::Answer failed(M meaning, std::string_view reason, std::string_view detail = "") {
    cm::Answer answer = cm::no_response(meaning, reason);
    answer.detail = detail;
    return answer;
}

TEST(Calls, EachMeaningComesToAResult) {
    struct Row {
        M meaning;
        R result;
        bool fails;
    };
    static constexpr Row kRows[] = {
        {M::granted, R::accepted, false},        {M::listed, R::accepted, false},
        {M::conflict, R::denied, false},         {M::terminated, R::denied, false},
        {M::revoked, R::denied, false},          {M::vanished, R::denied, false},
        {M::throttled, R::refused, true},        {M::incomplete, R::refused, false},
        {M::invalid, R::refused, true},          {M::unauthorized, R::refused, true},
        {M::unreachable, R::unreachable, true},  {M::unclear, R::unknown, true},
        {M::not_cm, R::unreachable, true},       {M::insecure, R::unreachable, true},
        {M::clock_not_set, R::unreachable, true}};
    for (const Row& row : kRows) {
        Calls calls;
        calls.note(Call::heartbeat, 0, failed(row.meaning, {}), kNow, 0);
        EXPECT_EQ(calls.count(Call::heartbeat, row.result), 1U) << cm::meaning_name(row.meaning);
        EXPECT_EQ(calls.count(Call::start, row.result), 0U);
        EXPECT_EQ(calls.newest_failure().count, row.fails ? 1U : 0U)
            << cm::meaning_name(row.meaning);
    }
}

TEST(Calls, WhatWasNotAskedIsNoCall) {
    Calls calls;
    calls.note(Call::start, 0, failed(M::busy, "waited-in-line"), kNow, 0);
    for (const R result : {R::accepted, R::denied, R::refused, R::unreachable, R::unknown})
        EXPECT_EQ(calls.count(Call::start, result), 0U) << name(result);
    EXPECT_EQ(calls.newest_failure().count, 0U);
    EXPECT_EQ(calls.begin(), calls.end());
}

// A page in the place of a session is no time-out: the status names what the app was told.
TEST(Calls, Hazard62AnUnclearStartIsWhatItWouldBeOtherwise) {
    Calls calls;
    cm::Answer answer = failed(M::unclear, "no-session-id");
    answer.otherwise = M::not_cm;
    calls.note(Call::start, 0, answer, kNow, 0);
    EXPECT_EQ(calls.newest_failure().meaning, M::not_cm);
    EXPECT_EQ(calls.count(Call::start, R::unknown), 1U);
    calls.note(Call::start, 0, failed(M::unclear, "timed-out"), kNow, 0);
    EXPECT_EQ(calls.newest_failure().meaning, M::unclear);
}

TEST(Calls, TheNewestFailureIsKeptWhenItIsOver) {
    Calls calls;
    calls.note(Call::start, 1, failed(M::unreachable, "connect-failed", "192.0.2.1:443: refused"),
               kNow, 1'700'000'000'000);
    calls.note(Call::heartbeat, 0, failed(M::granted, {}), kNow + kSecond, 1'700'000'001'000);
    const Failure& failure = calls.newest_failure();
    EXPECT_EQ(failure.count, 1U);
    EXPECT_EQ(failure.application, 1);
    EXPECT_EQ(failure.reason, "connect-failed");
    EXPECT_EQ(failure.detail, "192.0.2.1:443: refused");
    EXPECT_EQ(failure.at, kNow);
    EXPECT_EQ(failure.wall_ms, 1'700'000'000'000);
}

TEST(Calls, OneThatComesAgainIsCounted) {
    Calls calls;
    for (int i = 0; i < 3; ++i)
        calls.note(Call::start, 0, failed(M::unreachable, "not-resolved"), kNow, 0);
    EXPECT_EQ(calls.newest_failure().count, 3U);
    calls.note(Call::start, 1, failed(M::unreachable, "not-resolved"), kNow, 0);
    EXPECT_EQ(calls.newest_failure().count, 1U) << "of another application";
    calls.note(Call::start, 1, failed(M::unreachable, "connect-failed"), kNow, 0);
    EXPECT_EQ(calls.newest_failure().count, 1U) << "for another reason";
}

TEST(Calls, OneWithoutAReasonHasItsMeaningsName) {
    Calls calls;
    cm::Answer answer = failed(M::unauthorized, {});
    answer.status = 401;
    calls.note(Call::metadata, 0, answer, kNow, 0);
    EXPECT_EQ(calls.newest_failure().reason, "unauthorized");
    EXPECT_EQ(calls.newest_failure().status, 401);
    ASSERT_EQ(calls.end() - calls.begin(), 1);
    EXPECT_EQ(calls.begin()->reason, "unauthorized");
}

TEST(Calls, ADetailThatIsTooLongIsCut) {
    Calls calls;
    calls.note(Call::start, 0, failed(M::insecure, "certificate-invalid", std::string(400, 'x')),
               kNow, 0);
    EXPECT_EQ(calls.newest_failure().detail.view().size(), 160U);
}

TEST(Calls, MoreReasonsThanFitAreCountedTogether) {
    Calls calls;
    std::deque<std::string> names;
    for (std::size_t i = 0; i < Calls::kReasons + 3; ++i) {
        names.push_back("reason-" + std::to_string(i));
        calls.note(Call::start, 0, failed(M::not_cm, names.back()), kNow, 0);
        calls.note(Call::start, 0, failed(M::not_cm, names.front()), kNow, 0);
    }
    ASSERT_EQ(calls.end() - calls.begin(), std::ptrdiff_t{Calls::kReasons});
    EXPECT_EQ(calls.begin()->count, Calls::kReasons + 4);
    EXPECT_EQ(calls.begin()[Calls::kReasons - 1].reason, "other");
    EXPECT_EQ(calls.begin()[Calls::kReasons - 1].count, 4U);
}

TEST(CallResult, HasNames) {
    EXPECT_EQ(name(R::accepted), "accepted");
    EXPECT_EQ(name(R::denied), "denied");
    EXPECT_EQ(name(R::refused), "refused");
    EXPECT_EQ(name(R::unreachable), "unreachable");
    EXPECT_EQ(name(R::unknown), "unknown");
}

TEST(CallTimes, EachTimeFallsUpToTheNextBound) {
    cm::CallTimes times;
    for (const Millis took : {0, 100, 101, 1'000, 9'999, 10'000, 10'001, 60'000}) times.note(took);
    constexpr std::uint32_t kExpected[] = {2, 1, 1, 0, 2, 2};
    for (std::size_t i = 0; i < cm::CallTimes::kBuckets; ++i)
        EXPECT_EQ(times.counts[i], kExpected[i]) << i;
    EXPECT_EQ(times.sum_ms, 91'201U);
}

}  // namespace
}  // namespace cmagent::core
