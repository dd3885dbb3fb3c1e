#include "tests/cmsim/policy.h"

#include <algorithm>

namespace cmagent::cmsim {

std::vector<const Policy*> policies_of(const Agreement& agreement, const Application& application) {
    std::vector<const Policy*> policies;
    for (const Policy& policy : agreement.policies) {
        if (contains(application.policies, policy.name)) policies.push_back(&policy);
    }
    return policies;
}

std::set<std::string> required_names(const Agreement& agreement, const Application& application) {
    std::set<std::string> names;
    for (const Policy* policy : policies_of(agreement, application)) {
        for (const Rule& rule : policy->rules) {
            if (!counts_sessions(rule)) names.insert(rule.attribute);
            names.insert(rule.scope.begin(), rule.scope.end());
        }
    }
    return names;
}

bool share_a_policy(const Application& a, const Application& b) {
    return std::any_of(a.policies.begin(), a.policies.end(),
                       [&](const std::string& name) { return contains(b.policies, name); });
}

bool counts_sessions(const Rule& rule) {
    return rule.attribute == kStreamId;
}

std::string value_of(const Metadata& metadata, const std::string& name) {
    const auto found = metadata.find(name);
    return found == metadata.end() ? std::string() : found->second;
}

bool contains(const Names& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace cmagent::cmsim
