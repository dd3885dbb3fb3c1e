#include "agent/cm/metadata.h"

#include <gtest/gtest.h>

#include <string>

namespace cmagent::cm {
namespace {

std::string listed(const Metadata& metadata) {
    std::string text;
    for (Metadata::Pair pair : metadata) {
        text += std::string(pair.name) + "=" + std::string(pair.value) + ";";
    }
    return text;
}

TEST(Metadata, IsEmptyAtFirst) {
    const Metadata metadata;
    EXPECT_EQ(metadata.size(), 0U);
    EXPECT_EQ(listed(metadata), "");
    EXPECT_FALSE(metadata.has("channel"));
    EXPECT_EQ(metadata.get("channel").data(), nullptr);
}

TEST(Metadata, KeepsTheOrderInWhichPairsCame) {
    Metadata metadata;
    EXPECT_TRUE(metadata.set("channel", "news"));
    EXPECT_TRUE(metadata.set("assetId", "42"));
    EXPECT_TRUE(metadata.set("empty", ""));
    EXPECT_EQ(metadata.size(), 3U);
    EXPECT_EQ(listed(metadata), "channel=news;assetId=42;empty=;");
    EXPECT_TRUE(metadata.has("empty"));
    EXPECT_EQ(metadata.get("assetId"), "42");
}

TEST(Metadata, NamesAreCaseSensitive) {
    Metadata metadata;
    EXPECT_TRUE(metadata.set("zipcode", "1"));
    EXPECT_TRUE(metadata.set("zipCode", "2"));
    EXPECT_EQ(listed(metadata), "zipcode=1;zipCode=2;");
}

TEST(Metadata, AKnownNameGetsItsNewValueInItsOldPlace) {
    Metadata metadata;
    ASSERT_TRUE(metadata.set("a", "1"));
    ASSERT_TRUE(metadata.set("b", "22"));
    ASSERT_TRUE(metadata.set("c", "333"));
    EXPECT_TRUE(metadata.set("b", "a much longer value"));
    EXPECT_EQ(listed(metadata), "a=1;b=a much longer value;c=333;");
    EXPECT_TRUE(metadata.set("b", ""));
    EXPECT_TRUE(metadata.set("c", "3"));
    EXPECT_EQ(listed(metadata), "a=1;b=;c=3;");
    EXPECT_EQ(metadata.size(), 3U);
}

TEST(Metadata, IsEmptyOnceItIsCleared) {
    Metadata metadata;
    ASSERT_TRUE(metadata.set("d", "1"));
    metadata.clear();
    EXPECT_EQ(metadata.size(), 0U);
    EXPECT_EQ(listed(metadata), "");
}

TEST(Metadata, RefusesWhatPassesALimitAndStaysAsItWas) {
    Metadata metadata;
    ASSERT_TRUE(metadata.set("a", "1"));
    EXPECT_FALSE(metadata.set("", "1"));
    EXPECT_FALSE(metadata.set(std::string(kMaxName + 1, 'n'), "1"));
    EXPECT_FALSE(metadata.set("b", std::string(kMaxValue + 1, 'v')));
    EXPECT_FALSE(metadata.set("a", std::string(kMaxValue + 1, 'v')));
    EXPECT_EQ(listed(metadata), "a=1;");
}

TEST(Metadata, HoldsTheLargestPairsThatTheLimitsAllow) {
    Metadata metadata;
    const std::string value(kMaxValue, '\xff');
    const auto name = [](std::size_t i) {
        std::string text = std::to_string(i);
        return text + std::string(kMaxName - text.size(), 'n');
    };
    for (std::size_t i = 0; i < kMaxPairs; ++i) ASSERT_TRUE(metadata.set(name(i), value)) << i;
    EXPECT_FALSE(metadata.set("one more", ""));
    EXPECT_TRUE(metadata.set(name(0), "new")) << "a known name needs no room";
    EXPECT_EQ(metadata.size(), kMaxPairs);
    EXPECT_EQ(metadata.get(name(kMaxPairs - 1)), value);
}

TEST(Metadata, ACopyIsIndependent) {
    Metadata metadata;
    ASSERT_TRUE(metadata.set("a", "1"));
    Metadata copy = metadata;
    ASSERT_TRUE(copy.set("a", "2"));
    EXPECT_EQ(metadata.get("a"), "1");
    metadata = copy;
    EXPECT_EQ(metadata.get("a"), "2");
    const Metadata& itself = metadata;
    metadata = itself;
    EXPECT_EQ(metadata.get("a"), "2");
}

// cm-api.md, "Metadata that cannot change once set".
TEST(ImmutableMetadata, IsWhatTheServiceSays) {
    for (const char* name : {"package", "channel", "platform", "assetId", "idp", "mvpd",
                             "hba_status", "hba", "mobileDevice"}) {
        EXPECT_TRUE(is_immutable(name)) << name;
    }
    for (const char* name : {"", "Channel", "channel2", "deviceName", "agentReference"}) {
        EXPECT_FALSE(is_immutable(name)) << name;
    }
}

}  // namespace
}  // namespace cmagent::cm
