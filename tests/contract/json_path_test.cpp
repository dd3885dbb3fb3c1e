#include "platform/players/json_path.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cmagent::contract {
namespace {

using platform::JsonPath;

// The texts at the ends of all values; "." where an object is over.
std::vector<std::string> read(const std::string& bytes) {
    JsonPath path;
    std::vector<std::string> texts;
    for (const char c : bytes) {
        const JsonPath::At at = path.feed(c);
        if (at == JsonPath::At::within) continue;
        texts.emplace_back(path.text());
        if (at == JsonPath::At::object) texts.emplace_back(".");
    }
    return texts;
}
using Texts = std::vector<std::string>;

TEST(JsonPath, KeepsWhatLeadsToAValue) {
    EXPECT_EQ(read(R"({"id": 1, "result": [{"a": 2}, {"state": "idle"}]})"),
              (Texts{R"({"id":1)", R"({"result":[{"a":2)", R"({"result":[{)",
                     R"({"result":[{"state":"idle")", R"({"result":[{)", R"({"result":[)", "."}));
}

TEST(JsonPath, KnowsAnArrayThatIsEmpty) {
    EXPECT_EQ(read(R"({"result":[]})"), (Texts{R"({"result":[])", "."}));
    EXPECT_EQ(read(R"({"result":[ ],"id":1})"), (Texts{R"({"result":[])", R"({"id":1)", "."}));
    EXPECT_EQ(read(R"({"result":[[]]})"), (Texts{R"({"result":[[])", R"({"result":[)", "."}));
}

TEST(JsonPath, TakesObjectsOneBehindTheOtherWhateverStandsBetween) {
    EXPECT_EQ(read("{\"a\":1}{\"b\":2}\r\n[{}, x \"{\" }"),
              (Texts{"{\"a\":1", ".", "{\"b\":2", ".", "{", "."}));
}

TEST(JsonPath, IsNotDeceivedByStrings) {
    EXPECT_EQ(read(R"({"a":"},{\"b\":[]\\","c":"\\\""})"),
              (Texts{R"({"a":"},{\"b\":[]\\")", R"({"c":"\\\"")", "."}));
}

TEST(JsonPath, LetsGoOfAStringThatALineCutsOff) {
    EXPECT_EQ(read("{\"a\":\"b\n{\"c\":1}"), (Texts{"{\"c\":1", "."}));
}

TEST(JsonPath, FollowsWhatIsLongOrDeepWithoutKeepingIt) {
    const std::string large(100'000, 'x');
    const std::string deep = std::string(300, '[') + std::string(300, ']');
    const Texts texts = read("{\"a\":\"" + large + "\",\"b\":{\"c\":" + deep + "},\"id\":1}");
    EXPECT_EQ(texts[0].size(), JsonPath::kMaxText);
    ASSERT_GE(texts.size(), 2U);
    EXPECT_EQ(texts[texts.size() - 2], "{\"id\":1");
    EXPECT_EQ(texts.back(), ".");
    for (const std::string& text : texts) EXPECT_LE(text.size(), JsonPath::kMaxText);
}

}  // namespace
}  // namespace cmagent::contract
