// Whether a UI listens.

#include "agent/core/presence.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace cmagent::core
