#include "tests/simulation/service.h"

#include <utility>

#include "tests/cmsim/date.h"

namespace cmagent::simulation {
namespace {

// CM's own clock: far from the box's.
constexpr Millis kEpoch = 1'732'500'000'000;

cmsim::Policy policy(const std::string& name, std::size_t threshold, const std::string& attribute,
                     std::vector<std::string> scope, cmsim::Precedence precedence) {
    cmsim::Rule rule;
    rule.name = name + " rule";
    rule.message = "Limit reached";
    rule.attribute = attribute;
    rule.threshold = threshold;
    rule.scope = std::move(scope);
    rule.precedence = precedence;
    return {name, {rule}};
}

// One application for each kind of policy that CM's documentation knows, and one with two.
constexpr const char* kApplications[] = {"one-latest", "two-oldest", "devices", "channels", "both"};

cmsim::Agreement agreement_for(const Profile& profile) {
    using cmsim::Precedence;
    cmsim::Agreement agreement;
    agreement.policies = {
        policy("one-latest", 1, cmsim::kStreamId, {}, Precedence::latest),
        policy("two-oldest", 2, cmsim::kStreamId, {}, Precedence::oldest),
        policy("devices", 1, "deviceId", {}, Precedence::oldest),
        policy("channels", 1, cmsim::kStreamId, {"channel"}, Precedence::oldest),
    };
    for (const cmsim::Policy& policy : agreement.policies)
        agreement.applications.push_back({policy.name, policy.name, {policy.name}});
    agreement.applications.push_back({"both", "both", {"two-oldest", "devices"}});
    agreement.ttl = profile.ttl;
    agreement.per_minute = profile.calls_per_minute;
    return agreement;
}

std::string field(const char* name, const std::string& value) {
    return std::string(name) + ": " + value + "\r\n";
}

}  // namespace

Service::Service(const Profile& profile, std::uint64_t seed)
    : profile_(profile),
      model_(agreement_for(profile), seed),
      dialect_(static_cast<cmsim::Dialect>(seed % 3)),
      random_(seed ^ 0x5e41ceu) {}

const char* Service::application_of(std::size_t household) {
    return kApplications[household % std::size(kApplications)];
}

bool Service::is_unkind() {
    return random_.next() % 1000 < static_cast<std::uint64_t>(profile_.unkind);
}

// cm-api.md: X-Terminate "does not always succeed".
cmsim::Answer Service::start(const Letter& letter, Millis now) {
    const Whim whim = std::exchange(whims_[letter.box], {});
    if (whim.status != 0) {
        cmsim::Answer answer{whim.status, now, std::nullopt, {}, {}};
        if (whim.status == 400) answer.body = cmsim::Evaluation{};
        if (whim.status == 429) answer.expires = now + 5 * kSecond;
        if (whim.refresh)
            answer.body =
                cmsim::Evaluation{{}, {}, {{"adobe.primetime.cm", "refresh", {"metadata"}}}};
        return answer;
    }
    const cmsim::Caller caller{letter.application, letter.idp, letter.subject};
    const bool unkind = is_unkind();
    const bool late = unkind && random_.next() % 2 == 0;
    return model_.init(caller, letter.metadata,
                       unkind && !late ? std::vector<std::string>() : letter.terminate, now,
                       late ? cmsim::Ending::after_the_verdict : cmsim::Ending::before_the_verdict);
}

// Fewer streams than there are, none at all, or none that can be ended.
void Service::list_too_little(cmsim::Evaluation& evaluation) {
    const auto way = random_.next() % 3;
    for (cmsim::Violation& violation : evaluation.violations) {
        if (way == 0) violation.conflicts.clear();
        if (way == 1 && violation.conflicts.size() > 1) violation.conflicts.pop_back();
        if (way != 2) continue;
        for (cmsim::Conflict& conflict : violation.conflicts) {
            for (cmsim::Stream& stream : conflict.streams) stream.termination_code.clear();
        }
    }
}

cmsim::Answer Service::perform(const Letter& letter, Millis now) {
    const cmsim::Caller caller{letter.application, letter.idp, letter.subject};
    switch (letter.call) {
        case cm::Call::start:
            return start(letter, now);
        case cm::Call::heartbeat:
            return model_.heartbeat(caller, letter.session, letter.metadata, now);
        case cm::Call::end:
            return model_.end(caller, letter.session, now);
        case cm::Call::running_streams:
            return model_.running_streams(caller, now);
        case cm::Call::metadata:
            return model_.metadata(letter.application, now);
    }
    return {};
}

std::string Service::answer(const Letter& letter, Millis now) {
    cmsim::Answer answer = perform(letter, kEpoch + now);
    auto* const evaluation = std::get_if<cmsim::Evaluation>(&answer.body);
    if (evaluation != nullptr && !evaluation->violations.empty() && is_unkind())
        list_too_little(*evaluation);
    const bool is_start = letter.call == cm::Call::start;
    if (is_start && answer.status == 202) {
        ++counts_.granted;
        owners_[answer.session] = {letter.box, letter.stream, false};
        sessions_of_[{letter.box, letter.stream}].push_back(answer.session);
    }
    counts_.heartbeats += letter.call == cm::Call::heartbeat && answer.status == 202 ? 1 : 0;
    counts_.denied += answer.status == 409 ? 1 : 0;
    counts_.throttled += answer.status == 429 ? 1 : 0;
    return write(answer, is_start);
}

std::string Service::write(const cmsim::Answer& answer, bool is_start) {
    const bool odd = random_.next() % 1000 < static_cast<std::uint64_t>(profile_.odd_answers);
    const bool no_location = odd && random_.next() % 2 == 0;
    std::string http = "HTTP/1.1 " + std::to_string(answer.status) + " x\r\n";
    http += field("Date", cmsim::http_date(answer.date));
    if (answer.expires && !odd) http += field("Expires", cmsim::http_date(*answer.expires));
    if (is_start && !answer.session.empty() && !no_location)
        http += field("Location", answer.session);
    const std::string body = cmsim::render(answer, dialect_);
    if (!body.empty()) http += field("Content-Type", "application/json");
    return http + field("Content-Length", std::to_string(body.size())) + "\r\n" + body;
}

void Service::advance(Millis now) {
    model_.advance(kEpoch + now);
}

bool Service::covers(const Owner& stream) const {
    const auto found = sessions_of_.find({stream.box, stream.stream});
    if (found == sessions_of_.end()) return false;
    for (const std::string& id : found->second) {
        const cmsim::Session* session = model_.find(id);
        if (session != nullptr && session->state == cmsim::State::running) return true;
    }
    return false;
}

std::vector<std::string> Service::streams_of(const std::string& subject) const {
    std::vector<std::string> streams;
    for (const cmsim::Session* session : model_.sessions()) {
        const bool listed = session->state == cmsim::State::running;
        if (listed && session->household->subject == subject) streams.push_back(session->id);
    }
    return streams;
}

std::size_t Service::running() const {
    std::size_t count = 0;
    for (const cmsim::Session* session : model_.sessions())
        count += session->state == cmsim::State::running ? 1 : 0;
    return count;
}

void Service::interfere(Kind kind, std::uint32_t number, Millis now) {
    model_.advance(kEpoch + now);
    if (kind == Kind::cm_forget) {
        model_.forget_everything();
        forgot_at_ = now;
        for (auto& [id, owner] : owners_) owner.interfered = true;
        return;
    }
    std::vector<std::string> alive;
    for (const cmsim::Session* session : model_.sessions()) {
        if (session->state == cmsim::State::running) alive.push_back(session->id);
    }
    if (alive.empty()) return;
    const std::string id = alive[number % alive.size()];
    owners_[id].interfered = true;
    if (kind == Kind::cm_lapse) (void)model_.lapse(id, kEpoch + now);
    if (kind == Kind::cm_displace) (void)model_.displace(id, kEpoch + now);
    if (kind == Kind::cm_terminate)
        (void)model_.terminate(id, {"elsewhere", "", "", "Elsewhere", 0, {}}, kEpoch + now);
}

}  // namespace cmagent::simulation
