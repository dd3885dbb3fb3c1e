#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/bytes.h"
#include "agent/base/text.h"
#include "agent/base/time.h"
#include "agent/cm/answer.h"
#include "agent/cm/request.h"
#include "agent/core/exchange.h"
#include "agent/core/exchange_id.h"
#include "agent/core/lease.h"
#include "agent/core/pace.h"
#include "agent/core/playback.h"
#include "agent/core/stream_request.h"
#include "agent/core/terminator.h"

namespace cmagent::core {

// Names a caller who waits for an answer of the core; chosen by that caller. 0: nobody waits.
using Ticket = std::uint32_t;

// The public state, derived from the three life cycles.
enum class State : std::uint8_t { starting, active, grace, stopping, ended };
[[nodiscard]] std::string_view name(State state);

enum class EndReason : std::uint8_t {
    none,
    user,
    remote_termination,
    displaced,
    denied,
    unreachable,
    logout,
    paused,
    player_exited,
    ui_lost,
    shutdown,
    ended_here,  // chosen on this box among the streams in the way
    replaced,    // by a start on the same player
    revoked,     // the token that has started it is no longer valid
};
[[nodiscard]] std::string_view name(EndReason reason);  // contract.md, "Session"

using SessionIndex = std::uint8_t;
inline constexpr SessionIndex kNoSession = 0xff;

// One session: the content that the API shows, and its progress. Written by the core alone. The
// texts are long and mostly empty: they are cleared, never zeroed, so that memory which no text
// needs is never touched. All that sessions fill but for 1 KiB and more of metadata lies in one page
// (static-storage.md).
struct alignas(kPage) Session {
    // Everything that starts from nothing with each session.
    struct Progress {
        bool used = false;
        // Never shown: a start that was refused, or a session of an earlier run that must be ended.
        bool hidden = false;
        Lease lease = Lease::none;
        Exchange exchange = Exchange::idle;
        Playback playback = Playback::idle;
        EndReason end_reason = EndReason::none;
        bool paused = false;
        SessionIndex index = 0;  // its place in the table, by which actions name it

        cm::Call call = cm::Call::start;       // what is to be said next, or again
        cm::Call in_flight = cm::Call::start;  // what is in flight
        std::uint32_t exchange_id = 0;         // of the request in flight
        Ticket ticket = 0;                     // of the caller who waits for the start

        std::uint64_t serial = 0;     // of all sessions of this run, in order
        std::uint64_t successor = 0;  // serial of the session that replaces this one
        std::uint64_t after = 0;      // serial of the session whose end this start waits for
        std::uint64_t waited = 0;     // serial of the conflict whose waiting has started it
        std::uint64_t resolves = 0;   // serial of the conflict that the start is to resolve
        std::uint64_t instead = 0;    // serial of the session that this start ends by its code
        std::uint64_t reference = 0;  // `agentReference`; 0: off
        std::uint32_t revision = 0;   // changes with everything that the API shows: the ETag

        bool silent = false;        // was re-started silently
        std::uint8_t accepted = 0;  // heartbeats since the last (silent) start
        bool took_over = false;     // has used codes that nobody chose: once
        // A start of this box carried its code, and CM has accepted no heartbeat since.
        bool chosen = false;
        bool refreshed = false;         // has asked for the required metadata: once
        bool unclaimed = false;         // found on flash, and nobody was heard of it yet
        bool once_more = false;         // the start whose outcome was unknown has gone once more
        bool metadata_changed = false;  // goes with the next heartbeat
        bool metadata_sent = false;     // went with the heartbeat in flight
        // How many metadata pairs, from the first on, went with the heartbeat or start in flight.
        std::uint8_t names_sent = 0;
        // … CM has. CM holds the immutable ones among them for good.
        std::uint8_t names_held = 0;

        bool zap = false;           // replaces another session
        bool waits_turn = false;    // its start has not had its turn in the pace of its caller
        bool left_to_code = false;  // the start that replaces it ends it by its code
        bool granted = false;       // CM has granted it, in this run or before
        bool confirmed = false;     // … or accepted a heartbeat of it, in this run
        std::uint32_t entry = 0;    // the latest one of it in the history; 0: none
        Timer heard_at;             // CM's answer because of which it is being stopped
        Timer stop_sent_at;         // when the player had the order to stop
        // It has been paused: CM is told whether it still is.
        bool was_paused = false;

        std::int64_t started_wall_ms = 0;  // 0: the box had no clock
        std::int64_t paused_wall_ms = 0;   // likewise
        Time seen_at{};      // when its owner was there for the last time, or playback was allowed
        Timer exchange_at;   // waiting, backing_off, cooling
        Timer grace_at;      // the end of grace
        Timer pause_at;      // the end of a pause
        Timer playback_at;   // the player's deadline
        Timer forgotten_at;  // withdrawn, releasing: when the session has lapsed anyway
        Time asked_at{};     // when the call in flight, or the last one, was sent
        Time accepted_at{};  // when CM's last grant was heard
        Pace pace;

        // Of the start whose outcome is unknown: why it is refused where CM has not taken it.
        struct Lost {
            cm::Meaning meaning = cm::Meaning::granted;  // none such
            cm::Blame blame = cm::Blame::none;
            std::string_view reason;  // a literal
        } lost;

        std::uint8_t faults = 0;  // that CM has found since it last accepted something
        int last_status = 0;      // of CM's last answer; 0: none
        cm::Meaning last_meaning = cm::Meaning::granted;
        Time last_answer_at{};

        // Only the first few are ever asked for: the number stays at its largest.
        void accept() {
            chosen = false;
            if (accepted < UINT8_MAX) ++accepted;
        }
    };

    Text<16> id;
    Text<cm::kMaxSessionId> cm_id;  // empty: CM has not named it
    // The termination code by which CM ends this session, as a 409 or a look has told it; empty:
    // not known. Never shown, logged or kept.
    Text<cm::kMaxCode> own_code;
    Progress progress;
    Text<16> conflict;    // whose 409 has ended it; empty: none
    cm::Codes terminate;  // goes with the start
    Terminator terminator;
    StreamRequest stream;

    void reset();
    // Wipes what nobody needs any more of one that is closed.
    void forget();

    [[nodiscard]] State state() const;
    // The API shows it, also while its start is being decided.
    [[nodiscard]] bool shown() const { return progress.used && !progress.hidden; }
    [[nodiscard]] bool live() const { return shown() && state() != State::ended; }
    // The picture may be on the screen: it plays, or is being stopped.
    [[nodiscard]] bool on_screen() const {
        return progress.playback > Playback::queued && !is_final(progress.playback);
    }
    // The same, or it is about to be on the screen.
    [[nodiscard]] bool allowed() const {
        return progress.playback > Playback::idle && !is_final(progress.playback);
    }
    [[nodiscard]] bool being_stopped() const {
        return progress.playback >= Playback::stopping && !is_final(progress.playback);
    }
    // The viewer has no answer to the start yet.
    [[nodiscard]] bool undecided() const { return progress.playback <= Playback::queued; }
    // Neither CM nor the player has anything more to do with it.
    [[nodiscard]] bool closed() const { return progress.lease == Lease::gone && !on_screen(); }
};
static_assert(sizeof(Session) - sizeof(cm::Metadata) <= 2 * kPage);

}  // namespace cmagent::core
