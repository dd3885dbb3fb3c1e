#include "agent/base/text.h"

#include <gtest/gtest.h>

#include <string>

#include "agent/base/characters.h"
#include "agent/base/hash.h"
#include "agent/base/list.h"
#include "agent/base/span.h"
#include "agent/base/wipe.h"

namespace cmagent {
namespace {

TEST(Slice, NeverLeavesTheText) {
    EXPECT_EQ(slice("abc", 1), "bc");
    EXPECT_EQ(slice("abc", 1, 1), "b");
    EXPECT_EQ(slice("abc", 1, 9), "bc");
    EXPECT_EQ(slice("abc", 3), "");
    EXPECT_EQ(slice("abc", std::string_view::npos), "");
    EXPECT_EQ(slice("", 0), "");
}

TEST(Words, LieBetweenZeros) {
    constexpr char kList[] = "one\0\0three";
    static_assert(count_words(kList) == 3);
    EXPECT_EQ(nth_word(kList, 0), "one");
    EXPECT_EQ(nth_word(kList, 1), "");
    EXPECT_EQ(nth_word(kList, 2), "three");
}

TEST(Text, KeepsWhatFitsAndRefusesTheRest) {
    Text<4> text;
    EXPECT_TRUE(text.empty());
    EXPECT_TRUE(text.assign("abcd"));
    EXPECT_FALSE(text.assign("abcde"));
    EXPECT_EQ(text.view(), "abcd") << "as it was";
    EXPECT_TRUE(text.assign(slice(text.view(), 1, 2))) << "a view of the text itself";
    EXPECT_EQ(text.view(), "bc");
    EXPECT_TRUE(text.assign({}));
    EXPECT_TRUE(text.empty());
    EXPECT_TRUE(text.assign("a"));
    text.clear();
    EXPECT_TRUE(text.empty());
    EXPECT_EQ(text.capacity(), 4U);
}

// A subject, a code or a key is not to be found where a text no longer says it.
TEST(Text, WipesWhatItNoLongerSays) {
    struct {
        Text<8> text;
    } kept;
    const auto holds = [&kept](char c) {
        return std::string(reinterpret_cast<const char*>(&kept), sizeof kept).find(c) !=
               std::string::npos;
    };
    ASSERT_TRUE(kept.text.assign("secret"));
    EXPECT_TRUE(holds('s'));
    ASSERT_TRUE(kept.text.assign("ab"));
    EXPECT_EQ(kept.text.view(), "ab");
    EXPECT_FALSE(holds('c') || holds('r') || holds('t'));
    kept.text.clear();
    EXPECT_FALSE(holds('a') || holds('b'));
    kept.text.clear();
    EXPECT_TRUE(kept.text.empty());
}

TEST(Wipe, TakesTheRestOfALongerTextAlone) {
    char bytes[] = "abcdef";
    wipe_rest({bytes, 6}, 6);
    wipe_rest({bytes, 6}, 9);
    EXPECT_STREQ(bytes, "abcdef");
    wipe_rest({bytes, 6}, 2);
    EXPECT_EQ(std::string(bytes, sizeof bytes), std::string("ab\0\0\0\0\0", 7));
    wipe(bytes, 2);
    EXPECT_EQ(std::string(bytes, sizeof bytes), std::string(7, '\0'));
}

// --- characters ---

std::string all_that(bool (*of_class)(char)) {
    std::string all;
    for (int c = 0; c < 256; ++c) {
        if (of_class(static_cast<char>(c))) all += static_cast<char>(c);
    }
    return all;
}

TEST(Characters, AreOfTheClassesOfTheStandards) {
    const std::string digits = "0123456789";
    const std::string upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const std::string lower = "abcdefghijklmnopqrstuvwxyz";
    EXPECT_EQ(all_that(is_digit), digits);
    EXPECT_EQ(all_that(is_letter), upper + lower);
    EXPECT_EQ(all_that(is_alphanumeric), digits + upper + lower);
    EXPECT_EQ(all_that(is_blank), "\t ");
    EXPECT_EQ(all_that(is_unreserved), "-." + digits + upper + "_" + lower + "~");
    EXPECT_EQ(all_that(is_token_character), "!#$%&'*+-." + digits + upper + "^_`" + lower + "|~");
    EXPECT_EQ(all_that(is_control).size(), 33U);
    EXPECT_EQ(all_that(is_visible).size(), 94U);
    EXPECT_TRUE(is_field_character('\t') && is_field_character(' ') && is_field_character('\xFF'));
    EXPECT_FALSE(is_field_character('\r') || is_field_character('\0') ||
                 is_field_character('\x7F'));
}

TEST(Characters, CaseIsIgnoredInAsciiAlone) {
    EXPECT_TRUE(same_ignoring_case("Content-Type", "content-tYPE"));
    EXPECT_FALSE(same_ignoring_case("a", "ab"));
    EXPECT_FALSE(same_ignoring_case("[", "{"));
    EXPECT_FALSE(same_ignoring_case("\xC3\x89", "\xC3\xA9"));
}

TEST(Characters, AllOfNothingIsAll) {
    EXPECT_TRUE(all_of("", is_digit));
    EXPECT_TRUE(all_of("12", is_digit));
    EXPECT_FALSE(all_of("1a", is_digit));
}

TEST(Characters, BlanksAtTheEndsGo) {
    EXPECT_EQ(trim_blanks(" \ta b\t "), "a b");
    EXPECT_EQ(trim_blanks(" "), "");
    EXPECT_EQ(trim_blanks(""), "");
}

TEST(Characters, ListIsTakenApartAtItsMarks) {
    std::string_view rest = "a , b,,c";
    EXPECT_EQ(take_until(rest, ','), "a");
    EXPECT_EQ(take_until(rest, ','), "b");
    EXPECT_EQ(take_until(rest, ','), "");
    EXPECT_EQ(take_until(rest, ','), "c");
    EXPECT_TRUE(rest.empty());
    EXPECT_EQ(take_until(rest, ','), "");
}

TEST(Characters, LinesAreTakenOffWithoutTheirEndsAndRemarks) {
    std::string_view rest = " a b \r\n# remark\n\r\n  #\nc";
    for (const std::string_view line : {"a b", "", "", "", "c", ""})
        EXPECT_EQ(take_line(rest), line);
    EXPECT_TRUE(rest.empty());
}

// --- lists, spans, hashes ---

TEST(List, RefusesOneTooMany) {
    List<int, 2> list;
    EXPECT_TRUE(list.empty());
    EXPECT_TRUE(list.add(1));
    EXPECT_TRUE(list.add(2));
    EXPECT_FALSE(list.add(3));
    EXPECT_EQ(list.size(), list.capacity());
    EXPECT_EQ(list[1], 2);
    int sum = 0;
    for (const int value : list) sum += value;
    EXPECT_EQ(sum, 3);
    list.clear();
    EXPECT_TRUE(list.empty());
}

TEST(List, IsEqualToOneWithTheSameValues) {
    List<int, 3> a;
    List<int, 3> b;
    EXPECT_TRUE(a == b);
    EXPECT_TRUE(a.add(1));
    EXPECT_FALSE(a == b);
    EXPECT_TRUE(b.add(2));
    EXPECT_FALSE(a == b);
    b.clear();
    EXPECT_TRUE(b.add(1));
    EXPECT_TRUE(a == b);
}

TEST(Span, ShowsWhatBelongsToOthers) {
    constexpr Span<int> kNone;
    static_assert(kNone.empty());
    int values[] = {1, 2, 3};
    const Span<int> all = values;
    const Span<const int> some(values, 2);
    all[1] = 5;
    EXPECT_EQ(some[1], 5);
    int sum = 0;
    for (const int value : some) sum += value;
    EXPECT_EQ(sum, 6);
    EXPECT_EQ(all.size, 3U);
    EXPECT_FALSE(all.empty());
}

// draft-eastlake-fnv, "FNV Source Code": the test vectors of FNV-1a, 64 bits.
TEST(Fnv1a, GivesTheValuesOfItsAuthors) {
    const auto hash = [](std::string_view text) {
        Fnv1a sum;
        sum.add(text);
        return sum.value();
    };
    EXPECT_EQ(hash(""), 0xcbf29ce484222325U);
    EXPECT_EQ(hash("a"), 0xaf63dc4c8601ec8cU);
    EXPECT_EQ(hash("foobar"), 0x85944171f73967e8U);
    Fnv1a by_number;
    by_number.add(std::uint64_t{'a'});
    EXPECT_EQ(by_number.value(), hash("a"));
}

}  // namespace
}  // namespace cmagent
