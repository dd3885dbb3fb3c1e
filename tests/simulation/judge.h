#pragma once
// What must hold in every world: nothing plays on after it was ended, nothing stops that was
// allowed, no slot is lost – and how the agent gets there. The first thing that does not hold ends
// the run.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "agent/core/core.h"
#include "tests/simulation/network.h"
#include "tests/simulation/queue.h"
#include "tests/simulation/service.h"

namespace cmagent::simulation {

class World;

class Judge {
  public:
    explicit Judge(World& world) : world_(world) {}

    void fail(std::size_t box, const std::string& what);
    [[nodiscard]] bool failed() const { return !failure_.empty(); }
    [[nodiscard]] const std::string& failure() const { return failure_; }
    // On all screens together.
    [[nodiscard]] Millis played() const { return played_; }
    // Conflicts that came to this outcome.
    [[nodiscard]] std::uint64_t outcomes(core::Outcome outcome) const {
        return outcomes_[static_cast<std::size_t>(outcome)];
    }
    [[nodiscard]] std::uint64_t own_streams_ended() const { return own_streams_ended_; }

    // The daemon's life.
    void begun(std::size_t box, bool from_stale_flash);
    void killed(std::size_t box);
    // What the core does.
    void asked(std::size_t box) { ++of(box).asked; }
    void restored(std::size_t box) { ++of(box).restored; }
    void took_up_conflict(std::size_t box) { ++of(box).conflicts; }
    // All that was kept is there again.
    void took_up(std::size_t box, bool rebooted);
    void saved(std::size_t box) { ++of(box).saves; }
    void paused(std::size_t box) { ++of(box).pauses; }
    void sent(std::size_t box, core::SessionIndex index, const Letter& letter);
    void answered(std::size_t box, core::SessionIndex index, cm::Call call,
                  const cm::Answer& answer);
    void notified(std::size_t box, const core::Action& action);
    // The answer that the core is about to hear; nullptr: one that nobody waits for.
    void hears(std::size_t box, const cm::Answer* answer) { of(box).hearing = answer; }
    // The viewer gives up a conflict, or logs out: from now on, or no longer.
    void gives_up(std::size_t box, bool now) { of(box).gives_up = now; }
    // After an answer of CM, which was a 409 or was not; `before` are the 409s of the
    // conflicts before it, `told` how many events `conflict` it has made.
    void heard_limit(std::size_t box, bool is_limit, const std::vector<std::uint64_t>& before,
                     std::size_t told);
    // What came of a choice, and of its conflict; nullptr: it has lost its place.
    void chosen(std::size_t box, core::ActionKind decision, const core::Conflict* conflict);
    void concluded(std::size_t box, const core::History::Entry& conflict);
    void transition(std::size_t box, const core::Transition& transition);
    // Somebody who is not its owner has it stopped.
    void ordered(std::size_t box, const std::string& id) {
        of(box, id).stop_by = now() + kStopping;
    }
    // Another proxy: what was learnt of leases is not true any more.
    void lapses_anew(std::size_t box) { of(box).lapses = 0; }
    // It plays, and the daemon has never heard of it.
    void orphaned(std::size_t box, const std::string& id);
    void after_step(std::size_t box);
    // What CM has done with a request.
    void performed(const Letter& letter, const std::string& http);
    // From time to time.
    void look();
    void check_the_end();

  private:
    // Stop, force, and as long as players and the UI take to follow.
    static constexpr Millis kStopping = 2 * 2 * kSecond + kSecond;
    static constexpr Millis kLook = 5 * kSecond;

    // Of one session, over all runs of the daemon.
    struct Watch {
        bool granted = false;  // by CM, ever
        Millis uncovered = 0;  // how long it has been on the screen without a session at CM
        Millis stop_by = 0;    // CM has ended it; 0: has not
        bool over = false;     // CM has ended it for good
        bool misled =
            false;  // taken up from a flash that could not be written: what is known is old
        bool unconfirmed = false;  // the UI was told that nothing could stop it
        int faults = 0;            // that CM or a gateway has found since it was last accepted
        bool lapsed = false;       // at CM, by itself
        Millis taken_at = -kHour;  // when it was missed at CM for another reason
        int accepted = 0;          // heartbeats since the last silent re-start
        int restarts = 0;          // in this run of the daemon
        Millis silent_until = 0;   // 429
        Millis minute = 0;         // when the first of `calls` went out
        int calls = 0;
        bool sent = false;  // a start
        bool told_to_stop = false;
        bool ended_here = false;  // by a start of its own box
        // What the UI was told in this run.
        bool started = false;
        bool stop_told = false;
        bool ended = false;
        std::string shown;
        std::uint32_t revision = 0;
    };
    struct BoxWatch {
        std::map<std::string, Watch> sessions;
        Millis troubled_at = 0;   // asleep, down, throttled
        Millis disturbed_at = 0;  // asleep or down
        Millis killed_at = 0;
        Millis starts_silent_until = 0;
        std::size_t asked = 0;
        std::size_t saves = 0;
        std::size_t restored = 0;
        std::size_t restarts = 0;
        std::size_t credits = 0;
        std::size_t conflicts = 0;  // 409s, and conflicts of earlier runs
        std::size_t pauses = 0;
        int lapses = 0;  // of sessions that CM's own time has ended, since the last proxy came
        Millis on_credit = 0;  // how long it has shown what CM has never granted
        Millis credit_at = 0;  // when the last of that began
        bool outage = false;
        std::size_t outages = 0;  // that have begun, and that were over
        // Of this run: 409s that conflicts without an outcome have heard, and conflicts with one.
        bool counting = false;
        std::size_t limits = 0;
        std::size_t concluded = 0;
        std::size_t taken_up = 0;  // conflicts of the run before
        const cm::Answer* hearing = nullptr;
        bool gives_up = false;
        std::map<std::string, Time>
            kept;  // the viewer's conflicts when the daemon died: until when
        bool stale_flash = false;
    };

    [[nodiscard]] Millis now() const;
    [[nodiscard]] BoxWatch& of(std::size_t box);
    [[nodiscard]] Watch& of(std::size_t box, const std::string& id) { return of(box).sessions[id]; }
    // Since when nothing has been wrong with this box and its way to CM.
    [[nodiscard]] Millis well_since(std::size_t box, Network::Trouble but = Network::kTroubles);
    void look_at(std::size_t box, const std::string& id);
    [[nodiscard]] bool is_on_credit(std::size_t box, const std::string& id);
    void check_credit(std::size_t box);
    void check_lost(std::size_t box, const std::string& id);
    void check_codes(std::size_t box, core::SessionIndex index, const Letter& letter);
    void check_reason(std::size_t box, const core::Session& session);
    void check_writes(std::size_t box);
    void note_ended_here(std::size_t box, const std::string& id);
    void check_off(std::size_t box, const std::string& id);
    void check_outcome(std::size_t box, const core::History::Entry& entry);
    void check_conflicts(std::size_t box);
    void forget_old(std::size_t box);

    World& world_;
    std::string failure_;
    Millis played_ = 0;
    std::uint64_t outcomes_[8] = {};
    std::uint64_t own_streams_ended_ = 0;
    std::map<std::size_t, BoxWatch> boxes_;
};

}  // namespace cmagent::simulation
