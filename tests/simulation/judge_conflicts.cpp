// The judge of conflicts: every 409 belongs to one, and none is lost before its outcome.

#include "tests/invariants.h"
#include "tests/simulation/judge.h"
#include "tests/simulation/world.h"

namespace cmagent::simulation {

// Whatever a 409 answers: one conflict, be it opened or renewed, and one event at the most.
void Judge::heard_limit(std::size_t box, bool is_limit, const std::vector<std::uint64_t>& before,
                        std::size_t told) {
    of(box).hearing = nullptr;
    const core::Conflict* heard = nullptr;
    std::size_t count = 0;
    for (const core::Conflict& conflict : world_.boxes[box]->core().ledgers().conflicts) {
        if (!conflict.used || before[conflict.index] == (conflict.serial << 32 | conflict.attempt))
            continue;
        heard = &conflict;
        ++count;
    }
    if (count != (is_limit ? 1U : 0U))
        fail(box, std::to_string(count) + " conflicts come of one answer of CM");
    if (told > count) fail(box, "a conflict is told " + std::to_string(told) + " times");
    if (heard != nullptr && heard->told && !heard->over() && told != 1)
        fail(box, "nobody is told of conflict " + std::string(heard->id.view()));
}

// A choice that CM has not granted leaves its conflict to the viewer.
void Judge::chosen(std::size_t box, core::ActionKind decision, const core::Conflict* conflict) {
    if (conflict == nullptr || decision == core::ActionKind::started) return;
    const bool lost = conflict->over() && conflict->outcome != core::Outcome::expired &&
                      conflict->outcome != core::Outcome::gave_up;
    if (lost) {
        fail(box, "conflict " + std::string(conflict->id.view()) + " is over (" +
                      std::string(name(conflict->outcome)) + "), but its start was not granted");
    }
}

void Judge::concluded(std::size_t box, const core::History::Entry& conflict) {
    BoxWatch& watch = of(box);
    ++outcomes_[static_cast<std::size_t>(conflict.outcome)];
    check_outcome(box, conflict);
    ++watch.concluded;
    watch.limits -= conflict.attempt;
}

// What only CM can give comes with CM's word, what only the viewer decides with the viewer's, and
// nothing expires before its time unless its place is needed.
void Judge::check_outcome(std::size_t box, const core::History::Entry& entry) {
    using core::Outcome;
    const cm::Answer* const answer = of(box).hearing;
    const auto says = [&](cm::Meaning meaning) {
        return answer != nullptr && answer->meaning == meaning;
    };
    const bool limit = says(cm::Meaning::conflict);
    bool right = says(cm::Meaning::granted) || says(cm::Meaning::listed);
    if (entry.outcome == Outcome::chosen) right = right || limit;  // its own stream, by a heartbeat
    if (entry.outcome == Outcome::gave_up)
        right = of(box).gives_up || limit || (answer != nullptr && answer->logout);
    if (entry.outcome == Outcome::expired) {
        const core::Conflict* concluded = nullptr;
        bool room = false;
        bool own = false;  // is over, and goes first where the share is spent
        core::Share share(core::kMaxConflicts, {});  // all of them are nobody's in particular
        for (const core::Conflict& conflict : world_.boxes[box]->core().ledgers().conflicts) {
            const bool it = conflict.used && conflict.entry == entry.id;
            if (it) concluded = &conflict;
            if (conflict.used) share.count(conflict.stream.party);
            room = room || (!it && (!conflict.used || conflict.over()));
            own = own || (!it && conflict.used && conflict.over());
        }
        if (share.spent()) room = own;
        right =
            concluded == nullptr || !room || concluded->expires() <= world_.boxes[box]->core_now();
    }
    if (!right)
        fail(box, "a conflict is over without a reason: " + std::string(name(entry.outcome)));
}

// Whatever a 409 answers, it belongs to one conflict, which is counted once, has one entry in the
// history and comes to one outcome.
void Judge::check_conflicts(std::size_t box) {
    const core::Ledgers& ledgers = world_.boxes[box]->core().ledgers();
    BoxWatch& watch = of(box);
    std::size_t open = 0;
    std::size_t limits = 0;
    for (const core::Conflict& conflict : ledgers.conflicts) {
        if (!conflict.used || conflict.over()) continue;
        ++open;
        limits += conflict.attempt;
    }
    if (!watch.counting) {
        watch.counting = true;
        watch.limits = limits;
        watch.taken_up = open;
        watch.concluded = 0;
    }
    if (watch.limits != limits) fail(box, "a 409 belongs to no conflict, or to two");
    if (ledgers.counters.conflicts + watch.taken_up != open + watch.concluded)
        fail(box, "a conflict was lost, or counted twice");
    if (const char* const fault = broken_evidence(ledgers)) fail(box, fault);
}

// contract.md, "Conflict": what is not over survives a crash of the daemon, not a reboot.
void Judge::took_up(std::size_t box, bool rebooted) {
    const Box& it = *world_.boxes[box];
    if (!rebooted && !of(box).stale_flash) {
        for (const auto& [id, until] : of(box).kept) {
            const core::Conflict* const conflict = it.core().ledgers().conflicts.find(id);
            const bool there = conflict != nullptr && conflict->told && !conflict->over();
            if (it.core_now() < until && !there)
                fail(box, "conflict " + id + " is lost in a crash");
        }
    }
    of(box).kept.clear();
}

// CM has taken a start of the box. Whatever plays on this box and was ended by a code of that start
// must be stopped in the same step. Without references a stream may be unknown to its own box.
void Judge::note_ended_here(std::size_t number, const std::string& id) {
    const Box& box = *world_.boxes[number];
    if (!box.settings().reference) return;
    for (const core::Session& session : box.core().ledgers().sessions) {
        if (session.id.view() != id) continue;
        for (const core::Session& other : box.core().ledgers().sessions) {
            const cmsim::Session* at_cm = world_.service.find(std::string(other.cm_id.view()));
            const bool chosen = at_cm != nullptr && session.terminate.has(at_cm->termination_code);
            if (!chosen || other.progress.playback != core::Playback::playing) continue;
            Watch& watch = of(number, std::string(other.id.view()));
            watch.ended_here = watch.over = true;
            ++own_streams_ended_;
            if (watch.stop_by == 0) watch.stop_by = world_.now() + kStopping;
            world_.queue.at(
                world_.now() + kStopping,
                [this, number, id = std::string(other.id.view())] { check_off(number, id); });
        }
    }
}

// Within 1 s and the player's time it is off, and that is verified, or the UI was told that nothing
// could stop it.
void Judge::check_off(std::size_t number, const std::string& id) {
    const Box& box = *world_.boxes[number];
    const bool calm = box.awake() && world_.now() - of(number).disturbed_at > kStopping + kLook;
    const auto stream = box.streams().find(id);
    const bool on = stream != box.streams().end() && stream->second.on_screen;
    if (!calm || !on || of(number, id).unconfirmed) return;
    fail(number, id + " is on the screen, but its own box has ended it");
}

}  // namespace cmagent::simulation
