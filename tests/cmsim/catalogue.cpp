#include "tests/cmsim/catalogue.h"

#include <algorithm>

#include "tests/cmsim/json_input.h"

namespace cmagent::cmsim {
namespace {

constexpr std::int64_t kMostStreams = 1'000'000;

Precedence read_precedence(Members& members) {
    const std::string word = members.text("precedence").value_or("oldest");
    if (word == "oldest") return Precedence::oldest;
    if (word == "latest") return Precedence::latest;
    members.refuse(members.item("precedence"), "precedence: expected oldest or latest");
}

Rule read_rule(const Document& document, json::Item item) {
    Members members(document, item);
    Rule rule;
    rule.name = members.required(members.text("name"), "name");
    rule.message = members.text("message").value_or("Number of active streams exceeded");
    rule.attribute = members.text("attribute").value_or(kStreamId);
    rule.threshold = static_cast<std::size_t>(
        members.required(members.integer("threshold", 0, kMostStreams), "threshold"));
    rule.scope = members.texts("scope").value_or(Names{});
    rule.precedence = read_precedence(members);
    members.expect_no_more();
    return rule;
}

Policy read_policy(const Document& document, json::Item item) {
    Members members(document, item);
    Policy policy;
    policy.name = members.required(members.text("name"), "name");
    for (const json::Item rule : json::ArrayForEach(members.item("rules"))) {
        policy.rules.push_back(read_rule(document, rule));
    }
    members.expect_no_more();
    return policy;
}

bool is_policy(const Agreement& agreement, const std::string& name) {
    return std::any_of(agreement.policies.begin(), agreement.policies.end(),
                       [&](const Policy& policy) { return policy.name == name; });
}

Application read_application(const Document& document, json::Item item,
                             const Agreement& agreement) {
    Members members(document, item);
    Application application;
    application.id = members.required(members.text("id"), "id");
    application.name = members.text("name").value_or(application.id);
    application.policies = members.required(members.texts("policies"), "policies");
    for (const std::string& name : application.policies) {
        if (!is_policy(agreement, name))
            document.refuse(item, "there is no policy \"" + name + "\"");
    }
    members.expect_no_more();
    return application;
}

}  // namespace

Agreement demo_agreement() {
    constexpr const char* kTooMany = "Number of active streams exceeded";
    Agreement agreement;
    agreement.policies = {
        {"demo-policy", {{"3 streams cap", kTooMany, kStreamId, 3, {}, Precedence::oldest}}},
        {"demo-policy-2",
         {{"2 per channel",
           "Number of streams per channel exceeded",
           kStreamId,
           2,
           {"channel"},
           Precedence::oldest}}},
        {"demo-fifo-policy", {{"1 stream", kTooMany, kStreamId, 1, {}, Precedence::latest}}},
        {"demo-devices-policy",
         {{"2 devices", "Too many devices", "deviceId", 2, {}, Precedence::oldest}}},
    };
    agreement.applications = {
        {"demo-app", "Demo application", {"demo-policy"}},
        {"demo-app-2", "Demo application 2", {"demo-policy-2"}},
        {"demo-fifo", "Demo application, latest wins", {"demo-fifo-policy"}},
        {"demo-devices", "Demo application, two devices", {"demo-devices-policy"}},
        {"demo-partner", "Partner application", {"demo-policy"}},
    };
    return agreement;
}

Agreement read_agreement(const std::string& text, const std::string& source) {
    const Document document(text, source);
    Members members(document, document.root());
    Agreement agreement;
    agreement.per_minute =
        static_cast<std::size_t>(members.integer("callsPerMinute", 1, kMostStreams)
                                     .value_or(static_cast<std::int64_t>(agreement.per_minute)));
    for (const json::Item policy : json::ArrayForEach(members.item("policies"))) {
        agreement.policies.push_back(read_policy(document, policy));
    }
    for (const json::Item application : json::ArrayForEach(members.item("applications"))) {
        agreement.applications.push_back(read_application(document, application, agreement));
    }
    members.expect_no_more();
    if (agreement.applications.empty())
        document.refuse(document.root(), "there are no applications");
    return agreement;
}

}  // namespace cmagent::cmsim
