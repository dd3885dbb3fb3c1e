#include "tests/scenario/world.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "agent/cm/response.h"
#include "tests/call_name.h"
#include "tests/invariants.h"

namespace cmagent::scenario {
namespace {

std::string notice_name(core::Notice notice) {
    constexpr const char* kNames[] = {"session-started", "session-updated", "playback-stop",
                                      "session-ended",   "conflict",        "slot-free",
                                      "logout",          "cm-reachable",    "cm-unreachable"};
    return kNames[static_cast<std::size_t>(notice)];
}

cm::Metadata to_metadata(const std::map<std::string, std::string>& pairs) {
    cm::Metadata metadata;
    for (const auto& [name, value] : pairs) EXPECT_TRUE(metadata.set(name, value)) << name;
    return metadata;
}

cm::Codes to_codes(const std::vector<std::string>& list) {
    cm::Codes codes;
    for (const std::string& code : list) EXPECT_TRUE(codes.add(code)) << code;
    return codes;
}

}  // namespace

World::World(std::uint64_t seed) : seed_(seed) {
    settings.starts_per_minute = 60'000;  // stories of the pace set it
    EXPECT_TRUE(settings.applications[0].id.assign("demo-app"));
    EXPECT_TRUE(settings.applications[1].name.assign("news"));
    EXPECT_TRUE(settings.applications[1].id.assign("news-app"));
    settings.application_count = 2;
    EXPECT_TRUE(settings.players[kMpvPlayer].name.assign("mpv"));
    settings.players[kMpvPlayer].is_ui = false;
    settings.player_count = 2;
    begin("", false);
}

World::~World() {
    EXPECT_EQ(AllocationTrap::caught(), allocations_before_) << "design.md, rule 4";
}

template <class Event>
auto World::tell(const Event& event) {
    const AllocationTrap trap;
    return core_->handle(event, now);
}

void World::begin(const std::string& kept, bool rebooted, bool resume) {
    core_ = std::make_unique<core::Core>();
    core_->configure(settings);
    core_->seed({seed_, {seed_, seed_}});
    ++seed_;
    core_->set_clock(wall_clock, now);
    core_->listen(this);
    calls_.clear();
    out_.clear();
    tell(core::Begin{kept, rebooted, resume, introduce});
    drain();
}

void World::read_tokens(const std::vector<core::Bearer>& bearers) {
    tell(core::Tokens{{bearers.data(), bearers.size()}});
    drain();
}

void World::crash() {
    begin(flash, false);
}

void World::reboot() {
    now = Time{20 * kSecond};  // the clock that counts from the boot starts over
    begin(flash, true);
}

void World::shut_down() {
    tell(core::Shutdown{});
    drain();
}

void World::wake_at(Time time) {
    now = time;
    {
        const AllocationTrap trap;
        core_->handle_timeout(now);
    }
    drain();
}

void World::advance(Millis by) {
    const Time end = now + by;
    int steps_at_once = 0;
    while (core_->next_deadline() <= end) {
        const Time due = later(core_->next_deadline(), now);
        steps_at_once = due == now ? steps_at_once + 1 : 0;
        ASSERT_LT(steps_at_once, 100) << "a hot loop at " << now.ms;
        wake_at(due);
    }
    now = end;
}

Ticket World::start(const StartOptions& options) {
    core::StreamRequest stream;
    stream.application = options.application;
    stream.player = options.player;
    stream.owner = options.owner;
    stream.party = options.party;
    EXPECT_TRUE(stream.idp.assign("acme"));
    EXPECT_TRUE(stream.subject.assign(options.subject));
    stream.metadata = to_metadata(options.metadata);
    EXPECT_TRUE(stream.client_version.assign(options.client_version));
    const cm::Codes codes = to_codes(options.terminate);
    const Ticket ticket = ++last_ticket_;
    refusal_ = tell(core::Start{ticket, &stream, &codes, options.replaces});
    drain();
    return ticket;
}

Ticket World::resolve(const std::string& conflict, const std::vector<std::string>& list,
                      const core::Owner& by, core::Party party) {
    const cm::Codes codes = to_codes(list);
    const Ticket ticket = ++last_ticket_;
    refusal_ = tell(core::Resolve{ticket, conflict, &codes, by, party});
    drain();
    return ticket;
}

Ticket World::ask(cm::Call call) {
    if (call == cm::Call::running_streams) return look();
    const Ticket ticket = ++last_ticket_;
    const core::StreamRequest nobody;
    refusal_ = tell(core::Query{ticket, call, false, &nobody});
    drain();
    return ticket;
}

Ticket World::look(bool refresh, const std::string& subject, std::uint8_t application,
                   core::Party party) {
    const Ticket ticket = ++last_ticket_;
    core::StreamRequest account;
    account.application = application;
    account.party = party;
    EXPECT_TRUE(account.idp.assign("acme") && account.subject.assign(subject));
    const core::Query query{ticket, cm::Call::running_streams, refresh, &account};
    refusal_ = Refusal::none;
    if (const core::Look* known = core_->known(query, now)) {
        looked(ticket, *known);
    } else {
        refusal_ = tell(query);
        drain();
    }
    return ticket;
}

void World::looked(Ticket ticket, const core::Look& look) {
    Outcome& outcome = outcomes_[ticket];
    EXPECT_EQ(outcome.kind, Outcome::waiting) << "told twice";
    outcome.kind = look.refusal == Refusal::none ? Outcome::listed : Outcome::refused;
    outcome.refusal = look.refusal;
    outcome.reason = look.reason;
    outcome.retry_after = look.call_at - now;
    outcome.body = look.text();
}

Refusal World::wait(const std::string& conflict, Millis span, bool start, const core::Owner& by) {
    refusal_ = tell(core::AwaitPlace{conflict, span, start, by});
    drain();
    return refusal_;
}

Ticket World::end_stream(const std::string& cm_session, core::Party party) {
    core::StreamRequest account;
    account.party = party;
    EXPECT_TRUE(account.idp.assign("acme"));
    EXPECT_TRUE(account.subject.assign("viewer"));
    const Ticket ticket = ++last_ticket_;
    refusal_ = tell(core::EndStream{ticket, cm_session, &account});
    drain();
    return ticket;
}

void World::give_up(const std::string& conflict, const core::Owner& by) {
    refusal_ = tell(core::GiveUp{conflict, by});
    drain();
}

void World::abandon(Ticket ticket) {
    tell(core::Abandoned{ticket});
    drain();
}

Refusal World::release(const std::string& session, const core::Owner& by) {
    refusal_ = tell(core::Release{session, by});
    drain();
    return refusal_;
}

Refusal World::stopped(const std::string& session, const core::Owner& by) {
    refusal_ = tell(core::Stopped{session, by});
    drain();
    return refusal_;
}

Refusal World::change(const std::string& session,
                      const std::map<std::string, std::string>& metadata, const core::Owner& by) {
    const cm::Metadata pairs = to_metadata(metadata);
    refusal_ = tell(core::Change{session, &pairs, core::Change::Paused::unchanged, by});
    drain();
    return refusal_;
}

Refusal World::pause(const std::string& session, bool on, const core::Owner& by) {
    using Paused = core::Change::Paused;
    refusal_ = tell(core::Change{session, nullptr, on ? Paused::yes : Paused::no, by});
    drain();
    return refusal_;
}

void World::logout(const std::string& subject) {
    tell(core::Logout{"acme", subject});
    drain();
}

void World::listeners(const std::vector<core::Owner>& owners) {
    core::Presence::Listening listening;
    for (const core::Owner& owner : owners) EXPECT_TRUE(listening.add(owner));
    tell(core::Listeners{&listening});
    drain();
}

void World::call(const core::Owner& by, const std::string& session) {
    tell(core::Called{by, session});
    drain();
}

void World::player(std::uint8_t player, core::PlayerSaid::What what) {
    tell(core::PlayerSaid{player, what});
    drain();
}

cm::Call World::first_due() {
    for (int steps = 0; calls_.empty() && steps < 1000; ++steps) {
        const Time due = core_->next_deadline();
        if (due == kNever) break;
        wake_at(later(due, now));
    }
    return calls_.empty() ? cm::Call::start : calls_.front().kind;
}

Call World::next(cm::Call kind) {
    (void)first_due();
    if (calls_.empty()) {
        ADD_FAILURE() << "no request, although " << cm::call_name(kind) << " was expected";
        return {};
    }
    const Call call = calls_.front();
    calls_.pop_front();
    EXPECT_EQ(cm::call_name(call.kind), cm::call_name(kind));
    return call;
}

Call World::await(cm::Call kind) {
    while (first_due() != kind && !calls_.empty()) answer(next(first_due()), unreachable());
    return next(kind);
}

void World::answer(const Call& call, const Reply& reply) {
    {
        const AllocationTrap trap;
        cm::ResponseReader reader({body_.data(), body_.size()});
        cm::Answer answer;
        if (reply.http.empty()) {
            answer.meaning = reply.without_response;
            answer.reason = reply.reason;
        } else {
            (void)reader.feed(reply.http.data(), reply.http.size());
            answer = cm::read_answer(call.kind, cm::Channel::verified, reader,
                                     {tokens_.data(), tokens_.size()});
        }
        // What went out and got no answer is unclear for a start only.
        if (reply.http.empty() && reply.without_response == cm::Meaning::unclear)
            answer = cm::lost(call.kind, reply.reason, reply.instead, cm::Channel::verified);
        out_.erase(call.exchange);
        core_->handle(core::Answered{call.exchange, &answer}, now);
    }
    drain();
}

Call World::answer_start(const Reply& reply) {
    Call start = next(cm::Call::start);
    answer(start, reply);
    while (!calls_.empty() && calls_.front().kind == cm::Call::running_streams) {
        answer(next(cm::Call::running_streams), no_streams());
        const bool again = !calls_.empty() && calls_.front().kind == cm::Call::start;
        if (again) answer(start = next(cm::Call::start), reply);
    }
    return start;
}

std::size_t World::answer_all(const Reply& reply, Millis by) {
    const Time end = now + by;
    std::size_t answered = 0;
    for (;;) {
        for (; !calls_.empty(); ++answered) {
            const Call call = calls_.front();
            calls_.pop_front();
            answer(call, reply);
        }
        const Time due = later(core_->next_deadline(), now);
        if (end < due) break;
        wake_at(due);
        if (answered > 100'000) {
            ADD_FAILURE() << "a hot loop";
            break;
        }
    }
    now = end;
    return answered;
}

std::string World::playing(const StartOptions& options, int lease_seconds) {
    const Ticket ticket = start(options);
    answer(next(cm::Call::start), granted("cm-" + std::to_string(last_ticket_), lease_seconds));
    EXPECT_EQ(outcome(ticket).kind, Outcome::started);
    return outcome(ticket).session;
}

std::string World::limited(const StartOptions& options) {
    const Ticket ticket = start(options);
    answer(next(cm::Call::start), fixture(409, "409-service-streams"));
    EXPECT_EQ(outcome(ticket).kind, Outcome::limited);
    return outcome(ticket).conflict;
}

std::string World::terminated(const StartOptions& options, const std::string& body) {
    const std::string id = playing(options);
    answer(next(cm::Call::heartbeat), fixture(410, body));
    return id;
}

std::string World::vanished(const StartOptions& options) {
    const std::string id = playing(options);
    answer(next(cm::Call::heartbeat), response(410));
    return id;
}

Millis World::throttled_for(const std::string& subject) const {
    core::StreamRequest stream;
    EXPECT_TRUE(stream.idp.assign("acme"));
    EXPECT_TRUE(stream.subject.assign(subject));
    return core_->ledgers().throttle.remaining(stream, now);
}

const core::Session& World::session(const std::string& id) {
    static const core::Session kNone{};
    const core::Session* const found = core_->ledgers().sessions.find(id);
    if (found != nullptr) return *found;
    ADD_FAILURE() << "no session " << id;
    return kNone;
}

const core::Conflict& World::conflict(const std::string& id) {
    static const auto kNone = std::make_unique<core::Conflict>();
    const core::Conflict* const found = core_->ledgers().conflicts.find(id);
    if (found != nullptr) return *found;
    ADD_FAILURE() << "no conflict " << id;
    return *kNone;
}

std::string World::end_of(const std::string& id) {
    const core::Session& one = session(id);
    if (one.state() != State::ended) return std::string(name(one.state()));
    return std::string(name(one.progress.end_reason)) + "/" +
           std::string(name(one.progress.playback));
}

std::size_t World::count(const std::string& notice) const {
    return static_cast<std::size_t>(std::count_if(
        notices.begin(), notices.end(),
        [&notice](const std::string& one) { return one.compare(0, notice.size(), notice) == 0; }));
}

void World::on_transition(const core::Transition& transition) {
    const AllocationTrap::Pause pause;
    transitions.push_back(std::string(transition.session) + " " + std::string(transition.cycle) +
                          " " + std::string(transition.from) + " -> " + std::string(transition.to) +
                          " (" + std::string(transition.event) + ")");
}

void World::on_outcome(const core::History::Entry& conflict) {
    const AllocationTrap::Pause pause;
    outcomes.push_back(std::string(conflict.rule.view()) + ": " +
                       std::string(name(conflict.outcome)));
}

const core::History::Entry& World::latest_entry() const {
    static const core::History::Entry kNone{};
    const core::History& history = core_->ledgers().history;
    if (history.size() > 0) return history[history.size() - 1];
    ADD_FAILURE() << "the history is empty";
    return kNone;
}

void World::drain() {
    core::Action action;
    for (;;) {
        {
            const AllocationTrap trap;
            if (!core_->poll_action(action)) break;
        }
        perform(action);
    }
    for (const core::Session& session : core_->ledgers().sessions) {
        EXPECT_EQ(broken_invariant(session), 0)
            << "agent/core/README.md, \"Invariants of a session\": " << session.id.view();
    }
    EXPECT_EQ(broken_evidence(core_->ledgers()), nullptr);
    EXPECT_EQ(who_hangs(core_->ledgers(),
                        [this](std::uint32_t exchange) { return out_.count(exchange) != 0; }),
              nullptr);
}

void World::note_started(core::SessionIndex index) {
    const std::uint64_t serial = core_->ledgers().sessions[index].progress.waited;
    const core::Conflict* const conflict = core_->ledgers().conflicts.find(serial);
    if (conflict != nullptr) started_by_waiting.emplace_back(conflict->id.view());
}

void World::perform(const core::Action& action) {
    const auto id_of = [this](core::SessionIndex index) {
        return index == core::kNoSession ? std::string()
                                         : std::string(core_->ledgers().sessions[index].id.view());
    };
    const auto order = [&](const char* what) {
        orders.push_back(std::string(what) + " " + std::to_string(action.player));
    };
    const auto outcome_is = [&](Outcome::Kind kind) -> Outcome& {
        Outcome& outcome = outcomes_[action.ticket] = {};
        outcome.kind = kind;
        return outcome;
    };
    switch (action.kind) {
        case core::ActionKind::send:
            return send(action);
        case core::ActionKind::cancel:
            out_.erase(action.exchange);
            calls_.erase(
                std::remove_if(calls_.begin(), calls_.end(),
                               [&](const Call& call) { return call.exchange == action.exchange; }),
                calls_.end());
            return;
        case core::ActionKind::cancel_player:
            cancelled.push_back(action.player);
            return;
        case core::ActionKind::take_back:
            return taken_back.push_back(action.exchange);
        case core::ActionKind::join_player:
            return order("join");
        case core::ActionKind::leave_player:
            return order("leave");
        case core::ActionKind::stop_player:
            order("stop");
            now = now + player_takes;
            return core_->handle(core::StopSent{action.session}, now);
        case core::ActionKind::force_player:
            return order("force");
        case core::ActionKind::notify:
            if (action.notice == core::Notice::session_started) note_started(action.session);
            notices.push_back(
                notice_name(action.notice) + " " +
                (action.notice == core::Notice::conflict || action.notice == core::Notice::slot_free
                     ? std::string(core_->ledgers().conflicts[action.conflict].id.view())
                     : id_of(action.session)));
            return;
        case core::ActionKind::started:
            outcome_is(Outcome::started).session = id_of(action.session);
            return;
        case core::ActionKind::refused: {
            Outcome& outcome = outcome_is(Outcome::refused);
            outcome.refusal = action.refusal;
            outcome.reason = action.reason;
            outcome.blame = action.blame;
            outcome.retry_after = action.retry_after;
            return;
        }
        case core::ActionKind::limited:
            outcome_is(Outcome::limited).conflict =
                core_->ledgers().conflicts[action.conflict].id.view();
            return;
        case core::ActionKind::listed:
            (void)outcome_is(Outcome::listed);
            return;
        case core::ActionKind::looked:
            return looked(action.ticket, core_->ledgers().looks[action.look]);
        case core::ActionKind::done:
            outcome_is(Outcome::done);
            return;
        case core::ActionKind::save: {
            ++saves;
            const std::size_t size = core_->snapshot({page_.data(), page_.size()});
            EXPECT_GT(size, 0u);
            flash.assign(page_.data(), size);
            return;
        }
    }
}

void World::send(const core::Action& action) {
    cm::Request request;
    {
        const AllocationTrap trap;
        ASSERT_TRUE(core_->describe(action.exchange, request));
    }
    Call call;
    call.exchange = action.exchange;
    call.kind = request.call;
    call.urgent = action.urgent;
    call.allowance = action.allowance;
    call.caller = action.caller;
    call.at = now;
    call.application = request.application_id;
    call.idp = request.idp;
    call.subject = request.subject;
    call.session = request.session;
    const bool named = request.call == cm::Call::heartbeat || request.call == cm::Call::end;
    EXPECT_TRUE(!named || !call.session.empty()) << "it would be another call";
    call.client_version = request.client_version;
    call.fresh = request.fresh;
    if (request.metadata != nullptr) {
        for (const cm::Metadata::Pair pair : *request.metadata)
            call.metadata[std::string(pair.name)] = pair.value;
    }
    if (request.terminate != nullptr) {
        for (std::size_t i = 0; i < request.terminate->count; ++i)
            call.terminate.emplace_back(request.terminate->list[i].view());
    }
    ++sent;
    out_.insert(call.exchange);
    calls_.push_back(std::move(call));
}

}  // namespace cmagent::scenario
