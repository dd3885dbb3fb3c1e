#include "agent/core/ids.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "agent/core/core.h"

namespace cmagent::core {
namespace {

// The key of the paper's own test, 00 01 … 0f, and the messages 0 and 1 as eight bytes; computed with
// an implementation that gives the paper's value (its appendix A).
TEST(Ids, AreSipHashOfTheirNumber) {
    Ids ids;
    ids.begin({0x0706050403020100U, 0x0f0e0d0c0b0a0908U});
    EXPECT_EQ(ids.next(), 0x39d3851ca07681a7U);
    EXPECT_EQ(ids.next(), 0x2b91b2b085e6d1f6U);
}

TEST(Ids, OfAnotherKeyAreOthers) {
    std::set<std::uint64_t> seen;
    for (const std::uint64_t key : {0U, 1U, 2U}) {
        Ids one;
        Ids other;
        one.begin({key, 7});
        other.begin({9, key});
        for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(one.next()).second);
        for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(other.next()).second);
    }
}

// Who has seen ids knows nothing of the jitter, and the other way round.
TEST(Ids, AreNotOfTheStreamThatTheJitterIsOf) {
    const auto settings = std::make_unique<Settings>();
    std::string ids[2];
    for (std::string& id : ids) {
        const auto core = std::make_unique<Core>();
        core->configure(*settings);
        core->seed({static_cast<std::uint64_t>(&id - ids), {3, 4}});
        StreamRequest stream;
        ASSERT_TRUE(stream.idp.assign("i") && stream.subject.assign("s"));
        ASSERT_EQ(core->handle(Start{1, &stream, nullptr, {}}, Time{1}), Refusal::none);
        id = core->ledgers().sessions[0].id.view();
    }
    EXPECT_EQ(ids[0], ids[1]) << "the same key, another jitter";
}

}  // namespace
}  // namespace cmagent::core
