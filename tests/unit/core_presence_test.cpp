// Who listens.

#include "agent/core/presence.h"

#include <gtest/gtest.h>

namespace cmagent::core {
namespace {

TEST(Presence, ListenerIsThereForHimselfAndForNobody) {
    Presence presence;
    EXPECT_FALSE(presence.listens({1, 2}));
    EXPECT_FALSE(presence.listens({}));
    Presence::Listening listening;
    ASSERT_TRUE(listening.add({1, 2}));
    presence.listen(listening);
    EXPECT_TRUE(presence.listens({1, 2}));
    EXPECT_FALSE(presence.listens({1, 3}));
    EXPECT_TRUE(presence.listens({}));
}

TEST(Presence, ListenerOfNobodyIsNobodyElse) {
    Presence presence;
    Presence::Listening listening;
    ASSERT_TRUE(listening.add({}));
    presence.listen(listening);
    EXPECT_FALSE(presence.listens({1, 2}));
    EXPECT_TRUE(presence.listens({}));
}

}  // namespace
}  // namespace cmagent::core
