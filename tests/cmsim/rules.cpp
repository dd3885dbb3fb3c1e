#include "tests/cmsim/rules.h"

#include <algorithm>

namespace cmagent::cmsim {
namespace {

// A value of a rule's attribute, and the counted sessions that have it, the oldest first.
struct Holder {
    std::string value;
    std::vector<Session*> sessions;
};

std::string value_for(const Rule& rule, const Session& session, const Metadata& metadata) {
    return counts_sessions(rule) ? session.id : value_of(metadata, rule.attribute);
}

std::vector<Holder>::iterator holder_of(std::vector<Holder>& holders, const std::string& value) {
    return std::find_if(holders.begin(), holders.end(),
                        [&](const Holder& holder) { return holder.value == value; });
}

bool in_scope(const Rule& rule, const Metadata& a, const Metadata& b) {
    return std::all_of(rule.scope.begin(), rule.scope.end(), [&](const std::string& name) {
        return value_of(a, name) == value_of(b, name);
    });
}

// A rule of the newcomer's application, and the sessions beside the newcomer that it counts.
class Counting {
  public:
    Counting(const Policy& policy, const Rule& rule, const Session& newcomer,
             const Metadata& metadata)
        : policy_(policy), rule_(rule), newcomer_(newcomer), metadata_(metadata) {}

    [[nodiscard]] std::size_t sessions() const {
        const std::vector<Session*>& counted = newcomer_.household->counted;
        return static_cast<std::size_t>(
            std::count_if(counted.begin(), counted.end(),
                          [&](const Session* session) { return counts(*session); }));
    }

    [[nodiscard]] std::vector<Holder> holders() const {
        std::vector<Holder> holders;
        for (Session* session : newcomer_.household->counted) {
            if (!counts(*session)) continue;
            const std::string value = value_for(rule_, *session, session->metadata);
            const auto holder = counts_sessions(rule_) ? holders.end() : holder_of(holders, value);
            if (holder != holders.end()) {
                holder->sessions.push_back(session);
            } else {
                holders.push_back({value, {session}});
            }
        }
        return holders;
    }

  private:
    [[nodiscard]] bool counts(const Session& session) const {
        const bool same_policy = session.application == newcomer_.application ||
                                 contains(session.application->policies, policy_.name);
        return &session != &newcomer_ && same_policy &&
               in_scope(rule_, session.metadata, metadata_);
    }

    const Policy& policy_;
    const Rule& rule_;
    const Session& newcomer_;
    const Metadata& metadata_;
};

Conflict conflict_with(const Holder& holder) {
    Conflict conflict{holder.value, {}};
    for (const Session* session : holder.sessions) conflict.streams.push_back(stream_of(*session));
    return conflict;
}

void apply(const Policy& policy, const Rule& rule, const Session& newcomer,
           const Metadata& metadata, Verdict& verdict) {
    const Counting counting(policy, rule, newcomer, metadata);
    if (counting.sessions() < rule.threshold) return;  // there are not more values than sessions
    std::vector<Holder> holders = counting.holders();
    const std::string value = value_for(rule, newcomer, metadata);
    if (holders.size() < rule.threshold || holder_of(holders, value) != holders.end()) return;

    Violation violation{policy.name, rule, holders.size() + 1, {}};
    if (rule.precedence == Precedence::oldest) {
        for (const Holder& holder : holders) violation.conflicts.push_back(conflict_with(holder));
        verdict.violations.push_back(std::move(violation));
        return;
    }
    const auto first_to_stay =
        holders.begin() +
        static_cast<std::ptrdiff_t>(std::min(holders.size(), violation.current - rule.threshold));
    for (auto holder = first_to_stay; holder != holders.end(); ++holder) {
        violation.conflicts.push_back(conflict_with(*holder));
    }
    Stream winner = stream_of(newcomer);
    winner.metadata = metadata;
    violation.conflicts.push_back({value, {std::move(winner)}});
    for (auto holder = holders.begin(); holder != first_to_stay; ++holder) {
        for (Session* session : holder->sessions) verdict.losers.push_back({session, violation});
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

Verdict judge(const Agreement& agreement, const Session& newcomer, const Metadata& metadata) {
    Verdict verdict;
    for (const Policy* policy : policies_of(agreement, *newcomer.application)) {
        for (const Rule& rule : policy->rules) apply(*policy, rule, newcomer, metadata, verdict);
    }
    return verdict;
}

std::vector<Violation> displacement_of(const Agreement& agreement, const Session& session) {
    for (const Policy* policy : policies_of(agreement, *session.application)) {
        if (policy->rules.empty()) continue;
        const Rule& rule = policy->rules.front();
        const Counting counting(*policy, rule, session, session.metadata);
        const std::vector<Holder> holders = counting.holders();
        Violation violation{policy->name, rule, holders.size() + 1, {}};
        for (const Holder& holder : holders) violation.conflicts.push_back(conflict_with(holder));
        return {violation};
    }
    return {};
}

}  // namespace cmagent::cmsim
