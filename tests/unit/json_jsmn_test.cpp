// The tokens are those of jsmn, for every text that is JSON; but those of strings say more.

// Before read.h, which only wants its types.
#define JSMN_STATIC
#define JSMN_STRICT
#include <jsmn.h>
//
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "tests/unit/json_document.h"

namespace cmagent::json {
namespace {

// What the size of a string's token says (see Item), found by looking at the text and the tokens.
int size_of_string(const std::string& text, const std::vector<jsmntok_t>& tokens, int count,
                   int number) {
    const auto token = [&tokens](int i) { return tokens[static_cast<std::size_t>(i)]; };
    const jsmntok_t& string = token(number);
    const std::size_t escape = text.find('\\', static_cast<std::size_t>(string.start));
    int size = escape < static_cast<std::size_t>(string.end) ? Item::kEscaped : 0;
    if (string.size == 0) return size;
    for (int i = number + 1; i < count && token(i).start < token(number + 1).end; ++i)
        size += Item::kTokenOfValue;
    // An empty string ends where it starts.
    return size < Item::kTokenOfValue ? size + Item::kTokenOfValue : size;
}

void expect_the_tokens_of_jsmn(const std::string& text) {
    const Document document(text);
    ASSERT_TRUE(document.parsed()) << text;
    jsmn_parser parser;
    jsmn_init(&parser);
    std::vector<jsmntok_t> expected(text.size() + 2);
    const int count = jsmn_parse(&parser, text.data(), text.size(), expected.data(),
                                 static_cast<unsigned>(expected.size()));
    ASSERT_GT(count, 0) << text;
    ASSERT_EQ(document.token(0).size, count) << text;
    for (int i = 0; i < count; ++i) {
        const Token& token = document.token(static_cast<std::size_t>(i) + 1);
        const jsmntok_t& other = expected[static_cast<std::size_t>(i)];
        ASSERT_EQ(token.type, other.type) << i << " in " << text;
        ASSERT_EQ(token.start, other.start) << i << " in " << text;
        ASSERT_EQ(token.end, other.end) << i << " in " << text;
        const bool string = other.type == JSMN_STRING;
        ASSERT_EQ(token.size, string ? size_of_string(text, expected, count, i) : other.size)
            << i << " in " << text;
    }
}

TEST(JsonTokens, AreThoseOfJsmnForEveryFixture) {
    for (const auto& file : std::filesystem::directory_iterator(FIXTURES)) {
        if (file.path().extension() != ".json") continue;
        std::ostringstream text;
        text << std::ifstream(file.path()).rdbuf();
        expect_the_tokens_of_jsmn(text.str());
    }
}

// Writes some JSON text; jsmn takes none that is a scalar.
class Author {
  public:
    explicit Author(unsigned seed) : random_(seed) {}

    std::string list(int depth) {
        const bool object = one_of(2) == 0;
        std::string text = object ? "{" : "[";
        const unsigned size = one_of(5);
        for (unsigned i = 0; i < size; ++i) {
            if (i > 0) text += ",";
            text += space();
            if (object) text += string() + space() + ":" + space();
            text += value(depth) + space();
        }
        return text + (object ? "}" : "]");
    }

  private:
    std::string value(int depth) {
        static const char* const kScalars[] = {"0", "-1.5e+10", "true", "false", "null", "123456"};
        if (depth > 0 && one_of(2) == 0) return list(depth - 1);
        return one_of(2) == 0 ? string() : kScalars[one_of(6)];
    }
    std::string string() {
        static const char* const kPieces[] = {"a",         "channel",  R"(\")", R"(\\)",
                                              R"(\u00e9)", "\xC3\xA9", "]",     "{"};
        std::string text = "\"";
        for (unsigned i = one_of(8); i > 0; --i) text += kPieces[one_of(8)];
        return text + "\"";
    }
    std::string space() {
        static const char* const kSpaces[] = {"", "", " ", "\n            "};
        return kSpaces[one_of(4)];
    }
    unsigned one_of(unsigned count) { return static_cast<unsigned>(random_() % count); }

    std::mt19937 random_;
};

TEST(JsonTokens, AreThoseOfJsmnForRandomTexts) {
    for (unsigned seed = 0; seed < 500; ++seed) expect_the_tokens_of_jsmn(Author(seed).list(6));
}

}  // namespace
}  // namespace cmagent::json
