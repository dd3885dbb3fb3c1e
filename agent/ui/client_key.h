#pragma once
// The `clientKey` of a request: who asks (contract.md, "Owner").

#include <cstddef>
#include <string_view>

#include "agent/core/owner.h"
#include "agent/core/presence.h"

namespace cmagent::ui {

inline constexpr std::string_view kClientKey = "clientKey";
inline constexpr std::size_t kMinClientKey = 16;
inline constexpr std::size_t kMaxClientKey = 64;

// By which a secret (a key, a token) is known again: the first 128 bits of its SHA-256.
[[nodiscard]] core::Owner digest_of(std::string_view secret);

// The owner whose key this is. Returns the reason for which the key is refused; null: it is taken.
[[nodiscard]] const char* read_client_key(std::string_view key, core::Owner& into);
// The same, of one more owner.
[[nodiscard]] const char* add_client_key(std::string_view key, core::Presence::Others& into);
// The same of the key in a query. Where the query has none, `into` keeps its value.
[[nodiscard]] const char* find_client_key(std::string_view query, core::Owner& into);

}  // namespace cmagent::ui
