// The invariants that stories and the simulation check can fail, each by its number.
#include "tests/invariants.h"

#include <gtest/gtest.h>

#include <memory>

namespace cmagent::core {
namespace {

TEST(Invariants, HoldForAStartThatIsBeingAskedAndCanEachFail) {
    using Progress = Session::Progress;
    struct Case {
        int number;
        void (*breaks)(Progress&);
    };
    constexpr Case kCases[] = {
        {0, [](Progress&) {}},
        {1, [](Progress& one) { one.exchange_at = Time{1}; }},
        {2, [](Progress& one) { one.exchange = Exchange::idle; }},
        {3, [](Progress& one) { one.playback = Playback::untouched; }},
        {4, [](Progress& one) { one.lease = Lease::renewing; }},
        {5, [](Progress& one) { one.playback_at = Time{1}; }},
        {6, [](Progress& one) { one.end_reason = EndReason::user; }},
        {7, [](Progress& one) { one.lease = Lease::withdrawn, one.ticket = 1; }},
        {8, [](Progress& one) { one.lease = Lease::unclear, one.after = 1; }},
        {9, [](Progress& one) { one.hidden = true; }},
        {10, [](Progress& one) { one.lease = Lease::releasing; }},
        {11, [](Progress& one) { one.grace_at = Time{1}; }},
        {12, [](Progress& one) { one.forgotten_at = Time{1}; }},
        {13, [](Progress& one) { one.pause_at = Time{1}; }},
    };
    for (const Case& one : kCases) {
        const auto session = std::make_unique<Session>();
        session->progress.used = true;
        session->progress.exchange = Exchange::in_flight;
        one.breaks(session->progress);
        EXPECT_EQ(broken_invariant(*session), one.number);
    }
}

}  // namespace
}  // namespace cmagent::core
