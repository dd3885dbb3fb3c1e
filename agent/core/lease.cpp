#include "agent/core/lease.h"

#include "agent/base/names.h"

namespace cmagent::core {
namespace {

using S = Lease;
using E = LeaseEvent;
using A = LeaseAction;

// cm-api.md, "What each answer means for the box", and contract.md, "Cannot be reached means".
// Where an answer makes no sense for what was asked (a 410 to a start), the row says what does
// least harm.
constexpr Row<S, E, A> kRows[] = {
    // The start is being asked; the UI waits.
    {S::none, E::granted, S::held, A::begin},
    {S::none, E::conflict, S::gone, A::offer},
    {S::none, E::own_conflict, S::none, A::take_over},
    {S::none, E::terminated, S::gone, A::refuse},
    {S::none, E::revoked, S::gone, A::refuse},
    {S::none, E::vanished, S::gone, A::refuse},
    {S::none, E::vanished_again, S::gone, A::refuse},
    {S::none, E::throttled, S::gone, A::refuse},
    {S::none, E::failing, S::gone, A::refuse},
    {S::none, E::tolerated, S::assumed, A::begin_on_credit},
    {S::none, E::faulty, S::gone, A::refuse},
    {S::none, E::unclear, S::unclear, A::look_up},
    {S::none, E::released, S::gone, A::none},
    {S::none, E::withdrawn, S::withdrawn, A::none},

    // Did CM take the start? The UI still waits.
    {S::unclear, E::found, S::held, A::begin},
    {S::unclear, E::untaken, S::none, A::start_again},
    {S::unclear, E::not_found, S::gone, A::refuse},
    {S::unclear, E::look_failed, S::withdrawn, A::refuse_and_look_up},
    {S::unclear, E::tolerated, S::assumed, A::begin_on_credit},
    // Found on flash: nobody waits for it.
    {S::unclear, E::unclear, S::unclear, A::retry_look_up},
    {S::unclear, E::lapsed, S::gone, A::stop_forgotten},
    {S::unclear, E::released, S::withdrawn, A::none},
    {S::unclear, E::withdrawn, S::withdrawn, A::none},

    // Playing on credit, CM is asked for a first (or new) session.
    {S::assumed, E::granted, S::held, A::recover},
    {S::assumed, E::found, S::held, A::recover},
    {S::assumed, E::untaken, S::assumed, A::start_again},
    {S::assumed, E::not_found, S::assumed, A::ask_again},
    {S::assumed, E::look_failed, S::assumed, A::retry_look_up},
    {S::assumed, E::conflict, S::gone, A::stop_denied},
    {S::assumed, E::own_conflict, S::assumed, A::take_over},
    {S::assumed, E::terminated, S::gone, A::stop_terminated},
    {S::assumed, E::revoked, S::gone, A::stop_revoked},
    {S::assumed, E::vanished, S::assumed, A::ask_again},
    {S::assumed, E::vanished_again, S::assumed, A::ask_again},
    {S::assumed, E::throttled, S::assumed, A::wait_out_throttle},
    {S::assumed, E::failing, S::assumed, A::ask_again},
    {S::assumed, E::tolerated, S::assumed, A::ask_again},
    {S::assumed, E::faulty, S::gone, A::stop_denied},
    {S::assumed, E::unclear, S::assumed, A::look_up},
    {S::assumed, E::grace_over, S::assumed, A::stop_unreachable},
    {S::assumed, E::released, S::gone, A::none},
    {S::assumed, E::withdrawn, S::withdrawn, A::none},

    // Playing, CM counts us.
    {S::held, E::granted, S::held, A::renew},
    {S::held, E::conflict, S::gone, A::stop_displaced},
    {S::held, E::own_conflict, S::gone, A::stop_displaced},
    {S::held, E::terminated, S::gone, A::stop_terminated},
    {S::held, E::revoked, S::gone, A::stop_revoked},
    {S::held, E::vanished, S::renewing, A::restart},
    {S::held, E::vanished_again, S::gone, A::stop_denied},
    {S::held, E::throttled, S::held, A::wait_out_throttle},
    {S::held, E::failing, S::held, A::ask_again},
    {S::held, E::tolerated, S::held, A::ask_again},
    {S::held, E::faulty, S::held, A::ask_slowly},
    {S::held, E::unclear, S::held, A::ask_again},
    {S::held, E::lapsed, S::held, A::stop_unreachable},
    {S::held, E::lapsed_tolerated, S::overdue, A::enter_grace},
    {S::held, E::ended_here, S::gone, A::stop_ended_here},
    {S::held, E::released, S::releasing, A::end},
    {S::held, E::withdrawn, S::releasing, A::end},

    // Playing on credit after the lease.
    {S::overdue, E::granted, S::held, A::recover},
    {S::overdue, E::conflict, S::gone, A::stop_displaced},
    {S::overdue, E::own_conflict, S::gone, A::stop_displaced},
    {S::overdue, E::terminated, S::gone, A::stop_terminated},
    {S::overdue, E::revoked, S::gone, A::stop_revoked},
    {S::overdue, E::vanished, S::renewing, A::restart},
    {S::overdue, E::vanished_again, S::gone, A::stop_denied},
    {S::overdue, E::throttled, S::overdue, A::wait_out_throttle},
    {S::overdue, E::failing, S::overdue, A::ask_again},
    {S::overdue, E::tolerated, S::overdue, A::ask_again},
    {S::overdue, E::faulty, S::gone, A::stop_denied},
    {S::overdue, E::unclear, S::overdue, A::ask_again},
    {S::overdue, E::grace_over, S::overdue, A::stop_unreachable},
    {S::overdue, E::ended_here, S::gone, A::stop_ended_here},
    {S::overdue, E::released, S::releasing, A::end},
    {S::overdue, E::withdrawn, S::releasing, A::end},

    // Playing, a silent re-start is under way.
    {S::renewing, E::granted, S::held, A::recover},
    {S::renewing, E::found, S::held, A::recover},
    {S::renewing, E::untaken, S::renewing, A::start_again},
    {S::renewing, E::conflict, S::gone, A::stop_denied},
    {S::renewing, E::own_conflict, S::renewing, A::take_over},
    {S::renewing, E::terminated, S::gone, A::stop_terminated},
    {S::renewing, E::revoked, S::gone, A::stop_revoked},
    {S::renewing, E::vanished, S::gone, A::stop_denied},
    {S::renewing, E::vanished_again, S::gone, A::stop_denied},
    {S::renewing, E::throttled, S::renewing, A::wait_out_throttle},
    {S::renewing, E::failing, S::renewing, A::stop_unreachable},
    {S::renewing, E::tolerated, S::assumed, A::enter_grace},
    {S::renewing, E::faulty, S::gone, A::stop_denied},
    {S::renewing, E::unclear, S::renewing, A::look_up},
    {S::renewing, E::grace_over, S::renewing, A::stop_unreachable},
    {S::renewing, E::released, S::gone, A::none},
    {S::renewing, E::withdrawn, S::withdrawn, A::none},

    // Nobody wants the session: a start that CM took must be given back.
    {S::withdrawn, E::granted, S::releasing, A::end},
    {S::withdrawn, E::found, S::releasing, A::end},
    {S::withdrawn, E::untaken, S::withdrawn, A::start_again},
    {S::withdrawn, E::not_found, S::gone, A::none},
    {S::withdrawn, E::look_failed, S::withdrawn, A::retry_look_up},
    {S::withdrawn, E::conflict, S::gone, A::none},
    {S::withdrawn, E::own_conflict, S::gone, A::none},
    {S::withdrawn, E::terminated, S::gone, A::none},
    {S::withdrawn, E::revoked, S::gone, A::none},
    {S::withdrawn, E::vanished, S::gone, A::none},
    {S::withdrawn, E::vanished_again, S::gone, A::none},
    {S::withdrawn, E::throttled, S::gone, A::note_throttle},
    {S::withdrawn, E::failing, S::gone, A::none},
    {S::withdrawn, E::tolerated, S::gone, A::none},
    {S::withdrawn, E::faulty, S::gone, A::none},
    {S::withdrawn, E::unclear, S::withdrawn, A::look_up},
    {S::withdrawn, E::lapsed, S::gone, A::none},

    // The DELETE is under way, perhaps behind a heartbeat that was in flight.
    {S::releasing, E::granted, S::releasing, A::end},
    {S::releasing, E::ended, S::gone, A::none},
    {S::releasing, E::conflict, S::gone, A::none},
    {S::releasing, E::own_conflict, S::gone, A::none},
    {S::releasing, E::terminated, S::gone, A::none},
    {S::releasing, E::revoked, S::gone, A::none},
    {S::releasing, E::vanished, S::gone, A::none},
    {S::releasing, E::vanished_again, S::gone, A::none},
    {S::releasing, E::throttled, S::releasing, A::wait_out_throttle},
    {S::releasing, E::failing, S::releasing, A::ask_again},
    {S::releasing, E::tolerated, S::releasing, A::ask_again},
    {S::releasing, E::faulty, S::gone, A::none},
    {S::releasing, E::unclear, S::releasing, A::ask_again},
    {S::releasing, E::lapsed, S::gone, A::none},
    {S::releasing, E::ended_here, S::gone, A::none},
};

constexpr Named<S> kStateNames[] = {
    {S::none, "none"},           {S::unclear, "unclear"},     {S::assumed, "assumed"},
    {S::held, "held"},           {S::overdue, "overdue"},     {S::renewing, "renewing"},
    {S::withdrawn, "withdrawn"}, {S::releasing, "releasing"}, {S::gone, "gone"},
};
constexpr auto kStates = names_of<kStateNames>();

constexpr Named<E> kEventNames[] = {
    {E::granted, "granted"},
    {E::ended, "ended"},
    {E::found, "found"},
    {E::untaken, "untaken"},
    {E::not_found, "not-found"},
    {E::look_failed, "look-failed"},
    {E::conflict, "conflict"},
    {E::own_conflict, "own-conflict"},
    {E::terminated, "terminated"},
    {E::revoked, "revoked"},
    {E::vanished, "vanished"},
    {E::vanished_again, "vanished-again"},
    {E::throttled, "throttled"},
    {E::failing, "failing"},
    {E::tolerated, "tolerated"},
    {E::faulty, "faulty"},
    {E::unclear, "unclear"},
    {E::lapsed, "lapsed"},
    {E::lapsed_tolerated, "lapsed-tolerated"},
    {E::grace_over, "grace-over"},
    {E::ended_here, "ended-here"},
    {E::released, "released"},
    {E::withdrawn, "withdrawn"},
};
constexpr auto kEvents = names_of<kEventNames>();

constexpr Named<A> kActionNames[] = {
    {A::none, ""},
    {A::begin, "begin"},
    {A::begin_on_credit, "begin-on-credit"},
    {A::renew, "renew"},
    {A::recover, "recover"},
    {A::offer, "offer"},
    {A::take_over, "take-over"},
    {A::refuse, "refuse"},
    {A::refuse_and_look_up, "refuse-and-look-up"},
    {A::look_up, "look-up"},
    {A::retry_look_up, "retry-look-up"},
    {A::start_again, "start-again"},
    {A::ask_again, "ask-again"},
    {A::ask_slowly, "ask-slowly"},
    {A::wait_out_throttle, "wait-out-throttle"},
    {A::note_throttle, "note-throttle"},
    {A::restart, "restart"},
    {A::enter_grace, "enter-grace"},
    {A::stop_terminated, "stop-terminated"},
    {A::stop_revoked, "stop-revoked"},
    {A::stop_displaced, "stop-displaced"},
    {A::stop_denied, "stop-denied"},
    {A::stop_unreachable, "stop-unreachable"},
    {A::stop_ended_here, "stop-ended-here"},
    {A::stop_forgotten, "stop-forgotten"},
    {A::end, "end"},
};
constexpr auto kActions = names_of<kActionNames>();

constexpr LeaseTable kTable(kRows, {"lease", kStates.list(), kEvents.list(), kActions.list()});
static_assert(kTable.unambiguous());

}  // namespace

const LeaseTable& lease_table() {
    return kTable;
}

std::string_view name(Lease state) {
    return kStates[state];
}

}  // namespace cmagent::core
