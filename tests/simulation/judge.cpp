#include "tests/simulation/judge.h"

#include <cstring>
#include <utility>

#include "tests/invariants.h"
#include "tests/simulation/world.h"

namespace cmagent::simulation {
namespace {

using core::EndReason;

// An attempt of a call takes at most as long as Settings allow it to.
constexpr Millis kAttempt = 15 * kSecond;

// Of sessions under one proxy: some that play at once, each lost once or twice until it is learnt.
constexpr int kMostLapses = 12;

std::string what_the_api_shows(const core::Session& session) {
    std::string text =
        std::string(name(session.state())) + " " + std::string(name(session.progress.end_reason)) +
        " " + std::string(session.cm_id.view()) + (session.progress.paused ? " paused" : "");
    if (is_final(session.progress.playback))
        text += " " + std::string(name(session.progress.playback));
    return text;
}

}  // namespace

void Judge::fail(std::size_t box, const std::string& what) {
    if (failed()) return;
    failure_ = "box " + std::to_string(box) + ": " + what;
    world_.say(box, "** " + what);
}

Millis Judge::now() const {
    return world_.now();
}

Judge::BoxWatch& Judge::of(std::size_t box) {
    return boxes_[box];
}

Millis Judge::well_since(std::size_t box, Network::Trouble but) {
    return std::max(
        {world_.network.sound_since(box, but), of(box).troubled_at, world_.service.forgot_at()});
}

void Judge::begun(std::size_t box, bool from_stale_flash) {
    BoxWatch& watch = of(box);
    watch.asked = watch.saves = watch.restored = watch.restarts = watch.credits = watch.conflicts =
        watch.pauses = watch.outages = 0;
    watch.starts_silent_until = 0;
    watch.counting = false;
    watch.stale_flash = from_stale_flash;
    for (auto& [id, session] : watch.sessions) {
        session.restarts = 0;
        session.uncovered = 0;  // how long the lease was over already nobody knows any more
        session.silent_until = 0;
        session.started = session.stop_told = session.ended = false;
        // That may not have come to the flash: the UI ends what it no longer shows.
        if (session.ended_here) session.ended_here = session.over = false, session.stop_by = 0;
        session.shown.clear();
        if (from_stale_flash) {
            session.misled = true;
            session.over = false;
            session.stop_by = 0;
        }
    }
    watch.disturbed_at = watch.troubled_at = world_.now();
    forget_old(box);
}

void Judge::killed(std::size_t box) {
    check_writes(box);
    BoxWatch& watch = of(box);
    const bool calm = world_.now() - watch.disturbed_at > 2 * kLook;
    watch.kept.clear();
    for (const core::Conflict& conflict : world_.boxes[box]->core().ledgers().conflicts) {
        const Millis heard = Time(conflict.until).ms - core::kConflictLife;
        const bool written = calm && world_.boxes[box]->core_now().ms - heard > kSecond;
        if (conflict.used && conflict.told && !conflict.over() && written)
            watch.kept[std::string(conflict.id.view())] = conflict.until;
    }
    // What has not come to the flash yet is not known any more.
    if (world_.now() - watch.credit_at < kSecond) watch.on_credit = 0;
    watch.killed_at = watch.disturbed_at = watch.troubled_at = world_.now();
}

void Judge::forget_old(std::size_t box) {
    const auto& streams = world_.boxes[box]->streams();
    auto& sessions = of(box).sessions;
    for (auto one = sessions.begin(); one != sessions.end();)
        one = streams.count(one->first) == 0 ? sessions.erase(one) : std::next(one);
}

// contract.md, "State on flash": asked for, open, paused, ending, ended; a silent re-start opens another
// session at CM, and a start on credit is open before CM has it. What CM says with a 409 is kept, and
// when an outage begins and is over.
void Judge::check_writes(std::size_t box) {
    const BoxWatch& watch = of(box);
    const std::size_t most = 4 * (watch.asked + watch.restored) + 2 * watch.restarts +
                             watch.credits + 2 * watch.conflicts + watch.pauses + watch.outages;
    if (watch.saves > most)
        fail(box, "flash was written " + std::to_string(watch.saves) + " times, at most " +
                      std::to_string(most) + " are for a reason");
}

// --- what the core does ---

void Judge::sent(std::size_t box, core::SessionIndex index, const Letter& letter) {
    if (index == core::kNoSession) return;
    Watch& watch = of(box, letter.stream);
    const bool is_start = letter.call == cm::Call::start;
    const core::Session& session = world_.boxes[box]->core().ledgers().sessions[index];
    // Nobody but the core itself has asked for a start that has waited for a place.
    const bool by_itself = session.progress.resolves != 0 && session.progress.ticket == 0;
    if (is_start && !std::exchange(watch.sent, true) && by_itself) ++of(box).asked;
    if (is_start && watch.over) fail(box, letter.stream + " asks again, but CM has ended it");
    const Millis silent = is_start ? of(box).starts_silent_until : watch.silent_until;
    if (letter.call != cm::Call::running_streams && world_.now() < silent)
        fail(box, letter.stream + " speaks although CM throttles");
    if (world_.now() - watch.minute > kMinute) watch.minute = world_.now(), watch.calls = 0;
    // CM takes 200; nobody ever needs a fifth of it.
    if (++watch.calls > 120) fail(box, letter.stream + " speaks too much");
    if (!letter.terminate.empty()) check_codes(box, index, letter);
}

// Nobody's session is ended by a machine's own wish, but for `terminate-oldest` on a viewer's
// start, and the box's own forgotten sessions (hazards.md 9, 26).
void Judge::check_codes(std::size_t box, core::SessionIndex index, const Letter& letter) {
    const core::Session& session = world_.boxes[box]->core().ledgers().sessions[index];
    if (!session.progress.silent) return;
    for (const std::string& code : letter.terminate) {
        for (const auto& [id, owner] : world_.service.owners()) {
            const cmsim::Session* victim = world_.service.find(id);
            if (victim != nullptr && victim->termination_code == code && owner.box != box)
                fail(box, letter.stream + " silently ends a session of box " +
                              std::to_string(owner.box));
        }
    }
}

void Judge::answered(std::size_t box, core::SessionIndex index, cm::Call call,
                     const cm::Answer& answer) {
    const core::Session& session = world_.boxes[box]->core().ledgers().sessions[index];
    Watch& watch = of(box, std::string(session.id.view()));
    const bool heartbeat = call == cm::Call::heartbeat;
    if (answer.meaning == cm::Meaning::conflict) ++of(box).conflicts;
    const bool question = call == cm::Call::running_streams || call == cm::Call::metadata;
    if (answer.meaning == cm::Meaning::conflict && !question) ++of(box).limits;
    if (answer.meaning == cm::Meaning::granted)
        watch.uncovered = 0, watch.granted = true, watch.faults = 0, watch.lapsed = false;
    if (cm::finds_fault(answer.meaning) && !question) ++watch.faults;
    // CM's word on a start: what comes after it is another outage's.
    const bool judged = call == cm::Call::start && cm::is_word_of_cm(answer.meaning) &&
                        answer.meaning != cm::Meaning::throttled;
    if (judged) of(box).on_credit = 0;
    if (heartbeat && answer.meaning == cm::Meaning::granted) ++watch.accepted;
    const bool ended = answer.meaning == cm::Meaning::conflict ||
                       answer.meaning == cm::Meaning::terminated ||
                       answer.meaning == cm::Meaning::revoked;
    if (heartbeat && ended) {
        watch.over = true;
        if (watch.stop_by == 0) watch.stop_by = world_.now() + kStopping;
    }
    if (answer.meaning == cm::Meaning::throttled) {
        of(box).troubled_at = world_.now() + 2 * kMinute;
        const Millis told = answer.lifetime_ms > 0 ? answer.lifetime_ms : kMinute;
        const Millis until = world_.now() + std::clamp(told, kSecond, 2 * kMinute);
        (call == cm::Call::start ? of(box).starts_silent_until : watch.silent_until) = until;
    }
}

void Judge::transition(std::size_t box, const core::Transition& transition) {
    if (transition.event == "lost") check_lost(box, std::string(transition.session));
    if (transition.cycle != "lease") return;
    Watch& watch = of(box, std::string(transition.session));
    if (transition.to == "renewing") {
        ++of(box).restarts;
        if (watch.restarts++ > 0 && watch.accepted < 3)
            fail(box, std::string(transition.session) + " re-starts silently after " +
                          std::to_string(watch.accepted) + " heartbeats");
        watch.accepted = 0;
    }
    if (transition.to == "assumed") ++of(box).credits, of(box).credit_at = world_.now();
    if (transition.event == "found") {
        of(box, std::string(transition.session)).granted = true;
        of(box).on_credit = 0;
    }
    if (transition.event == "granted" || transition.event == "found")
        note_ended_here(box, std::string(transition.session));
}

// Nobody's going ends what is another's.
void Judge::check_lost(std::size_t box, const std::string& id) {
    const core::Session* const session = world_.boxes[box]->core().ledgers().sessions.find(id);
    if (session != nullptr && world_.boxes[box]->owner_listens(*session))
        fail(box, id + " ends as lost, but its owner is there");
}

void Judge::notified(std::size_t box, const core::Action& action) {
    const cm::Answer* const hearing = of(box).hearing;
    const bool limit = hearing != nullptr && hearing->meaning == cm::Meaning::conflict;
    if (action.notice == core::Notice::conflict && !limit)
        fail(box, "a conflict is told, but CM has not said 409");
    if (action.notice == core::Notice::slot_free &&
        world_.boxes[box]->core().ledgers().conflicts[action.conflict].over())
        fail(box, "a place is told to be free for a conflict that is over");
    if (action.session == core::kNoSession || action.notice == core::Notice::conflict ||
        action.notice == core::Notice::logout) {
        return;
    }
    const core::Session& session = world_.boxes[box]->core().ledgers().sessions[action.session];
    const std::string id(session.id.view());
    Watch& watch = of(box, id);
    const auto once = [&](bool& told, const char* what) {
        if (told) fail(box, id + ": " + what + " is told twice");
        told = true;
    };
    if (watch.ended) fail(box, id + ": something is told after its end");
    watch.told_to_stop = watch.told_to_stop || action.notice == core::Notice::playback_stop ||
                         action.notice == core::Notice::session_ended;
    switch (action.notice) {
        case core::Notice::session_started:
            once(watch.started, "its start");
            break;
        case core::Notice::playback_stop:
            once(watch.stop_told, "the stop");
            check_reason(box, session);
            break;
        case core::Notice::session_ended:
            once(watch.ended, "its end");
            if (session.progress.end_reason == EndReason::none)
                fail(box, id + " ends without a reason");
            watch.unconfirmed = session.progress.playback == core::Playback::unconfirmed;
            break;
        default:
            break;
    }
}

void Judge::orphaned(std::size_t box, const std::string& id) {
    const Watch& watch = of(box, id);
    // The start is not held up by the flash: what begins less than two writes before a crash may be
    // lost. The UI is there to notice (event `reset`).
    const Stream& stream = world_.boxes[box]->streams().at(id);
    if (of(box).killed_at - stream.changed_at < kSecond) return;
    if (!watch.told_to_stop && !watch.misled) fail(box, id + " was forgotten by the daemon");
}

// A stream that CM allows is never stopped, but by those who may.
void Judge::check_reason(std::size_t box, const core::Session& session) {
    const EndReason reason = session.progress.end_reason;
    const std::string id(session.id.view());
    const bool covered = world_.service.covers({box, id, false});
    const bool by_cm = reason == EndReason::remote_termination || reason == EndReason::displaced ||
                       reason == EndReason::denied;
    // Twice the same word counts, whoever has said it.
    const bool refused = reason == EndReason::denied && of(box, id).faults > 1;
    if (by_cm && covered && !refused && !of(box, id).misled)
        fail(box, id + " is stopped (" + std::string(name(reason)) + "), but CM allows it");
    // One session may be lost to a proxy, and nobody notices.
    const cm::Answer* const hearing = of(box).hearing;
    const bool vanished = hearing != nullptr && hearing->meaning == cm::Meaning::vanished;
    const bool starved = reason == EndReason::denied && vanished && of(box, id).lapsed &&
                         world_.now() - of(box, id).taken_at > 10 * kMinute;
    if (starved &&
        well_since(box, Network::skewed) < world_.now() - core::Pace::kLongestLife - kAttempt)
        fail(box, id + " is stopped, but nobody has ended it");
    // Without a reference a start that got no answer is not asked again for 90 s.
    const bool blind = !world_.boxes[box]->settings().reference;
    const bool well = world_.now() - well_since(box) > kMinute && !blind;
    if (reason == EndReason::unreachable && well)
        fail(box, id + " is stopped as if CM could not be reached");
}

void Judge::after_step(std::size_t box) {
    check_conflicts(box);
    const core::Core& core = world_.boxes[box]->core();
    const char* const hangs = who_hangs(core.ledgers(), [this, box](std::uint32_t exchange) {
        return world_.boxes[box]->flies(exchange);
    });
    if (hangs != nullptr) fail(box, std::string("hangs: ") + hangs);
    const bool outage = core.ledgers().credit.outage();
    if (std::exchange(of(box).outage, outage) != outage) ++of(box).outages;
    for (const core::Session& session : core.ledgers().sessions) {
        if (const int broken = broken_invariant(session))
            fail(box, std::string(session.id.view()) + " breaks invariant " +
                          std::to_string(broken) + " of agent/core/README.md");
        if (!session.shown()) continue;
        Watch& watch = of(box, std::string(session.id.view()));
        if (watch.ended_here && session.progress.playback == core::Playback::playing)
            fail(box, std::string(session.id.view()) + " plays on, but its own box has ended it");
        // Nothing to compare unless something moved.
        std::string shown = what_the_api_shows(session);
        if (shown == watch.shown) continue;
        if (!watch.shown.empty() && watch.revision == session.progress.revision) {
            fail(box, std::string(session.id.view()) + " changes from " + watch.shown + " to " +
                          shown + " under one ETag");
        }
        watch.shown = std::move(shown);
        watch.revision = session.progress.revision;
        const bool was_seen = watch.started || watch.stop_told;
        if (session.state() == core::State::ended && was_seen && !watch.ended)
            fail(box, std::string(session.id.view()) + " ends and nobody is told");
    }
}

// --- what CM sees ---

void Judge::performed(const Letter& letter, const std::string& http) {
    if (letter.call != cm::Call::heartbeat) return;
    const bool accepted = std::strncmp(http.c_str(), "HTTP/1.1 202", 12) == 0;
    const cmsim::Session* session = world_.service.find(letter.session);
    const auto owner = world_.service.owners().find(letter.session);
    if (session == nullptr || owner == world_.service.owners().end()) return;
    const Box& box = *world_.boxes[letter.box];
    if (!accepted && session->state == cmsim::State::lapsed && !owner->second.interfered) {
        const Millis lapsed = world_.now() - kLook;  // at the latest
        if (well_since(letter.box) < lapsed - world_.profile.ttl - kAttempt)
            fail(letter.box, letter.stream + " lapsed although nothing was wrong");
        of(letter.box, letter.stream).lapsed = true;
        // The fields of a proxy may say too much for a while, until it is learnt.
        const bool only_skewed =
            well_since(letter.box, Network::skewed) < lapsed - core::Pace::kLongestLife - kAttempt;
        if (only_skewed && ++of(letter.box).lapses > kMostLapses)
            fail(letter.box, letter.stream + " lapses again and again");
    }
    if (!accepted && owner->second.interfered)
        of(letter.box, letter.stream).taken_at = world_.now();
    if (!accepted) return;
    const auto stream = box.streams().find(letter.stream);
    if (stream == box.streams().end() || stream->second.on_screen) return;
    if (of(letter.box, letter.stream).misled) return;
    // After a crash only the UI knows what mpv no longer plays.
    if (stream->second.on_mpv && !box.ui_is_there()) return;
    // Without the UI it takes `lostSeconds` until it is missed.
    const Millis known = std::max(stream->second.changed_at, box.ui_there_since());
    if (world_.now() - std::max(known, of(letter.box).disturbed_at) > 90 * kSecond)
        fail(letter.box, letter.stream + " is kept alive at CM, but nobody watches it");
}

// --- from time to time ---

void Judge::look() {
    for (std::size_t i = 0; i < world_.boxes.size(); ++i) {
        const Box& box = *world_.boxes[i];
        if (!box.awake()) of(i).disturbed_at = of(i).troubled_at = world_.now();
        check_credit(i);
        for (const auto& [id, stream] : box.streams()) {
            if (!stream.on_screen) continue;
            played_ += kLook;
            look_at(i, id);
        }
        for (const auto& [ticket, since] : box.waiting()) {
            if (world_.now() - std::max(since, of(i).disturbed_at) > 2 * kMinute)
                fail(i, "a viewer waits for ever");
        }
    }
}

bool Judge::is_on_credit(std::size_t box, const std::string& id) {
    const Watch& watch = of(box, id);
    const core::Session* const session = world_.boxes[box]->core().ledgers().sessions.find(id);
    // It goes on while CM throttles, and while the UI cannot be told.
    const bool cooling =
        session != nullptr && session->progress.exchange == core::Exchange::cooling;
    return !watch.granted && !watch.unconfirmed && !watch.misled && !cooling;
}

// Whatever a household does about CM, between two words of CM's on a start of its box it sees for no
// longer than grace what CM has never granted.
void Judge::check_credit(std::size_t number) {
    const Box& box = *world_.boxes[number];
    BoxWatch& watch = of(number);
    if (watch.stale_flash) watch.on_credit = 0;
    if (!box.awake() || box.ui_hangs()) return;
    bool shows = false;
    for (const auto& [id, stream] : box.streams())
        shows = shows || (stream.on_screen && is_on_credit(number, id));
    if (shows) watch.on_credit += kLook;
    // To stop takes its time, and a daemon that starts may have to stop it.
    if (watch.on_credit > box.settings().grace + 3 * kStopping + 2 * kLook)
        fail(number, "plays on credit for longer than an outage has");
}

void Judge::look_at(std::size_t number, const std::string& id) {
    const Box& box = *world_.boxes[number];
    Watch& watch = of(number, id);
    const core::Session* session = box.running() ? box.core().ledgers().sessions.find(id) : nullptr;
    const bool cooling =
        session != nullptr && session->progress.exchange == core::Exchange::cooling;
    const bool excused = !box.awake() || cooling || box.ui_hangs();
    // With neither a flash that keeps it nor its UI nobody remembers what mpv plays.
    const bool unknown = watch.misled && !box.ui_is_there();
    if (watch.unconfirmed || unknown) return;
    if (excused && watch.stop_by != 0) watch.stop_by += kLook;
    if (watch.stop_by != 0 && world_.now() > watch.stop_by + kLook)
        fail(number, id + " plays on, but CM has ended it");
    if (world_.service.covers({number, id, false})) {
        watch.uncovered = 0;
    } else if (!excused) {
        watch.uncovered += kLook;
    }
    const Millis until_heartbeat = world_.profile.ttl + kAttempt + kStopping + kLook;
    // Without a reference a start that got no answer is not asked again for 90 s.
    const bool well =
        well_since(number) + until_heartbeat + kAttempt < world_.now() && box.settings().reference;
    // Until it is learnt that the fields of a proxy say too much.
    const bool skewed = world_.now() < world_.network.skewed_until(number);
    const Millis misled = skewed ? core::Pace::kLongestLife : 0;
    const Millis most =
        misled +
        (well ? until_heartbeat : until_heartbeat + box.settings().grace + kAttempt + kMinute);
    if (watch.uncovered > most) fail(number, id + " plays without a session at CM");
}

void Judge::check_the_end() {
    for (std::size_t i = 0; i < world_.boxes.size(); ++i) {
        const Box& box = *world_.boxes[i];
        check_writes(i);
        if (!box.core().idle()) fail(i, "something is left to be done when all is over");
        if (!box.waiting().empty()) fail(i, "a viewer was never answered");
        for (const auto& [id, stream] : box.streams()) {
            if (stream.on_screen) fail(i, id + " plays when all is over");
        }
    }
    world_.service.advance(world_.now());
    if (world_.service.running() > 0) fail(0, "a slot is taken when all is over");
}

}  // namespace cmagent::simulation
