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
    };
    for (const auto& row : kRows) EXPECT_EQ(one_line(row.raw), row.line) << row.raw;
    EXPECT_EQ(one_line(std::string(65, 'x')), std::string(61, 'x') + "...");
}

}  // namespace
}  // namespace cmagent::json
