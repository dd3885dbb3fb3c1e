#include "agent/core/exchange.h"

#include "agent/base/names.h"

namespace cmagent::core {
namespace {

using S = Exchange;
using E = ExchangeEvent;
using A = ExchangeAction;

constexpr Row<S, E, A> kRows[] = {
    {S::idle, E::ask, S::in_flight, A::send},
    {S::idle, E::plan, S::waiting, A::set_timer},
    {S::idle, E::retry, S::backing_off, A::set_timer},
    {S::idle, E::throttled, S::cooling, A::set_timer},

    {S::waiting, E::ask, S::in_flight, A::send},
    {S::waiting, E::plan, S::waiting, A::set_timer},
    {S::waiting, E::due, S::in_flight, A::send},
    {S::waiting, E::drop, S::idle, A::clear_timer},

    // A call that comes up meanwhile (the viewer stops while a heartbeat is out) is made when the
    // answer is there.
    {S::in_flight, E::ask, S::in_flight, A::keep},
    {S::in_flight, E::answered, S::idle, A::none},
    {S::in_flight, E::drop, S::idle, A::cancel},

    // A viewer's wish does not wait for a back-off that was made for something else.
    {S::backing_off, E::ask, S::in_flight, A::send},
    {S::backing_off, E::plan, S::waiting, A::set_timer},
    {S::backing_off, E::due, S::in_flight, A::send},
    {S::backing_off, E::drop, S::idle, A::clear_timer},

    // CM counts heartbeats and DELETEs of a session together: while it throttles, nothing is sent
    // at all.
    {S::cooling, E::ask, S::cooling, A::keep},
    {S::cooling, E::due, S::in_flight, A::send},
    {S::cooling, E::drop, S::idle, A::clear_timer},
};

constexpr Named<S> kStateNames[] = {
    {S::idle, "idle"},           {S::waiting, "waiting"},
    {S::in_flight, "in-flight"}, {S::backing_off, "backing-off"},
    {S::cooling, "cooling"},
};
constexpr auto kStates = names_of<kStateNames>();

constexpr Named<E> kEventNames[] = {
    {E::ask, "ask"},     {E::plan, "plan"},           {E::due, "due"},   {E::answered, "answered"},
    {E::retry, "retry"}, {E::throttled, "throttled"}, {E::drop, "drop"},
};
constexpr auto kEvents = names_of<kEventNames>();

constexpr Named<A> kActionNames[] = {
    {A::none, ""},
    {A::send, "send"},
    {A::set_timer, "set-timer"},
    {A::clear_timer, "clear-timer"},
    {A::keep, "keep"},
    {A::cancel, "cancel"},
};
constexpr auto kActions = names_of<kActionNames>();

constexpr ExchangeTable kTable(kRows,
                               {"exchange", kStates.list(), kEvents.list(), kActions.list()});
static_assert(kTable.unambiguous());

}  // namespace

const ExchangeTable& exchange_table() {
    return kTable;
}

}  // namespace cmagent::core
