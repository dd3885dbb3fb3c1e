#include "agent/core/session.h"

#include "agent/base/names.h"

namespace cmagent::core {

namespace {

constexpr Named<State> kStateNames[] = {
    {State::starting, "starting"}, {State::active, "active"}, {State::grace, "grace"},
    {State::stopping, "stopping"}, {State::ended, "ended"},
};
constexpr auto kStates = names_of<kStateNames>();

using R = EndReason;
constexpr Named<R> kEndReasonNames[] = {
    {R::none, ""},
    {R::user, "user"},
    {R::remote_termination, "remote-termination"},
    {R::displaced, "displaced"},
    {R::denied, "denied"},
    {R::unreachable, "unreachable"},
    {R::logout, "logout"},
    {R::paused, "paused"},
    {R::player_exited, "player-exited"},
    {R::ui_lost, "ui-lost"},
    {R::shutdown, "shutdown"},
    {R::ended_here, "ended-here"},
    {R::replaced, "replaced"},
    {R::revoked, "revoked"},
};
constexpr auto kEndReasons = names_of<kEndReasonNames>();

}  // namespace

std::string_view name(State state) {
    return kStates[state];
}

std::string_view name(EndReason reason) {
    return kEndReasons[reason];
}

void Session::reset() {
    id.clear();
    cm_id.clear();
    own_code.clear();
    conflict.clear();
    progress = {};
    stream.clear();
    terminate.clear();
    terminator.clear();
}

void Session::forget() {
    stream.subject.clear();
    own_code.clear();
    terminate.clear();
}

State Session::state() const {
    if (is_final(progress.playback)) return State::ended;
    if (being_stopped()) return State::stopping;
    if (undecided()) return State::starting;
    const bool on_credit = progress.lease == Lease::assumed || progress.lease == Lease::overdue;
    return on_credit ? State::grace : State::active;
}

}  // namespace cmagent::core
