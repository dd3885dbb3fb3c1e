#pragma once
#include <string_view>

#include "agent/cm/answer.h"

namespace cmagent::cm {

// What the integrator or operator can do about an answer that is not the one that was asked for, by
// its meaning and its reason (Answer::reason): English, static storage, one clause without an end.
// Empty: nothing is to be done.
[[nodiscard]] std::string_view remedy_for(Meaning meaning, std::string_view reason);

}  // namespace cmagent::cm
