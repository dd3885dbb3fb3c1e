#include "agent/core/playback.h"

#include "agent/base/names.h"

namespace cmagent::core {
namespace {

using S = Playback;
using E = PlaybackEvent;
using A = PlaybackAction;

// contract.md, "Stopping playback". A player that cannot be reached is forced at once: waiting for
// the deadline would only let it play on.
constexpr Row<S, E, A> kRows[] = {
    {S::idle, E::allow, S::playing, A::join},
    {S::idle, E::queue, S::queued, A::none},
    {S::idle, E::stop, S::untouched, A::none},
    {S::idle, E::leave, S::untouched, A::none},

    // The viewer has no answer yet, and nothing has been seen.
    {S::queued, E::allow, S::playing, A::join},
    {S::queued, E::lost, S::idle, A::none},

    {S::playing, E::stop, S::stopping, A::stop},
    {S::playing, E::leave, S::untouched, A::finish},
    {S::playing, E::confirmed, S::stopped, A::finish},
    {S::playing, E::exited, S::stopped, A::finish},
    {S::playing, E::lost, S::forcing, A::force},
    {S::playing, E::backup, S::backing, A::stop_backup},

    {S::stopping, E::leave, S::stopped, A::finish},
    {S::stopping, E::confirmed, S::stopped, A::finish},
    {S::stopping, E::failed, S::forcing, A::force},
    {S::stopping, E::deadline, S::forcing, A::force},
    {S::stopping, E::exited, S::stopped, A::finish},
    {S::stopping, E::lost, S::forcing, A::force},
    {S::stopping, E::backup, S::backing, A::stop_backup},

    {S::backing, E::leave, S::stopped, A::finish},
    {S::backing, E::confirmed, S::stopped, A::finish},
    {S::backing, E::failed, S::forcing, A::force},
    {S::backing, E::deadline, S::forcing, A::force},
    {S::backing, E::exited, S::stopped, A::finish},

    {S::forcing, E::leave, S::forced, A::finish},
    {S::forcing, E::confirmed, S::forced, A::finish},
    {S::forcing, E::failed, S::unconfirmed, A::finish},
    {S::forcing, E::deadline, S::unconfirmed, A::finish},
    {S::forcing, E::exited, S::forced, A::finish},
};

constexpr Named<S> kStateNames[] = {
    {S::idle, "idle"},           {S::queued, "queued"},   {S::playing, "playing"},
    {S::stopping, "stopping"},   {S::backing, "backing"}, {S::forcing, "forcing"},
    {S::stopped, "stopped"},     {S::forced, "forced"},   {S::unconfirmed, "unconfirmed"},
    {S::untouched, "untouched"},
};
constexpr auto kStates = names_of<kStateNames>();

constexpr Named<E> kEventNames[] = {
    {E::queue, "queue"},       {E::allow, "allow"},         {E::stop, "stop"},
    {E::leave, "leave"},       {E::confirmed, "confirmed"}, {E::failed, "failed"},
    {E::deadline, "deadline"}, {E::backup, "backup"},       {E::exited, "exited"},
    {E::lost, "lost"},
};
constexpr auto kEvents = names_of<kEventNames>();

constexpr Named<A> kActionNames[] = {
    {A::none, ""},       {A::join, "join"},     {A::stop, "stop"}, {A::stop_backup, "stop_backup"},
    {A::force, "force"}, {A::finish, "finish"},
};
constexpr auto kActions = names_of<kActionNames>();

constexpr PlaybackTable kTable(kRows,
                               {"playback", kStates.list(), kEvents.list(), kActions.list()});
static_assert(kTable.unambiguous());

}  // namespace

const PlaybackTable& playback_table() {
    return kTable;
}

std::string_view name(Playback state) {
    return kStates[state];
}

}  // namespace cmagent::core
