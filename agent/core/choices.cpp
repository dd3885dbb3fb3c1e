#include "agent/core/choices.h"

namespace cmagent::core {

bool offers(const cm::Evaluation& evaluation, std::string_view code) {
    for (const cm::Advice& advice : evaluation.advice()) {
        for (const cm::ConflictingSession& conflict : advice.conflicts) {
            if (conflict.termination_code && conflict.termination_code.equals(code)) return true;
        }
    }
    return false;
}

namespace {

bool same_value(const json::String& a, const json::String& b) {
    return a && a.equals(b);
}

// RFC 3339 times in UTC, as CM writes them, order as text.
bool older(const cm::ConflictingSession& a, const cm::ConflictingSession& b) {
    return a.started_at && (!b.started_at || a.started_at.raw() < b.started_at.raw());
}

bool add_value(const cm::Advice& advice, const cm::ConflictingSession& chosen, cm::Codes& into) {
    bool added = false;
    for (const cm::ConflictingSession& conflict : advice.conflicts) {
        const bool the_one = conflict.termination_code && chosen.termination_code &&
                             conflict.termination_code.equals(chosen.termination_code);
        if (!the_one && !same_value(conflict.value, chosen.value)) continue;
        Text<cm::kMaxCode> code;
        (void)unescape(conflict.termination_code, code);  // as long as a code may be, or none
        if (!into.add(code.view())) return false;
        added = true;
    }
    return added;
}

}  // namespace

bool oldest(const cm::Evaluation& evaluation, cm::Codes& into) {
    into.count = 0;
    for (const cm::Advice& advice : evaluation.advice()) {
        if (advice.kind != cm::AdviceKind::rule_violation) continue;
        cm::ConflictingSession chosen;
        bool any = false;
        for (const cm::ConflictingSession& conflict : advice.conflicts) {
            if (any && !older(conflict, chosen)) continue;
            chosen = conflict;
            any = true;
        }
        if (!any || !add_value(advice, chosen, into)) {
            into.count = 0;
            break;
        }
    }
    return into.count > 0;
}

}  // namespace cmagent::core
