#include "agent/core/exchange.h"

#include "agent/base/text.h"

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

    // What comes up meanwhile (the viewer stops while a heartbeat is out) is said when the answer is there.
    {S::in_flight, E::ask, S::in_flight, A::keep},
    {S::in_flight, E::answered, S::idle, A::none},
    {S::in_flight, E::drop, S::idle, A::cancel},

    // A viewer's wish does not wait for a back-off that was made for something else.
    {S::backing_off, E::ask, S::in_flight, A::send},
    {S::backing_off, E::plan, S::waiting, A::set_timer},
    {S::backing_off, E::due, S::in_flight, A::send},
    {S::backing_off, E::drop, S::idle, A::clear_timer},

    // CM counts heartbeats and DELETEs of a session together: while it throttles, nothing is sent at all.
    {S::cooling, E::ask, S::cooling, A::keep},
    {S::cooling, E::due, S::in_flight, A::send},
    {S::cooling, E::drop, S::idle, A::clear_timer},
};

constexpr char kStates[] = "idle\0waiting\0in-flight\0backing-off\0cooling";
static_assert(count_words(kStates) == kExchanges);

constexpr char kEvents[] = "ask\0plan\0due\0answered\0retry\0throttled\0drop";
static_assert(count_words(kEvents) == kExchangeEvents);

constexpr char kActions[] = "\0send\0set-timer\0clear-timer\0keep\0cancel";

constexpr ExchangeTable kTable(kRows, {"exchange", kStates, kEvents, kActions});
static_assert(kTable.unambiguous());

}  // namespace

const ExchangeTable& exchange_table() {
    return kTable;
}

std::string_view name(Exchange state) {
    return nth_word(kStates, static_cast<std::size_t>(state));
}

std::string_view name(ExchangeEvent event) {
    return nth_word(kEvents, static_cast<std::size_t>(event));
}

std::string_view name(ExchangeAction action) {
    return nth_word(kActions, static_cast<std::size_t>(action));
}

}  // namespace cmagent::core
