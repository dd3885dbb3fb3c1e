#include "agent/base/packed.h"

#include <gtest/gtest.h>

namespace cmagent {
namespace {

struct Row {
    std::string_view text;
};
constexpr Row kRows[] = {{"one"}, {""}, {"three"}};
constexpr auto kTexts = pack<kRows, &Row::text>();

TEST(Packed, HoldsTheTextsOfATable) {
    for (std::size_t row = 0; row < std::size(kRows); ++row)
        EXPECT_EQ(kTexts[row], kRows[row].text);
}

}  // namespace
}  // namespace cmagent
