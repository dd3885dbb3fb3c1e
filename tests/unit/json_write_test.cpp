#include "agent/json/write.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "agent/base/utf8.h"
#include "tests/unit/json_document.h"

namespace cmagent::json {
namespace {

using namespace std::string_literals;

// A writer with a buffer of exactly so many bytes.
class JsonWrite : public testing::Test {
  protected:
    Writer& begin(std::size_t size = sizeof bytes_) { return writer_ = Writer({bytes_, size}); }
    [[nodiscard]] std::string written() const { return std::string(writer_.view()); }

    std::string escaped(std::string_view text) {
        begin().string(text);
        return written();
    }
    std::string copied(const std::string& text) {
        const Document document(text);
        EXPECT_TRUE(document.parsed()) << text;
        begin().value(document.root());
        return written();
    }

    char bytes_[512];
    Writer writer_{{bytes_, sizeof bytes_}};
};

TEST_F(JsonWrite, WritesAMemberAtOnce) {
    begin().begin_object().member("a", "x\"y").key("b").null().end_object();
    EXPECT_EQ(written(), R"({"a":"x\"y","b":null})");
}

TEST_F(JsonWrite, LeavesAMemberOutThatHasNoText) {
    const Document document(R"({"there":"\u0078","empty":""})");
    const auto text = [&document](const char* name) {
        return GetStringValue(GetObjectItemCaseSensitive(document.root(), name));
    };
    begin().begin_object().member_if_any("a", "x").member_if_any("b", "");
    writer_.member_if_any("c", text("there")).member_if_any("d", text("none"));
    writer_.member_if_any("e", text("empty")).end_object();
    EXPECT_EQ(written(), R"({"a":"x","c":"x","e":""})");
}

TEST_F(JsonWrite, SetsCommas) {
    Writer& writer = begin();
    writer.begin_object();
    writer.key("a").number(1);
    writer.key("b").begin_array().string("x").boolean(true).null().begin_array().end_array();
    writer.begin_object().end_object().end_array();
    writer.key("c").begin_object().key("d").boolean(false).end_object();
    writer.key("e").raw("[1, 2]");
    writer.end_object();
    EXPECT_TRUE(writer.ok());
    EXPECT_EQ(written(), R"({"a":1,"b":["x",true,null,[],{}],"c":{"d":false},"e":[1, 2]})");
    EXPECT_EQ(writer.size(), written().size());
}

TEST_F(JsonWrite, SetsCommasBehindStringsThatEndLikeBrackets) {
    begin().begin_array().string("[").string("{").string(":").string(",").end_array();
    EXPECT_EQ(written(), R"(["[","{",":",","])");
}

TEST_F(JsonWrite, WritesNumbersExactly) {
    begin().begin_array().number(0).number(-1).number(1738760521421).number(INT64_MAX);
    writer_.number(INT64_MIN).end_array();
    EXPECT_EQ(written(), "[0,-1,1738760521421,9223372036854775807,-9223372036854775808]");
}

TEST_F(JsonWrite, EscapesWhatMustBe) {
    EXPECT_EQ(escaped("a\"b\\c/d"), R"("a\"b\\c/d")");
    EXPECT_EQ(escaped("\b\f\n\r\t"), R"("\b\f\n\r\t")");
    EXPECT_EQ(escaped("\0\x01\x1F"s), R"("\u0000\u0001\u001f")");
    EXPECT_EQ(escaped("\x7F\xC3\xA9\xE2\x82\xAC"), "\"\x7F\xC3\xA9\xE2\x82\xAC\"");
    EXPECT_EQ(escaped(""), R"("")");
}

TEST_F(JsonWrite, ReplacesWhatIsNoUtf8) {
    const std::string replacement = "\xEF\xBF\xBD";
    EXPECT_EQ(escaped("a\xFFz"), "\"a" + replacement + "z\"");
    EXPECT_EQ(escaped("\xC3"), "\"" + replacement + "\"");
    EXPECT_EQ(escaped("\xED\xA0\x80"), "\"" + replacement + replacement + replacement + "\"");
    EXPECT_EQ(escaped("\xE2\x82"), "\"" + replacement + replacement + "\"");
}

TEST_F(JsonWrite, CopiesStringsOfAnotherText) {
    begin().begin_object().key(String(R"(n\u0061me)")).string(String(R"(a\/b\n\ud834)"));
    writer_.end_object();
    EXPECT_EQ(written(), "{\"name\":\"a/b\\n\xEF\xBF\xBD\"}");
}

// UAX #9: "Kitchen" written backwards, and a C1 that a terminal obeys.
TEST_F(JsonWrite, CopiesNothingThatIsHidden) {
    EXPECT_EQ(copied(R"({"\u202en":["\u009bK\u2066i\u2069t","\u200f"]})"), R"({"n":["Kit",""]})");
    EXPECT_EQ(copied("\"a\xE2\x80\xAE\xE2\x80\xACz\xC2\x85\""), "\"az\"");
    EXPECT_EQ(escaped("\xE2\x80\xAE"), "\"\xE2\x80\xAE\"") << "our own callers' words stay";
}

TEST_F(JsonWrite, CopiesValuesWithoutWhiteSpace) {
    EXPECT_EQ(copied(" { \"a b\" : [ 1 , \" \\\" \\\\\" , { } ] ,\r\n\t\"c\" : null } "),
              R"({"a b":[1," \" \\",{}],"c":null})");
    EXPECT_EQ(copied("-1.50e+3"), "-1.50e+3");
    EXPECT_EQ(copied("true"), "true");
    EXPECT_EQ(copied(R"("x\u0041")"), R"("xA")");
    EXPECT_EQ(copied("[]"), "[]");
    begin().begin_array().value(Item()).value(Item()).end_array();
    EXPECT_EQ(written(), "[null,null]");
}

// What was written reads as what was meant, and copying it again changes nothing but what is hidden.
TEST_F(JsonWrite, RoundTripsEveryCharacter) {
    for (char32_t code_point = 0; code_point < 0x10FFFF;
         code_point += code_point < 0x900 ? 1 : 97) {
        char bytes[4];
        const std::string text(bytes, encode(code_point, bytes));
        const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
        const std::string json = escaped(text);
        const Document document(json);
        ASSERT_TRUE(document.parsed()) << json;
        ASSERT_EQ(GetStringValue(document.root()).equals(text), !surrogate) << json;
        ASSERT_EQ(copied(json), hidden_length(text) > 0 ? "\"\"" : json);
    }
}

TEST_F(JsonWrite, NeverGivesHalfAText) {
    const std::string whole = R"({"k":"a\n\u0001",)"
                              "\"l\":[1,\"\xE2\x82\xAC\",null]}";
    const auto write = [](Writer& writer) {
        writer.begin_object().key("k").string("a\n\x01");
        writer.key("l").begin_array().number(1).string("\xE2\x82\xAC").null().end_array();
        writer.end_object();
    };
    write(begin(whole.size()));
    EXPECT_EQ(written(), whole);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        write(begin(size));
        EXPECT_FALSE(writer_.ok()) << size;
        EXPECT_TRUE(writer_.view().empty()) << size;
        EXPECT_LE(writer_.size(), size);
    }
}

TEST_F(JsonWrite, StaysFailedOnceSomethingDidNotFit) {
    begin(4).begin_array().string("long").end_array();
    writer_.null();
    EXPECT_FALSE(writer_.ok());
}

TEST_F(JsonWrite, IsNotDoneWhileSomethingIsOpen) {
    begin().begin_array();
    EXPECT_FALSE(writer_.ok());
    EXPECT_TRUE(writer_.view().empty());
    writer_.end_array();
    EXPECT_EQ(written(), "[]");
    begin();
    EXPECT_TRUE(writer_.ok());
    EXPECT_EQ(written(), "");
}

}  // namespace
}  // namespace cmagent::json
