#include "agent/base/names.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace cmagent {
namespace {

enum class Colour : std::uint8_t { none, red, dark_red, red2 };
constexpr Named<Colour> kRows[] = {
    {Colour::none, ""},
    {Colour::red, "red"},
    {Colour::dark_red, "dark-red"},
    {Colour::red2, "red2"},
};
constexpr auto kColours = names_of<kRows>();

TEST(Names, EachEnumeratorHasTheNameOfItsRow) {
    for (const auto& row : kRows) EXPECT_EQ(kColours[row.value], row.name);
}

TEST(Names, LieOneBehindTheOther) {
    EXPECT_EQ(sizeof kColours, sizeof "\0red\0dark-red\0red2");
    EXPECT_EQ(nth_word(kColours.list(), 2), "dark-red");
}

TEST(Names, EnumeratorsAreCounted) {
    enum class Lonely : std::uint8_t { one };
    static_assert(kCountOf<Colour> == 4);
    static_assert(kCountOf<Lonely> == 1);
    static_assert(is_enumerator<Colour::red2>());
    static_assert(!is_enumerator<static_cast<Colour>(4)>());
}

TEST(Names, RowInTheWrongPlaceIsSeen) {
    constexpr Named<Colour> kShifted[] = {{Colour::none, ""}, {Colour::dark_red, "red"}};
    constexpr Named<Colour> kDoubled[] = {{Colour::none, ""}, {Colour::none, "red"}};
    static_assert(lists_all(kRows, &Named<Colour>::value));
    static_assert(in_order(kRows, &Named<Colour>::value));
    static_assert(!in_order(kShifted, &Named<Colour>::value));
    static_assert(!in_order(kDoubled, &Named<Colour>::value));
}

}  // namespace
}  // namespace cmagent
