#pragma once
// Files that are part of the program (embed.cmake), unless it is built with CMAGENT_ASSETS=OFF.

#include <string_view>

namespace cmagent::ui {

[[nodiscard]] std::string_view openapi_json();   // openapi.yaml
[[nodiscard]] std::string_view page_html();      // page/, with client/ inside
[[nodiscard]] std::string_view page_policy();    // the page's Content-Security-Policy
[[nodiscard]] std::string_view client_script();  // client/ in one file: a part of page_html()
[[nodiscard]] std::string_view client_tag();     // its entity tag, in quotes

}  // namespace cmagent::ui
