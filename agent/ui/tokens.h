#pragma once
#include <optional>
#include <string_view>

#include "agent/core/settings.h"
#include "agent/ui/caller.h"

namespace cmagent::ui {

// The applications that the bearer of a token may see; nothing where the token file does not have
// the token. `tokens` is the file's text: lines of `TOKEN [application …]`. An application is given
// by its name in the configuration; a name that is unknown there adds nothing. The time that the
// search takes does not tell how much of a token was right.
[[nodiscard]] std::optional<IndexSet> find_token(std::string_view tokens, std::string_view token,
                                                 const core::Settings& settings);

// The token of `Authorization: Bearer …` (RFC 6750 §2.1), empty where there is none.
[[nodiscard]] std::string_view bearer_token(std::string_view authorization);

}  // namespace cmagent::ui
