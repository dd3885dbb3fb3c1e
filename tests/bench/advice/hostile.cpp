#include <functional>
#include <initializer_list>

#include "tests/bench/advice/documents.h"

namespace cmagent::bench {
namespace {

// begin, pieces one after the other (told their numbers) with commas between, end.
std::string filled(std::size_t size, const std::string& begin, const std::string& end,
                   const std::function<std::string(std::size_t)>& piece) {
    std::string text = begin;
    for (std::size_t i = 0;; ++i) {
        const std::string next = (i > 0 ? "," : "") + piece(i);
        if (text.size() + next.size() + end.size() > size) return text + end;
        text += next;
    }
}
std::string listed(std::size_t size, const std::string& begin, const std::string& piece,
                   const std::string& end) {
    return filled(size, begin, end, [&piece](std::size_t) { return piece; });
}
std::string repeated(std::size_t size, const std::string& piece) {
    std::string text;
    while (text.size() + piece.size() <= size) text += piece;
    return text;
}

std::string key(std::size_t number) {
    static const char kDigits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    return {'"', kDigits[number / 1296 % 36], kDigits[number / 36 % 36], kDigits[number % 36], '"',
            ':'};
}
std::string members(std::size_t size, const std::string& begin, const std::string& end) {
    return filled(size, begin, end, [](std::size_t i) { return key(i) + "1"; });
}

constexpr const char* kAdvice = R"({"associatedAdvice":[{"type":"rule-violation",)";
constexpr const char* kConflict =
    R"({"associatedAdvice":[{"type":"rule-violation","conflicts":{"a":[{)";

// What no reader has to understand.
void add_plain(std::vector<Document>& all, std::size_t size) {
    const std::string depth(63, '[');
    const std::string height(63, ']');
    const auto add = [&all](const char* name, std::string text) {
        all.push_back({name, std::move(text)});
    };
    add("[", repeated(size, "["));
    add(":,", repeated(size, ":,"));
    add(R"({"a":)", repeated(size, R"({"a":)"));
    add("members: as many as fit", members(size, "{", "}"));
    add("members: the same name", listed(size, "{", R"("a":1)", "}"));
    add("members: names with escapes", listed(size, "{", R"("\u0074ype":1)", "}"));
    add("numbers: short", listed(size, "[", "0", "]"));
    add("numbers: with exponents", listed(size, "[", "-1.5e+5", "]"));
    add("numbers: one", "[" + std::string(size - 2, '9') + "]");
    add("arrays: empty", listed(size, "[", "[]", "]"));
    add("objects: empty", listed(size, "[", "{}", "]"));
    add("words: true", listed(size, "[", "true", "]"));
    add("strings: empty", listed(size, "[", "\"\"", "]"));
    add("63 levels, again and again", listed(size, "[", depth + "0" + height, "]"));
    add("escapes: \\u0041", "\"" + repeated(size - 2, "\\u0041") + "\"");
    add("escapes: \\ud83d\\ude00", "\"" + repeated(size - 2, "\\ud83d\\ude00") + "\"");
    add("escapes: \\n", "\"" + repeated(size - 2, "\\n") + "\"");
    add("UTF-8 of two bytes", "\"" + repeated(size - 2, "\xC3\xA9") + "\"");
    add("UTF-8 of four bytes", "\"" + repeated(size - 2, "\xF0\x9F\x98\x80") + "\"");
    add("white space: lines", "[" + std::string(size - 2, '\n') + "]");
    add("white space: between all", listed(size, "[", " \r\n\t0 ", "]"));
}

// What is looked for and looked at: in each place where an answer has members, as many as fit.
void add_answers(std::vector<Document>& all, std::size_t size) {
    const std::string advice = kAdvice;
    const std::string conflict = kConflict;
    const auto add = [&all](const char* name, std::string text) {
        all.push_back({name, std::move(text)});
    };
    add("advice: members that nobody knows", members(size, advice, "}]}"));
    add("advice: names nearly known", listed(size, advice, R"("conflictz":0)", "}]}"));
    add("advice: empty ones", listed(size, R"({"associatedAdvice":[)", "{}", "]}"));
    add("advice: small ones",
        listed(size, R"({"associatedAdvice":[)", R"({"type":"rule-violation"})", "]}"));
    add("advice: as an attribute of itself",
        listed(size, advice + R"("attributes":{)", R"("message":"Unknown")", "}}]}"));
    add("advice: a scope of words", listed(size, advice + R"("scope":[)", "\"a\"", "]}]}"));
    add("envelopes: a list of them",
        listed(size, "[", R"({"evaluationResult":{"associatedAdvice":[]}})", "]"));
    add("conflicts: empty ones", listed(size, advice + R"("conflicts":[)", "{}", "]}]}"));
    add("conflicts: values without a session", filled(size, advice + R"("conflicts":{)", "}}]}",
                                                      [](std::size_t i) { return key(i) + "[]"; }));
    add("conflict: members that nobody knows", members(size, conflict, "}]}}]}"));
    add("conflict: metadata", members(size, conflict + R"("metadata":{)", "}}]}}]}"));
    add("conflict: a code of 64 KiB",
        conflict + R"("terminationCode":")" + std::string(size - 100, 'x') + "\"}]}}]}");
    add("terminator: members that nobody knows",
        members(size, R"({"associatedAdvice":[{"type":"remote-termination","terminator":{)",
                "}}]}"));
    add("obligations: empty ones", listed(size, R"({"obligations":[)", "{}", "]}"));
    add("obligation: members that nobody knows", members(size, R"({"obligations":[{)", "}]}"));
    add("obligation: arguments",
        listed(size, R"({"obligations":[{"namespace":"a","arguments":[)", "\"a\"", "]}]}"));
}

}  // namespace

