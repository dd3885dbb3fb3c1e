#include "agent/config/token_file.h"

#include "agent/base/characters.h"
#include "agent/base/hex.h"
#include "agent/config/forms.h"
#include "agent/core/bearer.h"

namespace cmagent::config {
namespace {

// 128 bits in base64 and in hexadecimal.
constexpr std::size_t kLeast = 22;
constexpr std::size_t kLeastHexadecimal = 32;
// Of 22 random characters of base64, fewer are different once in 10^15 times; of 32 hexadecimal ones
// once in 10^7. Nobody has drawn such a token: it was typed.
constexpr int kLeastDifferent = 8;

int different(std::string_view token) {
    int count = 0;
    for (std::size_t i = 0; i < token.size(); ++i) {
        if (slice(token, 0, i).find(token[i]) == std::string_view::npos) ++count;
    }
    return count;
}

BrokenRule judge(std::string_view token) {
    const auto is_hexadecimal = [](char c) { return hex_value(c) >= 0; };
    const std::size_t least = all_of(token, is_hexadecimal) ? kLeastHexadecimal : kLeast;
    if (token.size() < least || token.size() > core::kMaxToken) {
        return "a token must have 22 to 256 characters, 32 where it is hexadecimal: draw one of "
               "128 random bits";
    }
    if (different(token) < kLeastDifferent) {
        return "a token must have 8 different characters: draw one of 128 random bits";
    }
    return all_of(token, is_visible) ? nullptr : "a token must be of visible ASCII characters";
}

// The token of the next line; empty: there is none.
std::string_view take_token(std::string_view& text) {
    std::string_view line = take_line(text);
    return take_until(line, ' ');
}

bool stands_in(std::string_view text, std::string_view token) {
    while (!text.empty()) {
        if (take_token(text) == token) return true;
    }
    return false;
}

}  // namespace

ConfigurationFault check_tokens(std::string_view text) {
    ConfigurationFault fault;
    BrokenRule why = text.size() > kMaxTokenFile ? "is longer than 16384 bytes" : nullptr;
    std::string_view rest = text;
    std::uint32_t line = 0;
    while (why == nullptr && !rest.empty()) {
        const std::string_view before = slice(text, 0, text.size() - rest.size());
        const std::string_view token = take_token(rest);
        ++line;
        if (token.empty()) continue;
        why = stands_in(before, token) ? "this token stands there twice" : judge(token);
    }
    if (why == nullptr) return fault;
    fault.line = line;
    (void)fault.why.assign(why);
    return fault;
}

}  // namespace cmagent::config
