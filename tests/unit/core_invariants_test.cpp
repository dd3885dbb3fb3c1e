// The invariants that stories and the simulation check can fail, each by its number.
#include "tests/invariants.h"

#include <gtest/gtest.h>

#include <memory>

namespace cmagent::core {
namespace {

Session::Progress ended() {
    Session::Progress progress;
    progress.used = true;
    progress.lease = Lease::gone;
    progress.playback = Playback::stopped;
    progress.end_reason = EndReason::user;
    return progress;
}

TEST(Invariants, HoldForAStartThatIsBeingAskedAndCanEachFail) {
    struct Case {
        int number;
        void (*breaks)(Session&);
    };
    constexpr Case kCases[] = {
        {0, [](Session&) {}},
        {1, [](Session& one) { one.progress.exchange_at = Time{1}; }},
        {2, [](Session& one) { one.progress.exchange = Exchange::idle; }},
        {3, [](Session& one) { one.progress.playback = Playback::untouched; }},
        {4, [](Session& one) { one.progress.lease = Lease::renewing; }},
        {5, [](Session& one) { one.progress.playback_at = Time{1}; }},
        {6, [](Session& one) { one.progress.end_reason = EndReason::user; }},
        {7,
         [](Session& one) {
             one.progress.lease = Lease::gone;
             one.progress.exchange = Exchange::idle;
             one.progress.ticket = 1;
         }},
        {8, [](Session& one) { one.progress.lease = Lease::unclear, one.progress.after = 1; }},
        {9, [](Session& one) { one.progress.hidden = true; }},
        {10, [](Session& one) { one.progress.lease = Lease::releasing; }},
        {11, [](Session& one) { one.progress.grace_at = Time{1}; }},
        {12, [](Session& one) { one.progress.forgotten_at = Time{1}; }},
        {13, [](Session& one) { one.progress.pause_at = Time{1}; }},
        {14, [](Session& one) { (void)one.conflict.assign("a conflict"); }},
        {15, [](Session& one) { one.progress = ended(), one.progress.resolves = 1; }},
    };
    for (const Case& one : kCases) {
        const auto session = std::make_unique<Session>();
        session->progress.used = true;
        session->progress.exchange = Exchange::in_flight;
        one.breaks(*session);
        EXPECT_EQ(broken_invariant(*session), one.number);
    }
}

}  // namespace
}  // namespace cmagent::core
