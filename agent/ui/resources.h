#pragma once
// Files that are part of the program (embed.cmake).

#include <string_view>

namespace cmagent::ui {

[[nodiscard]] std::string_view openapi_json();  // openapi.yaml

}  // namespace cmagent::ui
