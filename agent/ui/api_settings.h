#pragma once
#include <string_view>

#include "agent/base/span.h"
#include "agent/ui/texts.h"

namespace cmagent::ui {

// The part of the configuration that rules the local API (contract.md, "Configuration", `http` and
// `ui`). Every text must live as long as these settings are in use.
struct ApiSettings {
    Span<const std::string_view> allowed_hosts;    // with or without a port
    Span<const std::string_view> allowed_origins;  // "https://app.example"
    bool needs_token = false;
    std::string_view tokens;  // the text of `http.tokenFile`: read by configure(), needed no longer
    std::string_view language = "en";  // for a caller who asks for no language that is there
    CmMessages cm_messages = CmMessages::after;
};

}  // namespace cmagent::ui
