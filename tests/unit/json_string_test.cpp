#include "agent/json/string.h"

#include <gtest/gtest.h>

#include <string>

namespace cmagent::json {
namespace {

using namespace std::string_literals;

std::string unescaped(std::string_view raw) {
    char buffer[64];
    const auto plain = unescape(String(raw), Buffer{buffer, sizeof buffer});
    return plain ? std::string(*plain) : "does not fit";
}

TEST(JsonString, ResolvesEveryEscape) {
    EXPECT_EQ(unescaped(R"(\"\\\/\b\f\n\r\t)"), "\"\\/\b\f\n\r\t");
    EXPECT_EQ(unescaped(R"(\u0041\u00e9\u00E9\u20AC\uffff)"),
              "A\xC3\xA9\xC3\xA9\xE2\x82\xAC\xEF\xBF\xBF");
    EXPECT_EQ(unescaped(R"(a\u0000b)"), "a\0b"s);
    EXPECT_EQ(unescaped(R"(x\\u0041)"), R"(x\u0041)");
    EXPECT_EQ(unescaped(R"(\u007f\u0080\u07ff\u0800)"), "\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80");
}

TEST(JsonString, JoinsSurrogatePairs) {
    EXPECT_EQ(unescaped(R"(\uD834\uDD1E)"), "\xF0\x9D\x84\x9E");
    EXPECT_EQ(unescaped(R"(\ud800\udc00\udbff\udfff)"), "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF");
}

TEST(JsonString, ReplacesHalfAPair) {
    const std::string replacement = "\xEF\xBF\xBD";
    EXPECT_EQ(unescaped(R"(\uD834)"), replacement);
    EXPECT_EQ(unescaped(R"(\uD834x)"), replacement + "x");
    EXPECT_EQ(unescaped(R"(\uD834\n)"), replacement + "\n");
    EXPECT_EQ(unescaped(R"(\uDD1E\uD834)"), replacement + replacement);
    EXPECT_EQ(unescaped(R"(\uD834\u0041)"), replacement + "A");
    EXPECT_EQ(unescaped(R"(\uD834\uD834\uDD1E)"), replacement + "\xF0\x9D\x84\x9E");
    EXPECT_EQ(unescaped(R"(\uD834\ue000)"), replacement + "\xEE\x80\x80");
}

TEST(JsonString, LeavesTextWithoutEscapesWhereItIs) {
    const std::string_view raw = "plain \xE2\x82\xAC";
    const auto plain = unescape(String(raw), Buffer{});
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->data(), raw.data());
    EXPECT_FALSE(String(raw).escaped());
    EXPECT_TRUE(String(R"(a\n)").escaped());
}

TEST(JsonString, NeverCutsWhatDoesNotFit) {
    char buffer[3];
    EXPECT_EQ(unescape(String(R"(ab\n)"), Buffer{buffer, 3}), "ab\n");
    EXPECT_FALSE(unescape(String(R"(ab\n)"), Buffer{buffer, 2}));
    EXPECT_FALSE(unescape(String(R"(a\u20ac)"), Buffer{buffer, 3}));
    Text<3> kept;
    ASSERT_TRUE(kept.assign("old"));
    EXPECT_FALSE(unescape(String("four"), kept));
    EXPECT_FALSE(unescape(String(R"(abc\n)"), kept));
    EXPECT_EQ(kept.view(), "old");
    EXPECT_TRUE(unescape(String(R"(a\n)"), kept));
    EXPECT_EQ(kept.view(), "a\n");
}

TEST(JsonString, MeansAPlainText) {
    EXPECT_TRUE(String("").equals(""));
    EXPECT_TRUE(String("abc").equals("abc"));
    EXPECT_FALSE(String("abc").equals("abd"));
    EXPECT_FALSE(String("abc").equals("ab"));
    EXPECT_FALSE(String("ab").equals("abc"));
    EXPECT_FALSE(String("abc").equals(""));
    EXPECT_FALSE(String("").equals("a"));
    EXPECT_TRUE(String(R"(\u0061bc)").equals("abc"));
    EXPECT_TRUE(String(R"(ab\u0063)").equals("abc"));
    EXPECT_FALSE(String(R"(ab\u0064)").equals("abc"));
    EXPECT_FALSE(String(R"(ab\u0063d)").equals("abc"));
    EXPECT_FALSE(String(R"(\u0061b)").equals("abc"));
    EXPECT_FALSE(String(R"(xb\u0063)").equals("abc"));
    EXPECT_TRUE(String(R"(a\\b)").equals(R"(a\b)"));
    EXPECT_FALSE(String(R"(a\n)").equals(R"(a\n)")) << "the same bytes, another meaning";
    EXPECT_FALSE(String(R"(a\\b)").equals(R"(a\\b)"));
    EXPECT_FALSE(String(R"(a\nxyz)").equals(R"(a\n)"));
}

TEST(JsonString, IsNotAnEmptyTextWhenThereIsNone) {
    EXPECT_FALSE(String());
    EXPECT_TRUE(String(""));
    EXPECT_FALSE(String().equals(""));
    EXPECT_FALSE(String().equals_ignoring_case(""));
    EXPECT_FALSE(String().equals(String("")));
    EXPECT_FALSE(String("").equals(String()));
    EXPECT_TRUE(String("").equals(String("")));
    EXPECT_FALSE(String(R"(\n)").equals(String()));
}

TEST(JsonString, IgnoresTheCaseOfAsciiLetters) {
    EXPECT_TRUE(String("aZ09").equals_ignoring_case("Az09"));
    EXPECT_FALSE(String("a[").equals_ignoring_case("A{"));
    EXPECT_FALSE(String("@").equals_ignoring_case("`"));
    EXPECT_FALSE(String("a").equals_ignoring_case("ab"));
    EXPECT_FALSE(String("ab").equals_ignoring_case("a"));
    EXPECT_TRUE(String(R"(\u0041\u0062c)").equals_ignoring_case("aBC"));
    EXPECT_FALSE(String("\xC3\xA9").equals_ignoring_case("\xC3\x89"));
}

TEST(JsonString, MeansTheSameAsAnother) {
    const auto same = [](std::string_view a, std::string_view b) {
        EXPECT_EQ(String(a).equals(String(b)), String(b).equals(String(a))) << a << " " << b;
        return String(a).equals(String(b));
    };
    EXPECT_TRUE(same("", ""));
    EXPECT_TRUE(same("abc", "abc"));
    EXPECT_FALSE(same("abc", "abd"));
    EXPECT_FALSE(same("abc", "ab"));
    EXPECT_TRUE(same(R"(a\u0062c)", "abc"));
    EXPECT_FALSE(same(R"(a\u0062c)", "abd"));
    EXPECT_FALSE(same(R"(a\u0062c)", "ab"));
    EXPECT_FALSE(same(R"(ab\u0063)", "ab"));
    EXPECT_TRUE(same(R"(a\nb\u0063d)", R"(a\u000Abcd)"));
    EXPECT_FALSE(same(R"(a\nb\u0063d)", R"(a\u000Abce)"));
    EXPECT_TRUE(same(R"(\ud834\udd1ex)", R"(\uD834\uDD1E\u0078)"));
    EXPECT_TRUE(same(R"(a\n)", R"(a\n)"));
    EXPECT_FALSE(same(R"(a\n)", R"(a\t)"));
    EXPECT_FALSE(same(R"(a\n)", R"(a\nb)"));
}

TEST(JsonString, ComesInPieces) {
    Pieces pieces(String(R"(ab\ncd)"));
    EXPECT_EQ(pieces.next(), "ab");
    EXPECT_EQ(pieces.next(), "\n");
    EXPECT_EQ(pieces.next(), "cd");
    EXPECT_EQ(pieces.next(), "");
    EXPECT_EQ(pieces.next(), "");
}

}  // namespace
}  // namespace cmagent::json
