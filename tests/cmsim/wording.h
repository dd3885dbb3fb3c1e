#pragma once
// Bodies that say less than the model knows, or say it wrongly. The published bodies do so with
// invented streams; a Wording does so with real ones, whose codes work.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "tests/cmsim/answer.h"

namespace cmagent::cmsim {

struct Omission {
    const char* name;  // in JSON, and for the help
    const char* help;  // the part of the body that is missing then
    void (*leave_out)(Answer& answer);
};

const std::vector<Omission>& omissions();

// Null where there is none of this name.
const Omission* omission_named(std::string_view name);

struct Wording {
    std::vector<const Omission*> left_out;
    std::optional<std::size_t> listed;  // at most so many values of each rule, the oldest first
    std::int64_t threshold_off = 0;     // added to each rule's threshold; the sum is at least 0
};

void reword(const Wording& wording, Answer& answer);

}  // namespace cmagent::cmsim
