#include "agent/ui/client_key.h"

#include "agent/base/characters.h"
#include "agent/ui/query.h"
#include "platform/api/digest.h"

namespace cmagent::ui {
namespace {

bool is_key_character(char c) {
    return is_unreserved(c) && c != '~';
}

}  // namespace

core::Owner digest_of(std::string_view secret) {
    const platform::Digest digest = platform::sha256(secret);
    return {digest.word(0), digest.word(1)};
}

const char* read_client_key(std::string_view key, core::Owner& into) {
    if (key.size() < kMinClientKey) return "too-short";
    if (key.size() > kMaxClientKey) return "too-long";
    if (!all_of(key, is_key_character)) return "bad-character";
    into = digest_of(key);
    return nullptr;
}

const char* add_client_key(std::string_view key, core::Presence::Others& into) {
    core::Owner owner;
    if (const char* const fault = read_client_key(key, owner)) return fault;
    return into.add(owner) ? nullptr : "too-many";
}

const char* find_client_key(std::string_view query, core::Owner& into) {
    bool found = false;
    Parameter parameter;
    while (next_parameter(query, parameter)) {
        if (parameter.name != kClientKey) continue;
        if (found) return "repeated";
        found = true;
        // No character of a key needs an escape, but a client may write one.
        char bytes[kMaxClientKey];
        const auto key = read_percent_encoded(parameter.value, bytes);
        const char* const fault = key ? read_client_key(*key, into) : "too-long";
        if (fault != nullptr) return fault;
    }
    return nullptr;
}

}  // namespace cmagent::ui
