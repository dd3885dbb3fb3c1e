#pragma once
#include <cstddef>
#include <string_view>

#include "agent/base/bytes.h"
#include "agent/config/configuration.h"

namespace cmagent::config {

// A hundred tokens of a hundred characters, and remarks.
inline constexpr std::size_t kMaxTokenFile = 16 * kKiB;

// The first fault of the text of `http.tokenFile`, with its line: a token that can be guessed, that
// stands there twice, or that no request can carry (contract.md, "Tokens"). Repeats no token. Of a
// longer file than is allowed, a byte more than that is enough.
[[nodiscard]] ConfigurationFault check_tokens(std::string_view text);

}  // namespace cmagent::config
