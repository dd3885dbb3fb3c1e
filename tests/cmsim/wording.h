#pragma once
// What CM leaves out of an answer's body, or says wrongly, although the model knows it. The
// published bodies do all of this; here it befalls streams and codes that are real.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "tests/cmsim/answer.h"

namespace cmagent::cmsim {

struct Omission {
    const char* name;  // in JSON, and for the help
    const char* what;
    void (*leave_out)(Answer& answer);
};

const std::vector<Omission>& omissions();

// Null where there is none of this name.
const Omission* omission_named(std::string_view name);

struct Wording {
    std::vector<const Omission*> left_out;
    std::optional<std::size_t>
        listed;                      // values among a rule's conflicts, at most; the oldest first
    std::int64_t threshold_off = 0;  // what is said of a rule's threshold, less what it is
};

void reword(const Wording& wording, Answer& answer);

}  // namespace cmagent::cmsim
