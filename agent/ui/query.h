#pragma once
// The query part of a target, as HTML forms and URLSearchParams write it: a=1&b=x%20y, + is a
// space.

#include <cstddef>
#include <string_view>

#include "agent/base/percent.h"
#include "agent/base/text.h"

namespace cmagent::ui {

// Takes the next `name=value` off the query. False at its end.
struct Parameter {
    std::string_view name;   // as written
    std::string_view value;  // as written
};
[[nodiscard]] bool next_parameter(std::string_view& query, Parameter& into);

// The first parameter of that name, decoded. False: there is none, or it cannot be decoded into N
// bytes.
template <std::size_t N>
[[nodiscard]] bool find_parameter(std::string_view query, std::string_view name, Text<N>& into) {
    Parameter parameter;
    while (next_parameter(query, parameter)) {
        if (parameter.name != name) continue;
        char bytes[N];
        const auto plain = read_percent_encoded(parameter.value, bytes);
        return plain && into.assign(*plain);
    }
    return false;
}

}  // namespace cmagent::ui
