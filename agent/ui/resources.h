#pragma once
// Files that are part of the program (embed.cmake), unless it is built with CMAGENT_ASSETS=OFF.

#include <string_view>

namespace cmagent::ui {

[[nodiscard]] std::string_view openapi_json();  // openapi.yaml
[[nodiscard]] std::string_view page_html();     // page/, with client/cmagent.js inside
[[nodiscard]] std::string_view page_policy();   // the page's Content-Security-Policy

}  // namespace cmagent::ui
