#include "tests/cmsim/rules.h"

#include <algorithm>

namespace cmagent::cmsim {
namespace {

// A value of a rule's attribute, and the running sessions that have it, the oldest first.
struct Holder {
    std::string value;
    std::vector<Session*> sessions;
};

bool in_scope(const Rule& rule, const Metadata& a, const Metadata& b) {
    return std::all_of(rule.scope.begin(), rule.scope.end(), [&](const std::string& name) {
        return value_of(a, name) == value_of(b, name);
    });
}

std::vector<Holder>::iterator holder_of(std::vector<Holder>& holders, const std::string& value) {
    return std::find_if(holders.begin(), holders.end(),
                        [&](const Holder& holder) { return holder.value == value; });
}

std::vector<Holder> holders_beside(const Session& newcomer, const Metadata& metadata,
                                   const Policy& policy, const Rule& rule) {
    std::vector<Holder> holders;
    for (Session* session : newcomer.household->running) {
        if (session == &newcomer) continue;
        if (!contains(session->application->policies, policy.name)) continue;
        if (!in_scope(rule, session->metadata, metadata)) continue;
        if (counts_sessions(rule)) {
            holders.push_back({session->id, {session}});
            continue;
        }
        const std::string value = value_of(session->metadata, rule.attribute);
        const auto holder = holder_of(holders, value);
        if (holder != holders.end()) {
            holder->sessions.push_back(session);
        } else {
            holders.push_back({value, {session}});
        }
    }
    return holders;
}

Conflict conflict_with(const Holder& holder) {
    Conflict conflict{holder.value, {}};
    for (const Session* session : holder.sessions) conflict.streams.push_back(stream_of(*session));
    return conflict;
}

void apply(const Policy& policy, const Rule& rule, const Session& newcomer,
           const Metadata& metadata, Verdict& verdict) {
    std::vector<Holder> holders = holders_beside(newcomer, metadata, policy, rule);
    const std::string value =
        counts_sessions(rule) ? newcomer.id : value_of(metadata, rule.attribute);
    if (holders.size() < rule.threshold || holder_of(holders, value) != holders.end()) return;

    Violation violation{policy.name, rule, holders.size() + 1, {}};
    if (rule.precedence == Precedence::oldest) {
        for (const Holder& holder : holders) violation.conflicts.push_back(conflict_with(holder));
        verdict.violations.push_back(std::move(violation));
        return;
    }
    Stream winner = stream_of(newcomer);
    winner.metadata = metadata;
    violation.conflicts.push_back({value, {std::move(winner)}});
    holders.resize(std::min(holders.size(), violation.current - rule.threshold));
    for (const Holder& holder : holders) {
        for (Session* session : holder.sessions) verdict.losers.push_back({session, violation});
    }
}

}  // namespace

Stream stream_of(const Session& session) {
    return {session.id,
            session.termination_code,
            session.application->id,
            session.application->name,
            session.started,
            session.metadata};
}

Verdict judge(const Setup& setup, const Session& newcomer, const Metadata& metadata) {
    Verdict verdict;
    for (const Policy* policy : policies_of(setup, *newcomer.application)) {
        for (const Rule& rule : policy->rules) apply(*policy, rule, newcomer, metadata, verdict);
    }
    return verdict;
}

}  // namespace cmagent::cmsim
