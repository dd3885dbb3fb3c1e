#pragma once
#include <string_view>

#include "agent/cm/advice.h"
#include "agent/cm/request.h"

namespace cmagent::core {

// Whether `code` is among the choices of this 409.
[[nodiscard]] bool offers(const cm::Evaluation& evaluation, std::string_view code);

// The codes that end, for each violated rule, all sessions of the value that holds the oldest
// `startedAt`, the first listed where none is given (contract.md, "terminate-oldest"). False, and
// no codes, where some rule offers nothing to end.
[[nodiscard]] bool oldest(const cm::Evaluation& evaluation, cm::Codes& into);

}  // namespace cmagent::core
