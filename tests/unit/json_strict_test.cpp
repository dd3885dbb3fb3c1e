// RFC 8259 and nothing else: what is accepted, what is refused, and where.

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/json_document.h"

namespace cmagent::json {
namespace {

using namespace std::string_literals;

const std::string kValid[] = {
    // §2, §3: any value may be the whole text, with any white space around it.
    "null",
    "true",
    "false",
    "0",
    "-0",
    "\"\"",
    "[]",
    "{}",
    " \t\r\n[]\n\t \r",
    "[true]",
    " 7 ",
    "                                        [ ]                   ",
    // §4
    R"({"a":1})",
    R"({"":0})",
    R"({"a":1,"b":2})",
    R"({ "a" : { "b" : [ ] } })",
    R"({"a":1,"a":2})",
    R"({"\u0061":null})",
    R"({"a":{},"b":[],"c":{}})",
    // §5
    "[1,2,3]",
    "[[]]",
    "[[],[]]",
    "[{}]",
    "[ 1 , [ 2 , { } ] ]",
    R"(["",[],{},0,true,false,null])",
    // §6
    "1",
    "-1",
    "10",
    "1234567890",
    "0.0",
    "-0.0",
    "0.10",
    "1e1",
    "1E1",
    "1e+1",
    "1e-1",
    "0e0",
    "-1.5E-05",
    "1.0e00",
    "123456789012345678901234567890",
    "1e400",
    "[-0]",
    // §7
    R"("\"\\\/\b\f\n\r\t")",
    R"("\u0000")",
    R"("\uFFFF")",
    R"("\uabcd\uABCD")",
    "\"\x7F\"",
    R"("\uD834\uDD1E")",
    "\"\xC2\x80\"",
    "\"\xDF\xBF\"",
    "\"\xE0\xA0\x80\"",
    "\"\xED\x9F\xBF\"",
    "\"\xEE\x80\x80\"",
    "\"\xEF\xBF\xBF\"",
    "\"\xF0\x90\x80\x80\"",
    "\"\xF4\x8F\xBF\xBF\"",
    "\"a longer string with \xE2\x82\xAC in the middle of it\"",
    R"("\\\\\\\\\\\\")",
    // §8.1: a byte order mark may be read over.
    "\xEF\xBB\xBF{}",
    "\xEF\xBB\xBF 1",
    // §8.2: the grammar lets half a surrogate pair through.
    R"("\uD800")",
    R"("\uDC00")",
    R"("\uD800\uD800")",
    R"("\uDC00\uD800")",
    R"("\uD800x")",
};

TEST(JsonStrict, TakesWhatTheGrammarTakes) {
    for (const std::string& text : kValid) {
        const Document document(text);
        EXPECT_EQ(document.parsed().error, Error::none)
            << text << ": " << describe(document.parsed().error);
        EXPECT_TRUE(document.root()) << text;
    }
}

struct Refused {
    std::string text;
    Error error;
    std::uint32_t column;
};

const Refused kRefused[] = {
    {"", Error::empty, 1},
    {" \n", Error::empty, 1},
    {"\xEF\xBB\xBF", Error::empty, 2},
    {"\xEF\xBB", Error::expected_value, 1},
    {"\xEF\xBB{}", Error::expected_value, 1},
    {"\xFE\xFF", Error::expected_value, 1},
    {"\0"s, Error::expected_value, 1},
    // Values
    {"nul", Error::unexpected_end, 4},
    {"nulk", Error::expected_value, 4},
    {"nullnull", Error::text_behind_value, 5},
    {"True", Error::expected_value, 1},
    {"tru]", Error::expected_value, 4},
    {"falsy", Error::expected_value, 5},
    {"NaN", Error::expected_value, 1},
    {"Infinity", Error::expected_value, 1},
    {"'a'", Error::expected_value, 1},
    {"undefined", Error::expected_value, 1},
    {"<html>", Error::expected_value, 1},
    {"// x\n1", Error::expected_value, 1},
    {"1 2", Error::text_behind_value, 3},
    {"{} []", Error::text_behind_value, 4},
    {"{}\0"s, Error::text_behind_value, 3},
    {"1,", Error::text_behind_value, 2},
    {"]", Error::expected_value, 1},
    {"}", Error::expected_value, 1},
    {",", Error::expected_value, 1},
    {":", Error::expected_value, 1},
    {"\xC2\xA0[]", Error::expected_value, 1},
    {"\v1", Error::expected_value, 1},
    {"\f1", Error::expected_value, 1},
    // Arrays
    {"[", Error::unexpected_end, 2},
    {"[1", Error::unexpected_end, 3},
    {"[1,", Error::unexpected_end, 4},
    {"[1,]", Error::expected_value, 4},
    {"[,1]", Error::expected_value, 2},
    {"[1,,2]", Error::expected_value, 4},
    {"[1 2]", Error::expected_comma, 4},
    {"[1}", Error::expected_comma, 3},
    {"[1:2]", Error::expected_comma, 3},
    {"[]]", Error::text_behind_value, 3},
    {"[\"a\"", Error::unexpected_end, 5},
    {"[1,\0]"s, Error::expected_value, 4},
    // Objects
    {"{", Error::unexpected_end, 2},
    {"{a:1}", Error::expected_name, 2},
    {"{1:1}", Error::expected_name, 2},
    {"{null:1}", Error::expected_name, 2},
    {"{[]:1}", Error::expected_name, 2},
    {"{,}", Error::expected_name, 2},
    {"{]", Error::expected_name, 2},
    {R"({"a")", Error::unexpected_end, 5},
    {R"({"a"})", Error::expected_colon, 5},
    {R"({"a",1})", Error::expected_colon, 5},
    {R"({"a" 1})", Error::expected_colon, 6},
    {R"({"a"::1})", Error::expected_value, 6},
    {R"({"a":})", Error::expected_value, 6},
    {R"({"a":)", Error::unexpected_end, 6},
    {R"({"a":1)", Error::unexpected_end, 7},
    {R"({"a":1,)", Error::unexpected_end, 8},
    {R"({"a":1,})", Error::expected_name, 8},
    {R"({"a":1 "b":2})", Error::expected_comma, 8},
    {R"({"a":1])", Error::expected_comma, 7},
    {R"({"a":1,,"b":2})", Error::expected_name, 8},
    {R"({"a":"b":"c"})", Error::expected_comma, 9},
    // Numbers
    {"-", Error::unexpected_end, 2},
    {"-a", Error::bad_number, 2},
    {"--1", Error::bad_number, 2},
    {"+1", Error::expected_value, 1},
    {"01", Error::text_behind_value, 2},
    {"[01]", Error::expected_comma, 3},
    {"-01", Error::text_behind_value, 3},
    {"1.", Error::unexpected_end, 3},
    {"1.e1", Error::bad_number, 3},
    {".1", Error::expected_value, 1},
    {"1e", Error::unexpected_end, 3},
    {"1e+", Error::unexpected_end, 4},
    {"1ea", Error::bad_number, 3},
    {"1e1.5", Error::text_behind_value, 4},
    {"0x1", Error::text_behind_value, 2},
    {"1_000", Error::text_behind_value, 2},
    {"1a", Error::text_behind_value, 2},
    {"-Infinity", Error::bad_number, 2},
    {"\xEF\xBC\x91", Error::expected_value, 1},
    // Strings
    {"\"", Error::unexpected_end, 2},
    {"\"a", Error::unexpected_end, 3},
    {"\"more than eight bytes", Error::unexpected_end, 23},
    {"\"\\", Error::unexpected_end, 3},
    {"\"\\\"", Error::unexpected_end, 4},
    {R"("\a")", Error::bad_escape, 3},
    {R"("\x41")", Error::bad_escape, 3},
    {R"("\')", Error::bad_escape, 3},
    {R"("\U0041")", Error::bad_escape, 3},
    {"\"\\\0\""s, Error::bad_escape, 3},
    {R"("\u")", Error::bad_escape, 4},
    {R"("\u00")", Error::bad_escape, 6},
    {R"("\u004g")", Error::bad_escape, 7},
    {R"("\u004G")", Error::bad_escape, 7},
    {R"("\u004:")", Error::bad_escape, 7},
    {R"("\u004@")", Error::bad_escape, 7},
    {R"("\u004`")", Error::bad_escape, 7},
    {R"("\u00)", Error::unexpected_end, 6},
    {"\"a\nb\"", Error::control_character, 3},
    {"\"\x1F\"", Error::control_character, 2},
    {"\"\0\""s, Error::control_character, 2},
    {"\"12345678\tmore\"", Error::control_character, 10},
    {"\"\x80\"", Error::bad_utf8, 2},
    {"\"\xBF\"", Error::bad_utf8, 2},
    {"\"\xC0\x80\"", Error::bad_utf8, 2},
    {"\"\xC1\xBF\"", Error::bad_utf8, 2},
    {"\"\xC2\"", Error::bad_utf8, 2},
    {"\"\xC2", Error::bad_utf8, 2},
    {"\"\xE0\x9F\x80\"", Error::bad_utf8, 2},
    {"\"\xE1\x80\"", Error::bad_utf8, 2},
    {"\"\xE1\x80\x7F\"", Error::bad_utf8, 2},
    {"\"\xED\xA0\x80\"", Error::bad_utf8, 2},
    {"\"\xF0\x8F\x80\x80\"", Error::bad_utf8, 2},
    {"\"\xF0\x90\x80\"", Error::bad_utf8, 2},
    {"\"\xF4\x90\x80\x80\"", Error::bad_utf8, 2},
    {"\"\xF5\x80\x80\x80\"", Error::bad_utf8, 2},
    {"\"\xFF\"", Error::bad_utf8, 2},
    {"\"\xC3\xA9\xFF\"", Error::bad_utf8, 3},
    {"{\"\xFF\":1}", Error::bad_utf8, 3},
};

TEST(JsonStrict, RefusesEverythingElseAndSaysWhereAndWhy) {
    for (const Refused& refused : kRefused) {
        const Document document(refused.text);
        EXPECT_EQ(document.parsed().error, refused.error)
            << refused.text << ": " << describe(document.parsed().error);
        EXPECT_FALSE(document.parsed()) << refused.text;
        EXPECT_FALSE(document.root()) << refused.text;
        if (refused.text != " \n") {
            EXPECT_EQ(document.parsed().where.column, refused.column) << refused.text;
        }
    }
}

// Every prefix of a text that is no scalar is refused.
TEST(JsonStrict, RefusesEveryPrefix) {
    const std::string text = R"({"a":[1.5e-3,"x\u00e9\n",{"b":null}],"c":true})";
    ASSERT_TRUE(Document(text).parsed());
    for (std::size_t size = 0; size < text.size(); ++size) {
        const Document document(text.substr(0, size));
        EXPECT_NE(document.parsed().error, Error::none) << text.substr(0, size);
        EXPECT_EQ(document.parsed().where.column, size + 1) << text.substr(0, size);
    }
}

// A byte that may not stand in a string is found wherever it stands within a machine word, and the
// ones before it are not taken for it.
TEST(JsonStrict, FindsWhatIsSpecialAtEveryPlaceInAString) {
    for (std::size_t before = 0; before < 20; ++before) {
        for (int byte = 0; byte < 256; ++byte) {
            const bool plain = byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
            const std::string text = "\"" + std::string(before, '!') +
                                     std::string(1, static_cast<char>(byte)) + "#]~ [012345678\"";
            EXPECT_EQ(Document(text).parsed().error == Error::none, plain) << byte << " " << before;
        }
    }
}

TEST(JsonStrict, CountsLinesAndCharacters) {
    const Document document("{\n  \"\xC3\xA9\xE2\x82\xAC\": 1,\r\n  x");
    EXPECT_EQ(document.parsed().error, Error::expected_name);
    EXPECT_EQ(document.parsed().where.line, 3u);
    EXPECT_EQ(document.parsed().where.column, 3u);
    const Position within = position("\xC3\xA9\xE2\x82\xAC!", 5);
    EXPECT_EQ(within.line, 1u);
    EXPECT_EQ(within.column, 3u);
}

TEST(JsonStrict, TakesNoMoreThan64KiB) {
    EXPECT_TRUE(Document("1" + std::string(kMaxText - 1, ' ')).parsed());
    const Document longer("1\n" + std::string(kMaxText - 1, ' '));
    EXPECT_EQ(longer.parsed().error, Error::too_long);
    EXPECT_EQ(longer.parsed().where.line, 2u);
}

TEST(JsonStrict, TakesNoMoreThan64Levels) {
    const auto nested = [](std::size_t levels) {
        return std::string(levels, '[') + std::string(levels, ']');
    };
    EXPECT_TRUE(Document(nested(kMaxDepth)).parsed());
    const Document deeper(nested(kMaxDepth + 1));
    EXPECT_EQ(deeper.parsed().error, Error::too_deep);
    EXPECT_EQ(deeper.parsed().where.column, kMaxDepth + 1u);
    std::string objects;
    for (int level = 0; level <= kMaxDepth; ++level) objects += "{\"a\":";
    EXPECT_EQ(Document(objects).parsed().error, Error::too_deep);
    // What has closed no longer counts.
    EXPECT_TRUE(Document("[" + nested(kMaxDepth - 1) + "," + nested(kMaxDepth - 1) + "]").parsed());
}

TEST(JsonStrict, TakesNoMoreValuesThanThereAreTokens) {
    const std::string text =
        R"({"a":[1,{}],"b":true})";  // 7 values and names, and the reader's own
    EXPECT_TRUE(Document(text, 8).parsed());
    for (std::size_t tokens = 0; tokens < 8; ++tokens) {
        EXPECT_EQ(Document(text, tokens).parsed().error, Error::too_many_values) << tokens;
    }
    for (const char* const value : {"{}", "[]", "\"a\"", "1", "true", "false", "null"}) {
        EXPECT_TRUE(Document(value, 2).parsed()) << value;
        EXPECT_EQ(Document(value, 1).parsed().error, Error::too_many_values) << value;
    }
    EXPECT_EQ(Document(R"({"a":1})", 2).parsed().error, Error::too_many_values);
}

TEST(JsonStrict, NeverNeedsMoreThanKMaxTokens) {
    std::string densest = "[0";
    while (densest.size() + 3 <= kMaxText) densest += ",0";
    densest += "]";
    EXPECT_TRUE(Document(densest, kMaxTokens).parsed());
}

TEST(JsonStrict, DescribesEveryError) {
    for (int error = 0; error <= static_cast<int>(Error::text_behind_value); ++error) {
        EXPECT_GT(std::string(describe(static_cast<Error>(error))).size(), 4u);
    }
    EXPECT_STREQ(describe(Error::expected_comma), "expected a comma or a closing bracket");
    EXPECT_STREQ(describe(Error::text_behind_value), "text behind the value");
}

TEST(JsonStrict, TakesAnAbsentTextForEmpty) {
    Token tokens[1];
    EXPECT_EQ(parse({}, tokens).error, Error::empty);
    EXPECT_EQ(parse({}, {}).error, Error::too_many_values);
}

}  // namespace
}  // namespace cmagent::json
