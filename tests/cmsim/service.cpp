#include "tests/cmsim/service.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>

#include "tests/cmsim/identity.h"

namespace cmagent::cmsim {
namespace {

constexpr Millis kMinute = 60'000;

// cm-api.md: "Metadata that cannot change once set".
const std::set<std::string> kImmutable = {"package", "channel",    "platform", "assetId",     "idp",
                                          "mvpd",    "hba_status", "hba",      "mobileDevice"};

// The session's metadata with those of a heartbeat over them; nothing where an immutable value
// would change.
std::optional<Metadata> merged(const Metadata& held, const Metadata& added) {
    Metadata result = held;
    for (const auto& [name, value] : added) {
        const auto [entry, is_new] = result.try_emplace(name, value);
        if (is_new || entry->second == value) continue;
        if (kImmutable.count(name) != 0) return std::nullopt;
        entry->second = value;
    }
    return result;
}

// A NUL is in neither part: a path with %00 is refused before.
std::string key_of(std::string_view idp, std::string_view subject) {
    return std::string(idp).append(1, '\0').append(subject);
}

Answer answer(int status, Millis now) {
    return {status, now, std::nullopt, {}, {}};
}

Answer missing_metadata(Millis now) {
    Answer result = answer(400, now);
    result.body = Evaluation{{}, {}, {{"adobe.primetime.cm", "refresh", {"metadata"}}}};
    return result;
}

Answer denied(std::vector<Violation> violations, Millis now) {
    Answer result = answer(409, now);
    result.body = Evaluation{std::move(violations), {}, {}};
    return result;
}

// cm-api.md shows the reason on a heartbeat; it is given to a DELETE too.
Answer gone(const Session& session, Millis now) {
    Answer result = answer(410, now);
    if (session.state == State::terminated) result.body = session.farewell;
    return result;
}

void give_up_slot(Session& session) {
    std::vector<Session*>& counted = session.household->counted;
    counted.erase(std::remove(counted.begin(), counted.end(), &session), counted.end());
}

}  // namespace

Service::Service(Agreement agreement, std::uint64_t seed)
    : agreement_(std::move(agreement)), seed_(seed) {}

const Application* Service::application(std::string_view id) const {
    for (const Application& application : agreement_.applications) {
        if (application.id == id) return &application;
    }
    return nullptr;
}

Household& Service::household(const Caller& caller) {
    std::unique_ptr<Household>& household = households_[key_of(caller.idp, caller.subject)];
    if (!household) {
        household = std::make_unique<Household>();
        household->idp = caller.idp;
        household->subject = caller.subject;
    }
    return *household;
}

bool Service::throttled(Window& window, Millis now, Answer& answer) const {
    if (window.calls == 0 || now - window.start >= kMinute) window = {now, 0};
    if (window.calls < agreement_.per_minute) {
        ++window.calls;
        return false;
    }
    answer = {429, now, window.start + kMinute, {}, {}};
    return true;
}

Answer Service::metadata(std::string_view id, Millis now) {
    advance(now);
    const Application* asker = application(id);
    if (asker == nullptr) return answer(401, now);
    const std::set<std::string> names = required_names(agreement_, *asker);
    Answer result = answer(200, now);
    result.body = Names(names.begin(), names.end());
    return result;
}

Answer Service::init(const Caller& caller, const Metadata& metadata,
                     const std::vector<std::string>& terminate, Millis now, Ending ending) {
    advance(now);
    const Application* asker = application(caller.application);
    if (asker == nullptr) return answer(401, now);
    Household& home = household(caller);
    Answer refusal;
    if (throttled(home.inits, now, refusal)) return refusal;
    for (const std::string& name : required_names(agreement_, *asker)) {
        if (value_of(metadata, name).empty()) return missing_metadata(now);
    }

    Session newcomer;
    newcomer.id = session_id(seed_, made_, now);
    newcomer.termination_code = termination_code(seed_, made_);
    ++made_;
    newcomer.application = asker;
    newcomer.household = &home;
    newcomer.started = now;
    newcomer.until = now + agreement_.ttl;
    newcomer.metadata = metadata;
    if (ending == Ending::before_the_verdict) end_for(newcomer, terminate, now);

    const Verdict verdict = judge(agreement_, newcomer, newcomer.metadata);
    if (ending == Ending::after_the_verdict) end_for(newcomer, terminate, now);
    if (!verdict.violations.empty()) return denied(verdict.violations, now);
    displace_all(verdict.losers);
    const Session& session = open(std::move(newcomer));
    return {202, now, session.until, session.id, {}};
}

Session* Service::asked_about(const Caller& caller, std::string_view id, Millis now,
                              Answer& refusal) {
    advance(now);
    Session* const session = mine(caller, id);
    if (application(caller.application) == nullptr) {
        refusal = answer(401, now);
    } else if (session == nullptr) {
        refusal = answer(status_of_stranger(id), now);
    } else if (session->application->id != caller.application) {
        refusal = answer(403, now);
    } else if (!throttled(session->calls, now, refusal)) {
        return session;
    }
    return nullptr;
}

Answer Service::heartbeat(const Caller& caller, std::string_view id, const Metadata& metadata,
                          Millis now) {
    Answer refusal;
    Session* session = asked_about(caller, id, now, refusal);
    if (session == nullptr) return refusal;
    if (session->state == State::displaced) {
        refusal = denied(session->farewell.violations, now);
        leave(*session, State::ended, now);
        return refusal;
    }
    if (session->state != State::running) return gone(*session, now);

    const std::optional<Metadata> changed = merged(session->metadata, metadata);
    if (!changed) {
        refusal = answer(400, now);
        refusal.body = Evaluation{};
        return refusal;
    }
    if (*changed != session->metadata) {
        const Verdict verdict = judge(agreement_, *session, *changed);
        if (!verdict.violations.empty()) {
            leave(*session, State::ended, now);
            return denied(verdict.violations, now);
        }
        session->metadata = *changed;
        displace_all(verdict.losers);
    }
    ++session->heartbeats;
    session->until = now + agreement_.ttl;
    alive_.splice(alive_.end(), alive_, index_.at(session->id));
    return {202, now, session->until, {}, {}};
}

Answer Service::end(const Caller& caller, std::string_view id, Millis now) {
    Answer refusal;
    Session* session = asked_about(caller, id, now, refusal);
    if (session == nullptr) return refusal;
    if (session->state != State::running) return gone(*session, now);
    leave(*session, State::ended, now);
    return answer(202, now);
}

Answer Service::running_streams(const Caller& caller, Millis now) {
    advance(now);
    const Application* asker = application(caller.application);
    if (asker == nullptr) return answer(401, now);
    Answer result = answer(200, now);
    RunningStreams streams;
    std::size_t others = 0;
    for (const Session* session : household(caller).counted) {
        if (!share_a_policy(*asker, *session->application)) {
            ++others;
            continue;
        }
        streams.streams.push_back(stream_of(*session));
        const Millis leaves =
            session->state == State::lapsed ? counted_until(*session) : session->until;
        result.expires = std::min(result.expires.value_or(leaves), leaves);
    }
    streams.others = others;
    result.body = std::move(streams);
    return result;
}

// --- the life of a session ---

Session& Service::open(Session newcomer) {
    alive_.push_back(std::move(newcomer));
    Session& session = alive_.back();
    index_[session.id] = std::prev(alive_.end());
    session.household->counted.push_back(&session);
    ++session.household->known;
    return session;
}

// X-Terminate. A code that names no stream of the household is passed over: it may just have ended.
void Service::end_for(Session& newcomer, const std::vector<std::string>& codes, Millis now) {
    const Stream terminator = stream_of(newcomer);
    std::string superseded;
    for (const std::string& code : codes) {
        const std::vector<Session*> counted = newcomer.household->counted;
        for (Session* session : counted) {
            if (session->termination_code != code) continue;
            if (!share_a_policy(*session->application, *newcomer.application)) continue;
            session->farewell = Evaluation{{}, terminator, {}};
            leave(*session, State::terminated, now);
            superseded += (superseded.empty() ? "" : ",") + code;
        }
    }
    if (!superseded.empty()) newcomer.metadata["superseded"] = superseded;
}

// A displaced session keeps its lease, not its slot: within the lease its heartbeat is told why.
void Service::displace_all(const std::vector<Loser>& losers) {
    for (const Loser& loser : losers) {
        give_up_slot(*loser.session);
        if (loser.session->state != State::running) continue;  // it has lapsed, or lost already
        loser.session->farewell = Evaluation{{loser.violation}, {}, {}};
        loser.session->state = State::displaced;
    }
}

void Service::leave(Session& session, State state, Millis now) {
    give_up_slot(session);
    Sessions& from = session.state == State::lapsed ? lapsed_ : alive_;
    session.state = state;
    session.until = now;
    gone_.splice(gone_.end(), from, index_.at(session.id));
}

// The slot of a session that has lapsed. Its last event was a whole lease before the lease's end.
Millis Service::counted_until(const Session& session) const {
    return session.until + std::max<Millis>(0, agreement_.window - agreement_.ttl);
}

void Service::advance(Millis now) {
    while (!alive_.empty() && alive_.front().until <= now) {
        alive_.front().state = State::lapsed;
        lapsed_.splice(lapsed_.end(), alive_, alive_.begin());
    }
    while (!lapsed_.empty() && counted_until(lapsed_.front()) <= now) {
        leave(lapsed_.front(), State::lapsed, now);
    }
    while (!gone_.empty() && gone_.front().until + kRemembered <= now) {
        Household& home = *gone_.front().household;
        index_.erase(gone_.front().id);
        gone_.pop_front();
        if (--home.known == 0) households_.erase(key_of(home.idp, home.subject));
    }
}

// An id that is no session of the caller's: one that was forgotten long ago, or somebody else's, or
// invented.
int Service::status_of_stranger(std::string_view id) const {
    const bool forgotten = find(id) == nullptr && is_session_id(id, seed_, made_);
    return forgotten ? 410 : 404;
}

Session* Service::mine(const Caller& caller, std::string_view id) {
    const auto found = index_.find(std::string(id));
    if (found == index_.end()) return nullptr;
    const Household& home = *found->second->household;
    return home.idp == caller.idp && home.subject == caller.subject ? &*found->second : nullptr;
}

// --- behind the box's back ---

Session* Service::alive(std::string_view id) {
    const auto found = index_.find(std::string(id));
    return found != index_.end() && found->second->state == State::running ? &*found->second
                                                                           : nullptr;
}

bool Service::terminate(std::string_view id, Stream terminator, Millis now) {
    advance(now);
    Session* session = alive(id);
    if (session == nullptr) return false;
    session->farewell = Evaluation{{}, std::move(terminator), {}};
    leave(*session, State::terminated, now);
    return true;
}

bool Service::displace(std::string_view id, Millis now) {
    advance(now);
    Session* session = alive(id);
    if (session == nullptr) return false;
    session->farewell = Evaluation{displacement_of(agreement_, *session), {}, {}};
    session->state = State::displaced;
    give_up_slot(*session);
    return true;
}

bool Service::lapse(std::string_view id, Millis now) {
    advance(now);
    Session* session = alive(id);
    if (session == nullptr) return false;
    leave(*session, State::lapsed, now);
    return true;
}

const Session* Service::find(std::string_view id) const {
    const auto found = index_.find(std::string(id));
    return found == index_.end() ? nullptr : &*found->second;
}

std::vector<const Session*> Service::sessions() const {
    std::vector<const Session*> all;
    for (const Sessions* sessions : {&gone_, &lapsed_, &alive_}) {
        for (const Session& session : *sessions) all.push_back(&session);
    }
    return all;
}

}  // namespace cmagent::cmsim
