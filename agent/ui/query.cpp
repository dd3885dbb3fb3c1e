#include "agent/ui/query.h"

#include "agent/base/characters.h"

namespace cmagent::ui {
bool next_parameter(std::string_view& query, Parameter& into) {
    while (!query.empty()) {
        std::string_view value = take_until(query, '&');
        if (value.empty()) continue;
        into.name = take_until(value, '=');
        into.value = value;
        return true;
    }
    return false;
}

}  // namespace cmagent::ui
