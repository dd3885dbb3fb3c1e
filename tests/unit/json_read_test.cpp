// cJSON's reading calls and their meanings.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>

#include "tests/unit/json_document.h"

namespace cmagent::json {
namespace {

std::string text_of(const String& text) {
    return std::string(text.raw());
}

TEST(JsonRead, TellsTypesApart) {
    const Document document(R"([null,false,true,-1.5,"x",[0],{"a":0}])");
    const auto element = [&document](int index) { return GetArrayItem(document.root(), index); };
    for (int i = 0; i < 7; ++i) {
        EXPECT_FALSE(IsInvalid(element(i)));
        EXPECT_EQ(IsNull(element(i)), i == 0) << i;
        EXPECT_EQ(IsFalse(element(i)), i == 1) << i;
        EXPECT_EQ(IsTrue(element(i)), i == 2) << i;
        EXPECT_EQ(IsBool(element(i)), i == 1 || i == 2) << i;
        EXPECT_EQ(IsNumber(element(i)), i == 3) << i;
        EXPECT_EQ(IsString(element(i)), i == 4) << i;
        EXPECT_EQ(IsArray(element(i)), i == 5) << i;
        EXPECT_EQ(IsObject(element(i)), i == 6) << i;
    }
}

TEST(JsonRead, TakesNoneEverywhere) {
    const Item none;
    EXPECT_FALSE(none);
    EXPECT_TRUE(IsInvalid(none));
    EXPECT_FALSE(IsNull(none) || IsBool(none) || IsNumber(none) || IsString(none));
    EXPECT_FALSE(IsArray(none) || IsObject(none));
    EXPECT_EQ(GetArraySize(none), 0);
    EXPECT_FALSE(GetArrayItem(none, 0));
    EXPECT_FALSE(GetObjectItem(none, "a"));
    EXPECT_FALSE(GetObjectItemCaseSensitive(none, "a"));
    EXPECT_FALSE(HasObjectItem(none, "a"));
    EXPECT_FALSE(GetStringValue(none));
    EXPECT_TRUE(std::isnan(GetNumberValue(none)));
    EXPECT_FALSE(GetIntegerValue(none));
    EXPECT_FALSE(none.name());
    EXPECT_TRUE(none.raw().empty());
    EXPECT_EQ(none.offset(), 0u);
    for (const Item item : ArrayForEach(none)) FAIL() << item.raw();
    EXPECT_EQ(check_names(none).fault, NameFault::none);
}

TEST(JsonRead, FindsMembersWithAndWithoutCase) {
    const Document document(R"({"Name":1,"name":2,"NAME":3,"n\u0061me2":4,"@[":5})");
    const Item root = document.root();
    EXPECT_EQ(GetObjectItem(root, "nAmE").raw(), "1");
    EXPECT_EQ(GetObjectItemCaseSensitive(root, "name").raw(), "2");
    EXPECT_EQ(GetObjectItemCaseSensitive(root, "NAME").raw(), "3");
    EXPECT_FALSE(GetObjectItemCaseSensitive(root, "nAmE"));
    EXPECT_EQ(GetObjectItemCaseSensitive(root, "name2").raw(), "4");
    EXPECT_EQ(GetObjectItem(root, "NAME2").raw(), "4");
    EXPECT_TRUE(HasObjectItem(root, "naME2"));
    EXPECT_FALSE(HasObjectItem(root, "nam"));
    EXPECT_FALSE(HasObjectItem(root, "name22"));
    EXPECT_FALSE(HasObjectItem(root, "`{")) << "only letters have a case";
}

TEST(JsonRead, TakesTheFirstOfRepeatedNames) {
    const Document document(R"({"a":1,"a":2})");
    EXPECT_EQ(GetObjectItem(document.root(), "a").raw(), "1");
    EXPECT_EQ(GetObjectItemCaseSensitive(document.root(), "a").raw(), "1");
    EXPECT_EQ(GetArraySize(document.root()), 2);
}

TEST(JsonRead, LooksForMembersInObjectsOnly) {
    const Document document(R"([["a",1],"a",1])");
    EXPECT_FALSE(GetObjectItem(document.root(), "a"));
    EXPECT_FALSE(GetObjectItem(GetArrayItem(document.root(), 1), "a"));
}

TEST(JsonRead, CountsAndIndexesArraysAndObjects) {
    const Document document(R"({"a":[10,[20,{"x":[]}],30],"b":{},"c":"s"})");
    const Item root = document.root();
    const Item a = GetObjectItem(root, "a");
    EXPECT_EQ(GetArraySize(root), 3);
    EXPECT_EQ(GetArraySize(a), 3);
    EXPECT_EQ(GetArraySize(GetObjectItem(root, "b")), 0);
    EXPECT_EQ(GetArraySize(GetObjectItem(root, "c")), 0);
    EXPECT_EQ(GetArrayItem(a, 0).raw(), "10");
    EXPECT_EQ(GetArrayItem(a, 1).raw(), R"([20,{"x":[]}])");
    EXPECT_EQ(GetArrayItem(a, 2).raw(), "30");
    EXPECT_FALSE(GetArrayItem(a, 3));
    EXPECT_FALSE(GetArrayItem(a, -1));
    EXPECT_EQ(GetArrayItem(root, 2).raw(), "s");
    EXPECT_FALSE(GetArrayItem(GetObjectItem(root, "c"), 0));
}

TEST(JsonRead, WalksOverArraysAndMembers) {
    const Document document(R"({"a":[1,[2,[3]],{"b":[4]},5],"c":{"d":{}},"e":6})");
    std::string walked;
    for (const Item member : ArrayForEach(document.root())) {
        walked += text_of(member.name()) + "=" + std::string(member.raw()) + ";";
    }
    EXPECT_EQ(walked, R"(a=[1,[2,[3]],{"b":[4]},5];c={"d":{}};e=6;)");
    walked.clear();
    for (const Item element : ArrayForEach(GetObjectItem(document.root(), "a"))) {
        EXPECT_FALSE(element.name());
        walked += std::string(element.raw()) + ";";
    }
    EXPECT_EQ(walked, R"(1;[2,[3]];{"b":[4]};5;)");
    for (const Item item : ArrayForEach(GetObjectItem(document.root(), "e"))) FAIL() << item.raw();
}

TEST(JsonRead, NamesMembersOnly) {
    const Document document(R"(["a",{"b":["c",0]}])");
    EXPECT_FALSE(document.root().name());
    EXPECT_FALSE(GetArrayItem(document.root(), 1).name());
    const Item b = GetObjectItem(GetArrayItem(document.root(), 1), "b");
    EXPECT_EQ(text_of(b.name()), "b");
    EXPECT_FALSE(GetArrayItem(b, 1).name()) << "the string before is an element, not a name";
}

TEST(JsonRead, GivesStrings) {
    const Document document(R"(["plain","","a\"b",7])");
    EXPECT_EQ(text_of(GetStringValue(GetArrayItem(document.root(), 0))), "plain");
    EXPECT_TRUE(GetStringValue(GetArrayItem(document.root(), 1))) << "empty, but a string";
    EXPECT_EQ(text_of(GetStringValue(GetArrayItem(document.root(), 2))), R"(a\"b)");
    EXPECT_FALSE(GetStringValue(GetArrayItem(document.root(), 3)));
}

std::optional<std::int64_t> integer(const std::string& text) {
    return GetIntegerValue(Document(text).root());
}

TEST(JsonRead, GivesIntegersExactly) {
    EXPECT_EQ(integer("0"), 0);
    EXPECT_EQ(integer("-0"), 0);
    EXPECT_EQ(integer("1738760521421"), 1738760521421);
    EXPECT_EQ(integer("9223372036854775807"), INT64_MAX);
    EXPECT_EQ(integer("-9223372036854775808"), INT64_MIN);
    EXPECT_FALSE(integer("9223372036854775808"));
    EXPECT_FALSE(integer("-9223372036854775809"));
    EXPECT_FALSE(integer("92233720368547758070"));
    EXPECT_FALSE(integer("1.0"));
    EXPECT_FALSE(integer("1e2"));
    EXPECT_FALSE(integer("\"1\""));
    EXPECT_FALSE(integer("true"));
    EXPECT_FALSE(integer("null"));
}

double number(const std::string& text) {
    return GetNumberValue(Document(text).root());
}

TEST(JsonRead, GivesNumbersAsDoubles) {
    EXPECT_EQ(number("-12.5e-1"), -1.25);
    EXPECT_EQ(number("1E2"), 100);
    EXPECT_TRUE(std::signbit(number("-0")));
    EXPECT_EQ(number("0.1"), 0.1);
    EXPECT_EQ(number("1e-999"), 0);
    EXPECT_TRUE(std::isnan(number("1e999")));
    EXPECT_TRUE(std::isnan(number("-1e999")));
    EXPECT_TRUE(std::isnan(number("\"1\"")));
    EXPECT_TRUE(std::isnan(number("false")));
    EXPECT_EQ(number("1" + std::string(126, '0')), 1e126);
    EXPECT_TRUE(std::isnan(number("1" + std::string(127, '0'))));
}

TEST(JsonRead, SaysWhereAValueStands) {
    const std::string text = "{\n \"a\": \"x\"}";
    const Document document(text);
    const Item a = GetObjectItem(document.root(), "a");
    EXPECT_EQ(text[a.offset()], 'x');
    EXPECT_EQ(position(text, a.offset()).line, 2u);
    EXPECT_EQ(position(text, static_cast<std::size_t>(a.name().raw().data() -
                                                      document.root().raw().data()))
                  .column,
              3u);
}

TEST(JsonRead, KeepsItemsByNumber) {
    const Document document(R"({"a":{"b":[true]}})");
    const Item root = document.root();
    const Item b = GetObjectItem(GetObjectItem(root, "a"), "b");
    EXPECT_EQ(root.number_from(root), 0);
    EXPECT_EQ(root.at(b.number_from(root)).raw(), "[true]");
    EXPECT_EQ(text_of(root.at(b.number_from(root)).name()), "b");
}

TEST(JsonNames, AreUniqueWithinAnObject) {
    EXPECT_EQ(check_names(Document(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]})").root()).fault,
              NameFault::none);
    EXPECT_EQ(check_names(Document("[1,[],\"a\",\"a\"]").root()).fault, NameFault::none);
}

TEST(JsonNames, AreFoundRepeatedAtAnyDepth) {
    const Document document(R"({"x":[{"a":1,"A":2,"b":{"c":[]},"\u0061":3,"b":4}]})");
    const CheckedNames checked = check_names(document.root());
    EXPECT_EQ(checked.fault, NameFault::repeated);
    EXPECT_EQ(checked.member.raw(), "3");
}

TEST(JsonNames, AreAtMost64) {
    std::string members;
    for (int i = 0; i < kMaxUniqueNames; ++i) members += "\"" + std::to_string(i) + "\":0,";
    EXPECT_EQ(check_names(Document("{" + members + "\"a\":[]}").root()).fault, NameFault::too_many);
    members.pop_back();
    EXPECT_EQ(check_names(Document("{" + members + "}").root()).fault, NameFault::none);
}

}  // namespace
}  // namespace cmagent::json
