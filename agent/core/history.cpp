#include "agent/core/history.h"

namespace cmagent::core {

void History::add(const cm::Evaluation& evaluation, std::int64_t wall_ms) {
    Entry& entry = add();
    entry.wall_ms = wall_ms;
    entry.rule.clear();
    for (const cm::Advice& advice : evaluation.advice()) {
        if (advice.rule && unescape(advice.rule, entry.rule)) return;
    }
}

}  // namespace cmagent::core
