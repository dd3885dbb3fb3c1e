// Any text: what parse() accepts is what cJSON and jsmn accept, and means the same; what the writer
// makes of it is JSON again.

// Before read.h, which only wants its types.
#define JSMN_STATIC
#define JSMN_STRICT
#include <jsmn.h>
//
#include <cjson/cJSON.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/json/read.h"
#include "agent/json/write.h"

namespace {

using namespace cmagent;
using namespace cmagent::json;

void require(bool holds) {
    if (!holds) std::abort();
}

std::string plain(const String& text) {
    std::vector<char> buffer(text.raw().size());
    const auto unescaped = unescape(text, Buffer{buffer.data(), buffer.size()});
    require(unescaped.has_value());
    require(text.equals(*unescaped));
    require(text.equals(text));
    require(text.equals_ignoring_case(*unescaped));
    return std::string(*unescaped);
}

// A string of cJSON ends at the first \u0000.
bool same_text(const String& ours, const char* theirs) {
    return plain(ours).c_str() == std::string_view(theirs);
}

bool same_number(Item ours, const cJSON* theirs) {
    const double value = GetNumberValue(ours);
    if (std::isnan(value)) return true;  // longer than 127 digits, or not finite
    const auto integer = GetIntegerValue(ours);
    if (integer && static_cast<double>(*integer) != value) return false;
    return value == theirs->valuedouble;
}

void compare(Item ours, const cJSON* theirs) {
    require(IsNull(ours) == bool{cJSON_IsNull(theirs) != 0});
    require(IsTrue(ours) == bool{cJSON_IsTrue(theirs) != 0});
    require(IsFalse(ours) == bool{cJSON_IsFalse(theirs) != 0});
    require(IsNumber(ours) == bool{cJSON_IsNumber(theirs) != 0});
    require(IsString(ours) == bool{cJSON_IsString(theirs) != 0});
    require(IsArray(ours) == bool{cJSON_IsArray(theirs) != 0});
    require(IsObject(ours) == bool{cJSON_IsObject(theirs) != 0});
    if (IsString(ours)) require(same_text(GetStringValue(ours), theirs->valuestring));
    if (IsNumber(ours)) require(same_number(ours, theirs));
    if (!IsArray(ours) && !IsObject(ours)) return;
    require(GetArraySize(ours) == cJSON_GetArraySize(theirs));
    const cJSON* other = theirs->child;
    for (const Item item : ArrayForEach(ours)) {
        if (IsObject(ours)) require(same_text(item.name(), other->string));
        compare(item, other);
        other = other->next;
    }
}

// cJSON takes "\u0000a" for the empty name, and finds that member first.
bool has_zero_in_names(Item object) {
    for (const Item member : ArrayForEach(object)) {
        if (plain(member.name()).find('\0') != std::string::npos) return true;
    }
    return false;
}

// The same member is found by the name of each, with and without regard to case.
void compare_lookups(Item ours, const cJSON* theirs) {
    if (!IsObject(ours) || has_zero_in_names(ours)) return;
    constexpr int kEnough = 32;  // looking for all names in an object is quadratic
    int looked = 0;
    for (const Item member : ArrayForEach(ours)) {
        if (++looked > kEnough) return;
        const std::string name = plain(member.name());
        compare(GetObjectItem(ours, name), cJSON_GetObjectItem(theirs, name.c_str()));
        compare(GetObjectItemCaseSensitive(ours, name),
                cJSON_GetObjectItemCaseSensitive(theirs, name.c_str()));
    }
}

// cJSON refuses half a surrogate pair, numbers of more than 63 characters, and a byte order mark
// before a text of one character.
bool cjson_may_refuse(std::string_view text, Item root) {
    if (text.size() < 5 || text.find("\\u") != std::string_view::npos) return true;
    for (int i = 0; i < root.at(-1).token().size; ++i) {
        if (IsNumber(root.at(i)) && root.at(i).raw().size() > 63) return true;
    }
    return false;
}

void compare_with_cjson(std::string_view text, Item root) {
    const std::unique_ptr<cJSON, void (*)(cJSON*)> theirs(
        cJSON_ParseWithLength(text.data(), text.size()), cJSON_Delete);
    if (theirs == nullptr) {
        require(cjson_may_refuse(text, root));
        return;
    }
    compare(root, theirs.get());
    compare_lookups(root, theirs.get());
}

// Of a string, jsmn says only whether it is a name.
int size_in_jsmn(const Token& token) {
    const bool name = token.size >= Item::kTokenOfValue;
    return token.type == JSMN_STRING ? static_cast<int>(name) : token.size;
}

// jsmn takes no text that is a scalar, and no byte order mark.
void compare_with_jsmn(std::string_view text, Item root) {
    if (!(IsArray(root) || IsObject(root)) || text[0] == '\xEF') return;
    const int count = root.at(-1).token().size;
    std::vector<jsmntok_t> tokens(static_cast<std::size_t>(count));
    jsmn_parser parser;
    jsmn_init(&parser);
    require(jsmn_parse(&parser, text.data(), text.size(), tokens.data(),
                       static_cast<unsigned>(tokens.size())) == count);
    for (int i = 0; i < count; ++i) {
        const Token& ours = root.at(i).token();
        const jsmntok_t& theirs = tokens[static_cast<std::size_t>(i)];
        require(ours.type == theirs.type && ours.start == theirs.start && ours.end == theirs.end &&
                size_in_jsmn(ours) == theirs.size);
    }
}

std::string copied(Item root) {
    std::vector<char> buffer(root.raw().size() * 2 + 2);  // at most the quotes of a string more
    Writer writer(Buffer{buffer.data(), buffer.size()});
    writer.value(root);
    require(writer.ok());
    return std::string(writer.view());
}

void write_and_read_again(Item root) {
    static Token tokens[kMaxTokens];
    const std::string text = copied(root);
    const Parsed parsed = parse(text, tokens);
    require(parsed.error == Error::none);
    require(parsed.root.at(-1).token().size == root.at(-1).token().size);
    require(copied(parsed.root) == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Token tokens[kMaxTokens];
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const Parsed parsed = parse(text, tokens);
    require(static_cast<bool>(parsed.root) == (parsed.error == Error::none));
    if (!parsed) {
        require(parsed.where.line >= 1 && parsed.where.column >= 1);
        require(parsed.where.line + parsed.where.column <= size + 2);
        return 0;
    }
    (void)check_names(parsed.root);
    compare_with_cjson(text, parsed.root);
    compare_with_jsmn(text, parsed.root);
    write_and_read_again(parsed.root);
    return 0;
}
