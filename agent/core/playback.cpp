#include "agent/core/playback.h"

#include "agent/base/text.h"

namespace cmagent::core {
namespace {

using S = Playback;
using E = PlaybackEvent;
using A = PlaybackAction;

// contract.md, "Stopping playback". A player that cannot be reached is forced at once: waiting for the deadline would
// only let it play on.
constexpr Row<S, E, A> kRows[] = {
    {S::idle, E::allow, S::playing, A::join},
    {S::idle, E::stop, S::untouched, A::none},
    {S::idle, E::leave, S::untouched, A::none},

    {S::playing, E::stop, S::stopping, A::stop},
    {S::playing, E::leave, S::untouched, A::finish},
    {S::playing, E::confirmed, S::stopped, A::finish},
    {S::playing, E::exited, S::stopped, A::finish},
    {S::playing, E::lost, S::forcing, A::force},

    {S::stopping, E::leave, S::stopped, A::finish},
    {S::stopping, E::confirmed, S::stopped, A::finish},
    {S::stopping, E::failed, S::forcing, A::force},
    {S::stopping, E::deadline, S::forcing, A::force},
    {S::stopping, E::exited, S::stopped, A::finish},
    {S::stopping, E::lost, S::forcing, A::force},

    {S::forcing, E::leave, S::forced, A::finish},
    {S::forcing, E::confirmed, S::forced, A::finish},
    {S::forcing, E::failed, S::unconfirmed, A::finish},
    {S::forcing, E::deadline, S::unconfirmed, A::finish},
    {S::forcing, E::exited, S::forced, A::finish},
};

constexpr char kStates[] =
    "idle\0playing\0stopping\0forcing\0stopped\0forced\0unconfirmed\0untouched";
static_assert(count_words(kStates) == kPlaybacks);

constexpr char kEvents[] = "allow\0stop\0leave\0confirmed\0failed\0deadline\0exited\0lost";
static_assert(count_words(kEvents) == kPlaybackEvents);

constexpr char kActions[] = "\0join\0stop\0force\0finish";

constexpr PlaybackTable kTable(kRows, {"playback", kStates, kEvents, kActions});
static_assert(kTable.unambiguous());

}  // namespace

const PlaybackTable& playback_table() {
    return kTable;
}

std::string_view name(Playback state) {
    return nth_word(kStates, static_cast<std::size_t>(state));
}

std::string_view name(PlaybackEvent event) {
    return nth_word(kEvents, static_cast<std::size_t>(event));
}

std::string_view name(PlaybackAction action) {
    return nth_word(kActions, static_cast<std::size_t>(action));
}

}  // namespace cmagent::core