std::vector<Document> hostile_documents(std::size_t size) {
    std::vector<Document> all = {{"ordinary, 409-service-streams", ordinary_of(size)}};
    add_plain(all, size);
    add_answers(all, size);
    return all;
}

std::vector<Document> invalid_documents() {
    const std::string begin = R"({"associatedAdvice":[{"type":"rule-violation","message":"m",)";
    const auto inner = [&begin](const std::string& text) { return begin + text + "}]}"; };
    return {
        {"nothing", ""},
        {"cut", begin},
        {"text after it", inner("\"a\":1") + "x"},
        {"two of them", inner("\"a\":1") + "{}"},
        {"comma at the end of an object", inner("\"a\":1,")},
        {"comma at the end of an array", inner("\"a\":[1,]")},
        {"no comma", inner("\"a\":1 \"b\":2")},
        {"no colon", inner("\"a\" 1")},
        {"other bracket", inner("\"a\":[1}")},
        {"comment", inner("\"a\":1/**/")},
        {"single quotes", inner("'a':1")},
        {"name without quotes", inner("a:1")},
        {"number as a name", inner("1:1")},
        {"01", inner("\"a\":01")},
        {"1.", inner("\"a\":1.")},
        {"+1", inner("\"a\":+1")},
        {"0x10", inner("\"a\":0x10")},
        {"NaN", inner("\"a\":NaN")},
        {"True", inner("\"a\":True")},
        {"line within a string", inner("\"a\":\"b\nc\"")},
        {"\\x", inner("\"a\":\"\\x41\"")},
        {"\\u with 3 digits", inner("\"a\":\"\\u041\"")},
        {"byte that is no UTF-8", inner("\"a\":\"\xFF\"")},
        {"UTF-8 too long", inner("\"a\":\"\xC0\xAF\"")},
        {"surrogate in UTF-8", inner("\"a\":\"\xED\xA0\x80\"")},
        {"form feed between", inner("\f\"a\":1")},
        {"NUL behind", inner("\"a\":1") + std::string(1, '\0')},
    };
}

}  // namespace cmagent::bench
