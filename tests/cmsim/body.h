#pragma once
// The bodies of CM's answers, in the dialects that its documentation shows (cm-api.md, "The
// evaluation result").

#include <optional>
#include <string>
#include <string_view>

#include "tests/cmsim/answer.h"

namespace cmagent::cmsim {

enum class Dialect {
    service,
    guide,
    reference,
    published,  // as service; then the program puts a published body in its place (published.h)
};

std::optional<Dialect> dialect_named(std::string_view name);

// Empty where the answer has no body.
std::string render(const Answer& answer, Dialect dialect);

}  // namespace cmagent::cmsim
