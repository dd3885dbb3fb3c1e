// Trouble that goes on is told when it begins, in growing distances, and when it is over.
#include "agent/daemon/lasting.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cmagent::daemon {
namespace {

using Say = Lasting::Say;

std::string printed(const Lasting& lasting, Time now) {
    char text[64];
    TextWriter out(text);
    lasting.print(out, now);
    return std::string(out.view());
}

TEST(Lasting, IsToldInGrowingDistances) {
    Lasting lasting;
    std::vector<Millis> told;
    Time at{5'000};
    for (; at <= Time{5'000 + 5 * 60 * kMinute}; at = at + 10 * kSecond) {
        const Say say = lasting.again(at, "a");
        EXPECT_EQ(say == Say::begun, at == Time{5'000});
        if (say == Say::still) told.push_back((at - Time{5'000}) / kMinute);
    }
    EXPECT_EQ(told, (std::vector<Millis>{1, 3, 7, 15, 31, 63, 123, 183, 243}));
    EXPECT_TRUE(lasting.end());
    EXPECT_EQ(printed(lasting, at), "5 h, 1801 attempts");
    EXPECT_FALSE(lasting.end());
    EXPECT_EQ(lasting.again(at, "a"), Say::begun) << "as if it had never been";
}

TEST(Lasting, AnotherCauseIsNews) {
    Lasting lasting;
    const char* const refused = "refused";
    const char* const lost = "lost";
    EXPECT_EQ(lasting.again({1'000}, refused), Say::begun);
    EXPECT_EQ(lasting.again({2'000}, refused), Say::nothing);
    EXPECT_EQ(lasting.again({3'000}, lost), Say::begun);
    EXPECT_EQ(lasting.again({61'000}, lost), Say::still);
    EXPECT_EQ(printed(lasting, {61'000}), "1 min, 4 attempts");
}

TEST(Lasting, OneFailureIsSaidWhole) {
    Lasting lasting;
    EXPECT_FALSE(lasting.end());
    EXPECT_EQ(lasting.again({1'000}, nullptr), Say::begun);
    EXPECT_TRUE(lasting.lasts());
    EXPECT_FALSE(lasting.end());
    EXPECT_FALSE(lasting.lasts());
}

TEST(Lasting, SpansAreRoundedDown) {
    const struct {
        Millis span;
        const char* text;
    } kRows[] = {
        {0, "0 s"},
        {59'999, "59 s"},
        {kMinute, "1 min"},
        {120 * kMinute - 1, "119 min"},
        {120 * kMinute, "2 h"},
        {25 * 60 * kMinute, "25 h"},
    };
    for (const auto& row : kRows) {
        char text[32];
        TextWriter out(text);
        put_span(out, row.span);
        EXPECT_EQ(out.view(), row.text);
    }
}

}  // namespace
}  // namespace cmagent::daemon
