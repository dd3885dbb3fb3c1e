#include "agent/json/one_line.h"

#include <gtest/gtest.h>

#include <string>

namespace cmagent::json {
namespace {

std::string one_line(const std::string& raw) {
    char bytes[64];
    TextWriter out(bytes, WhenFull::mark);
    write_one_line(out, String(raw));
    return std::string(out.view());
}

TEST(OneLine, HasNeitherControlsNorNeedlessBlanks) {
    const struct {
        const char* raw;
        const char* line;
    } kRows[] = {
        {"", ""},
        {"Too many streams", "Too many streams"},
        {"  a \\r\\n\\t b\\u0000c\\u007f ", "a b c"},
        {"\\u0085a\xC2\x9F\xC3\xA9", "a \xC3\xA9"},
        {" \\n ", ""},
        {"\\u001b[2Jx", "[2Jx"},
        {"Ki\\u202Etc\xE2\x80\x8Fhen\xD8\x9C", "Kitchen"},
    };
    for (const auto& row : kRows) EXPECT_EQ(one_line(row.raw), row.line) << row.raw;
    EXPECT_EQ(one_line(std::string(65, 'x')), std::string(61, 'x') + "...");
}

TEST(Names, HaveNothingThatAReaderDoesNotSee) {
    Text<8> name;
    EXPECT_TRUE(read_name(String(R"(\u202eK\u0000i\u0085\n\u2066t)"), name));
    EXPECT_EQ(name.view(), "Kit");
    EXPECT_TRUE(read_name(String("caf\xC3\xA9 ok"), name));
    EXPECT_FALSE(read_name(String("much too long"), name));
    EXPECT_EQ(name.view(), "");
    EXPECT_TRUE(read_name(String(), name));
    EXPECT_EQ(name.view(), "");
}

}  // namespace
}  // namespace cmagent::json
