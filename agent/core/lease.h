#pragma once
#include <cstdint>
#include <string_view>

#include "agent/core/table.h"

namespace cmagent::core {

// The lease of a session at CM, as far as the agent can know it.
enum class Lease : std::uint8_t {
    none,  // nothing yet: the start is to be asked, or being asked
    // a start went out and its answer did not come back: CM may hold a session whose id we lack
    unclear,
    // CM could not be reached: playing on credit (grace), the start is asked again and again
    assumed,
    held,       // CM counts this session until it expires
    overdue,    // its life ended without a heartbeat accepted: playing on credit (grace)
    renewing,   // CM has lost it: playing goes on while a new one is asked for, silently
    withdrawn,  // nobody wants it any more, but a start or its look-up is still under way
    releasing,  // nobody wants it any more: CM is being told
    gone,       // nothing at CM, nothing to be done
};

// CM counts a session whose name is known.
[[nodiscard]] constexpr bool is_named(Lease lease) {
    return lease == Lease::held || lease == Lease::overdue || lease == Lease::releasing;
}

enum class LeaseEvent : std::uint8_t {
    granted,      // a start or a heartbeat was accepted
    ended,        // the DELETE was accepted (404 and 410 too)
    found,        // the look-up after an unclear start found our session
    untaken,      // … did not: CM has not taken the start, which may go once more
    not_found,    // … did not, and it may not
    look_failed,  // … got no answer
    conflict,     // 409
    // 409 whose conflicts we may end ourselves: our own forgotten session, or terminate-oldest
    own_conflict,
    terminated,  // 410 with remote-termination advice
    revoked,     // 410 with another body
    vanished,    // 410 without a body, 404
    // the same, before three heartbeats were accepted since the last silent re-start
    vanished_again,
    throttled,         // 429
    failing,           // nothing was decided, and grace is not to be given
    tolerated,         // nothing was decided, and grace may be given
    faulty,            // 400, 401, 403: asking again is of no use
    unclear,           // the request went out, no answer came
    lapsed,            // the life time is over, and grace is not to be given
    lapsed_tolerated,  // the life time is over, and grace may be given
    grace_over,
    // CM has ended it, by whatever answer to a heartbeat, and a start of this box is why
    ended_here,
    released,   // the session is over on our side; no start is under way
    withdrawn,  // … while a start or its look-up is under way
};

enum class LeaseAction : std::uint8_t {
    none,
    begin,            // playing is allowed: answer the UI, schedule heartbeats
    begin_on_credit,  // playing is allowed although CM was not asked; ask again
    renew,            // schedule the next heartbeat
    recover,    // back to normal after grace or a silent re-start; schedule the next heartbeat
    offer,      // tell the UI the limit and its choices
    take_over,  // ask again with the termination codes that we may use ourselves
    refuse,     // answer the UI with the reason
    // the same, but find out in the background whether CM took it, and end it there
    refuse_and_look_up,
    look_up,  // ask runningStreams for our own reference
    retry_look_up,
    start_again,        // the same start, at once, on a fresh connection
    ask_again,          // the same call, after back-off
    ask_slowly,         // the same call, after a long pause
    wait_out_throttle,  // the same call, after the cool-down
    note_throttle,      // no other start of the subject until the cool-down is over
    restart,            // open a new session with the same metadata, playback going on
    enter_grace,        // ask again with back-off until grace ends
    stop_terminated,    // stop playback: ended from elsewhere
    stop_revoked,       // … ended, nobody says by whom
    stop_displaced,     // … a newcomer took the place
    stop_denied,        // … CM does not allow it (any more)
    stop_unreachable,   // … CM could not be asked for too long
    stop_ended_here,    // … chosen on this box among what was in the way
    stop_forgotten,     // … CM does not know what was found on flash
    end,                // send the DELETE
};

using LeaseTable = Table<Lease, LeaseEvent, LeaseAction>;
[[nodiscard]] const LeaseTable& lease_table();

[[nodiscard]] std::string_view name(Lease state);

}  // namespace cmagent::core
