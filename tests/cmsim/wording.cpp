#include "tests/cmsim/wording.h"

#include <algorithm>
#include <variant>

namespace cmagent::cmsim {
namespace {

template <typename Change>
void for_each_violation(Answer& answer, Change change) {
    if (auto* evaluation = std::get_if<Evaluation>(&answer.body)) {
        for (Violation& violation : evaluation->violations) change(violation);
    }
}

// The streams among the conflicts, and the running streams.
template <typename Change>
void for_each_stream(Answer& answer, Change change) {
    for_each_violation(answer, [&](Violation& violation) {
        for (Conflict& conflict : violation.conflicts) {
            for (Stream& stream : conflict.streams) change(stream);
        }
    });
    if (auto* running = std::get_if<RunningStreams>(&answer.body)) {
        for (Stream& stream : running->streams) change(stream);
    }
}

void leave_out_attribute(Answer& answer) {
    for_each_violation(answer, [](Violation& violation) { violation.rule.attribute.clear(); });
}

void leave_out_message(Answer& answer) {
    for_each_violation(answer, [](Violation& violation) { violation.rule.message.clear(); });
}

void leave_out_codes(Answer& answer) {
    for_each_stream(answer, [](Stream& stream) { stream.termination_code.clear(); });
}

void leave_out_names(Answer& answer) {
    for_each_stream(answer, [](Stream& stream) { stream.application_name.clear(); });
}

void leave_out_others(Answer& answer) {
    if (auto* running = std::get_if<RunningStreams>(&answer.body)) running->others.reset();
}

}  // namespace

const std::vector<Omission>& omissions() {
    static const std::vector<Omission> all = {
        {"attribute", "what the violated rule counts", leave_out_attribute},
        {"message", "the sentence for the viewer", leave_out_message},
        {"codes", "the termination codes of streams", leave_out_codes},
        {"names", "the names of the streams' applications", leave_out_names},
        {"otherStreams", "how many more there are", leave_out_others},
    };
    return all;
}

const Omission* omission_named(std::string_view name) {
    for (const Omission& omission : omissions()) {
        if (name == omission.name) return &omission;
    }
    return nullptr;
}

void reword(const Wording& wording, Answer& answer) {
    for (const Omission* omission : wording.left_out) omission->leave_out(answer);
    for_each_violation(answer, [&](Violation& violation) {
        if (wording.listed && *wording.listed < violation.conflicts.size()) {
            violation.conflicts.resize(*wording.listed);
        }
        const std::int64_t said =
            static_cast<std::int64_t>(violation.rule.threshold) + wording.threshold_off;
        violation.rule.threshold = static_cast<std::size_t>(std::max<std::int64_t>(0, said));
    });
}

}  // namespace cmagent::cmsim
