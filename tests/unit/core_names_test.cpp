// Names that the API and the log show, and where the core lies in memory.

#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "agent/core/core.h"
#include "agent/core/reference.h"

namespace cmagent::core {
namespace {

TEST(Names, StatesAreTheContracts) {
    const std::string_view kNames[] = {"starting", "active", "grace", "stopping", "ended"};
    for (std::size_t i = 0; i < std::size(kNames); ++i)
        EXPECT_EQ(name(static_cast<State>(i)), kNames[i]);
}

TEST(Names, EndReasonsAreTheContracts) {
    const std::set<std::string_view> kNames = {
        "",         "user",   "remote-termination", "displaced", "denied",   "unreachable",
        "logout",   "paused", "player-exited",      "ui-lost",   "shutdown", "ended-here",
        "replaced", "revoked"};
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kCountOf<EndReason>; ++i)
        names.insert(name(static_cast<EndReason>(i)));
    EXPECT_EQ(names, kNames);
}

TEST(Names, NumbersAreSixteenHexadecimalDigits) {
    EXPECT_EQ(name_for(0).view(), "0000000000000000");
    EXPECT_EQ(name_for(0x0123456789abcdefu).view(), "0123456789abcdef");
}

TEST(State, IsDerivedFromLeaseAndPlayback) {
    struct Case {
        Lease lease;
        Playback playback;
        State state;
    };
    const Case kCases[] = {
        {Lease::none, Playback::idle, State::starting},
        {Lease::unclear, Playback::idle, State::starting},
        {Lease::held, Playback::queued, State::starting},
        {Lease::held, Playback::playing, State::active},
        {Lease::renewing, Playback::playing, State::active},
        {Lease::assumed, Playback::playing, State::grace},
        {Lease::overdue, Playback::playing, State::grace},
        {Lease::held, Playback::stopping, State::stopping},
        {Lease::gone, Playback::forcing, State::stopping},
        {Lease::releasing, Playback::untouched, State::ended},
        {Lease::gone, Playback::stopped, State::ended},
        {Lease::gone, Playback::forced, State::ended},
        {Lease::gone, Playback::unconfirmed, State::ended},
    };
    const auto session = std::make_unique<Session>();
    for (const Case& one : kCases) {
        session->progress.lease = one.lease;
        session->progress.playback = one.playback;
        EXPECT_EQ(session->state(), one.state) << name(one.lease) << ", " << name(one.playback);
    }
}

// A static core costs no byte of the program and no page until it is used: it is made by the
// compiler, of zeroes.
#if defined(__clang__)
[[clang::require_constant_initialization]] Core g_core;
#else
__constinit Core g_core;
#endif

TEST(Memory, StaticCoreIsAllZeroAndUntouched) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(&g_core);
    std::size_t set = 0;
    for (std::size_t i = 0; i < sizeof g_core; ++i) set += bytes[i] != 0 ? 1 : 0;
    EXPECT_EQ(set, 0u) << "it would be kept in the program's file";
    EXPECT_LT(sizeof g_core, 2'000'000u);
}

}  // namespace
}  // namespace cmagent::core
