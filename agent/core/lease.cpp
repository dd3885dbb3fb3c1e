#include "agent/core/lease.h"

#include "agent/base/text.h"

namespace cmagent::core {
namespace {

using S = Lease;
using E = LeaseEvent;
using A = LeaseAction;

// cm-api.md, "What each answer means for the box", and contract.md, "Cannot be reached means". Where an answer
// makes no sense for what was asked (a 410 to a start), the row says what does least harm.
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
    {S::unclear, E::not_found, S::gone, A::refuse},
    {S::unclear, E::look_failed, S::withdrawn, A::refuse_and_look_up},
    {S::unclear, E::released, S::withdrawn, A::none},
    {S::unclear, E::withdrawn, S::withdrawn, A::none},

    // Playing on credit, CM is asked for a first (or new) session.
    {S::assumed, E::granted, S::held, A::recover},
    {S::assumed, E::found, S::held, A::recover},
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
    {S::overdue, E::released, S::releasing, A::end},
    {S::overdue, E::withdrawn, S::releasing, A::end},

    // Playing, a silent re-start is under way.
    {S::renewing, E::granted, S::held, A::recover},
    {S::renewing, E::found, S::held, A::recover},
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

    // Nobody wants it: whatever CM took must be given back.
    {S::withdrawn, E::granted, S::releasing, A::end},
    {S::withdrawn, E::found, S::releasing, A::end},
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
};

constexpr char kStates[] =
    "none\0unclear\0assumed\0held\0overdue\0renewing\0withdrawn\0releasing\0gone";
static_assert(count_words(kStates) == kLeases);

constexpr char kEvents[] =
    "granted\0ended\0found\0not-found\0look-failed\0conflict\0own-conflict\0terminated\0"
    "revoked\0vanished\0vanished-again\0throttled\0failing\0tolerated\0faulty\0unclear\0"
    "lapsed\0lapsed-tolerated\0grace-over\0released\0withdrawn";
static_assert(count_words(kEvents) == kLeaseEvents);

constexpr char kActions[] =
    "\0begin\0begin-on-credit\0renew\0recover\0offer\0take-over\0refuse\0refuse-and-look-up\0"
    "look-up\0retry-look-up\0ask-again\0ask-slowly\0wait-out-throttle\0note-"
    "throttle\0restart\0enter-grace\0"
    "stop-terminated\0stop-revoked\0stop-displaced\0stop-denied\0stop-unreachable\0end";

constexpr LeaseTable kTable(kRows, {"lease", kStates, kEvents, kActions});
static_assert(kTable.unambiguous());

}  // namespace

const LeaseTable& lease_table() {
    return kTable;
}

std::string_view name(Lease state) {
    return nth_word(kStates, static_cast<std::size_t>(state));
}

std::string_view name(LeaseEvent event) {
    return nth_word(kEvents, static_cast<std::size_t>(event));
}

std::string_view name(LeaseAction action) {
    return nth_word(kActions, static_cast<std::size_t>(action));
}

}  // namespace cmagent::core
