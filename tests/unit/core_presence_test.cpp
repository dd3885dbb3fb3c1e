// Whether a UI listens, and whether CM can be reached.

#include "agent/core/presence.h"

#include <gtest/gtest.h>

#include "agent/core/reachability.h"

namespace cmagent::core {
namespace {

constexpr Time kNow{1'000'000};

TEST(Presence, UiThatNeverListenedIsNotMissed) {
    Presence presence;
    presence.note(0, kNow);
    EXPECT_EQ(presence.gone_since(), kNever);
    EXPECT_FALSE(presence.listened());
}

TEST(Presence, UiIsGoneFromTheMomentWhenTheLastListenerGoes) {
    Presence presence;
    presence.note(2, kNow);
    presence.note(1, kNow + 1);
    EXPECT_EQ(presence.gone_since(), kNever);
    presence.note(0, kNow + 2);
    presence.note(0, kNow + 3);
    EXPECT_EQ(presence.gone_since(), kNow + 2);
    EXPECT_TRUE(presence.listened());
    presence.note(1, kNow + 4);
    EXPECT_EQ(presence.gone_since(), kNever);
}

TEST(Presence, UiThatListenedBeforeACrashIsExpectedBack) {
    Presence presence;
    presence.restore(true, kNow);
    EXPECT_EQ(presence.gone_since(), kNow);
    EXPECT_TRUE(presence.listened());
    Presence other;
    other.restore(false, kNow);
    EXPECT_EQ(other.gone_since(), kNever);
}

TEST(Reachability, IsWhatTheLastAnswerSays) {
    Reachability reachability;
    EXPECT_TRUE(reachability.reachable());
    EXPECT_FALSE(reachability.note(cm::Meaning::granted)) << "no news";
    EXPECT_TRUE(reachability.note(cm::Meaning::unreachable));
    EXPECT_FALSE(reachability.reachable());
    EXPECT_FALSE(reachability.note(cm::Meaning::unreachable));
    EXPECT_TRUE(reachability.note(cm::Meaning::unauthorized)) << "CM's own word, whatever it is";
    EXPECT_TRUE(reachability.reachable());
}

TEST(Reachability, WhatSomebodyElseSaysTellsNothing) {
    Reachability reachability;
    for (const bool reachable : {true, false}) {
        if (!reachable) (void)reachability.note(cm::Meaning::unreachable);
        for (const auto meaning : {cm::Meaning::unclear, cm::Meaning::not_cm, cm::Meaning::insecure,
                                   cm::Meaning::clock_not_set})
            EXPECT_FALSE(reachability.note(meaning));
        EXPECT_EQ(reachability.reachable(), reachable);
    }
}

}  // namespace
}  // namespace cmagent::core
