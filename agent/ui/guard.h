#pragma once
// Keeps the pages of strangers and rebound names out (contract.md, "Who may call").

#include <optional>
#include <string_view>

#include "agent/ui/api_settings.h"
#include "agent/ui/caller.h"
#include "agent/ui/problem.h"
#include "agent/ui/tokens.h"
#include "platform/api/http.h"

namespace cmagent::ui {

// Lets the request pass and fills in its caller, or returns the problem that refuses it. `caller`
// has a language in any case; its origin is set only when the origin may read the answer, a refusal
// included.
[[nodiscard]] std::optional<Problem> guard(const platform::HttpRequest& request,
                                           const ApiSettings& settings, const TokenTable& tokens,
                                           Caller& caller);

// The language that Accept-Language asks for, else the one of the configuration.
[[nodiscard]] const Language& language_for(const platform::HttpHeaders& headers,
                                           const ApiSettings& settings);

// A preflight: the browser asks whether a page may send the request (Fetch standard,
// "CORS-preflight request").
[[nodiscard]] bool is_preflight(const platform::HttpRequest& request);

}  // namespace cmagent::ui
