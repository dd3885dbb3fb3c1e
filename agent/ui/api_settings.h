#pragma once
#include <cstddef>
#include <string_view>

namespace cmagent::ui {

// Texts that stand elsewhere, one after the other.
struct Views {
    const std::string_view* data = nullptr;
    std::size_t size = 0;
    [[nodiscard]] const std::string_view* begin() const { return data; }
    [[nodiscard]] const std::string_view* end() const { return data + size; }
};

// What the configuration says to the local API (contract.md, "Configuration", `http` and `ui`). All
// that is pointed to must live as long as these settings are in use.
struct ApiSettings {
    Views allowed_hosts;    // with or without a port
    Views allowed_origins;  // "https://app.example"
    // The text of `http.tokenFile`: lines of `TOKEN [application …]`, # begins a remark.
    bool needs_token = false;
    std::string_view tokens;
    std::string_view language = "en";  // where the caller asks for none that is there
};

}  // namespace cmagent::ui
