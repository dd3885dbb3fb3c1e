#include "agent/base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace cmagent {
namespace {

using namespace std::string_literals;

TEST(Utf8, KnowsTheLengthOfASequence) {
    EXPECT_EQ(sequence_length(""), 0u);
    EXPECT_EQ(sequence_length("a"), 1u);
    EXPECT_EQ(sequence_length("\0"s), 1u);
    EXPECT_EQ(sequence_length("\xC3\xA9x"), 2u);
    EXPECT_EQ(sequence_length("\xE2\x82\xAC"), 3u);
    EXPECT_EQ(sequence_length("\xF0\x9D\x84\x9E"), 4u);
    EXPECT_EQ(sequence_length("\x80"), 0u);
    EXPECT_EQ(sequence_length("\xC3"), 0u);
    EXPECT_EQ(sequence_length("\xFF"), 0u);
}

TEST(Utf8, RefusesSequencesThatAreIllFormed) {
    for (const char* text :
         {"\xC3x", "\xE2\x82x", "\xE2x\xAC", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80",
          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF0\x9D\x84"})
        EXPECT_EQ(sequence_length(text), 0u) << text;
}

// Every code point there is comes back as it went, and surrogates do not.
TEST(Utf8, EncodesEveryCodePoint) {
    for (char32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
        char bytes[4];
        const std::size_t length = encode(code_point, bytes);
        const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
        const std::size_t valid = sequence_length({bytes, length});
        ASSERT_EQ(valid, surrogate ? 0 : length) << static_cast<unsigned>(code_point);
    }
}

TEST(Utf8, ContinuesACharacterWithBytesOfTheirOwn) {
    for (const char byte : {'\x80', '\xBF'}) EXPECT_TRUE(is_continuation(byte));
    for (const char byte : {'\0', '\x7F', '\xC0', '\xFF'}) EXPECT_FALSE(is_continuation(byte));
}

TEST(Controls, AreFoundInC0AndC1) {
    EXPECT_EQ(control_length(""), 0u);
    EXPECT_EQ(control_length(" "), 0u);
    EXPECT_EQ(control_length("a\n"), 0u);
    EXPECT_EQ(control_length("\n"), 1u);
    EXPECT_EQ(control_length("\0"s), 1u);
    EXPECT_EQ(control_length("\x7F"), 1u);
    EXPECT_EQ(control_length("\xC2\x80"), 2u);
    EXPECT_EQ(control_length("\xC2\x9F"), 2u);
    EXPECT_EQ(control_length("\xC2\xA0"), 0u);
    EXPECT_EQ(control_length("\xC3\x80"), 0u);
    EXPECT_EQ(control_length("\xC2"), 0u);
    EXPECT_TRUE(has_control("caf\xC3\xA9\r\n"));
    EXPECT_TRUE(has_control("a\xC2\x85"));
    EXPECT_FALSE(has_control("caf\xC3\xA9"));
    EXPECT_FALSE(has_control(""));
}

// Every code point there is: these are hidden, and no other is.
TEST(Hidden, AreC1TheSeparatorsAndWhatOrdersText) {
    const struct {
        char32_t first, last;
    } kHidden[] = {
        {0x80, 0x9F}, {0x61C, 0x61C}, {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2066, 0x2069}};
    // Every one of the first plane, where all hidden ones are; of the others each 251st, for the sake of slow machines.
    for (char32_t code_point = 0; code_point <= 0x10FFFF;
         code_point += code_point < 0x10000 ? 1 : 251) {
        if (code_point >= 0xD800 && code_point <= 0xDFFF) continue;
        char bytes[4];
        const std::string text(bytes, encode(code_point, bytes));
        bool hidden = false;
        for (const auto& range : kHidden)
            hidden = hidden || (code_point >= range.first && code_point <= range.last);
        const bool control = code_point < 0x20 || code_point == 0x7F;
        const auto number = static_cast<unsigned>(code_point);
        ASSERT_EQ(hidden_length(text + "x"), hidden ? text.size() : 0) << number;
        ASSERT_EQ(unprintable_length(text), hidden || control ? text.size() : 0) << number;
        ASSERT_EQ(open_length("ab" + text), hidden ? 2 : 2 + text.size()) << number;
        ASSERT_EQ(decode(text), code_point);
    }
    for (const char* text : {"", "\xC2", "\xE2\x80", "\xE2\x80x", "\xE2\x81\xA5"}) {
        EXPECT_EQ(hidden_length(text), 0u) << text;
    }
    EXPECT_EQ(open_length(""), 0u);
}

TEST(Utf8, DecodesNothingElse) {
    for (const char* text : {"", "\x80", "ab", "\xC3", "\xC3\xA9x"})
        EXPECT_EQ(decode(text), kReplacement) << text;
}

TEST(Utf8, AMarkBeforeATextIsNoneOfIt) {
    EXPECT_EQ(behind_mark("\xEF\xBB\xBFtext"), "text");
    for (const char* text : {"", "text", "\xEF\xBB", "\xEF\xBBx", "x\xEF\xBB\xBF"})
        EXPECT_EQ(behind_mark(text), text);
    EXPECT_EQ(behind_mark("\xEF\xBB\xBF\xEF\xBB\xBF"), "\xEF\xBB\xBF")
        << "one is a mark, two are a text";
}

}  // namespace
}  // namespace cmagent
