#include "agent/core/session.h"

namespace cmagent::core {

std::string_view name(State state) {
    return nth_word("starting\0active\0grace\0stopping\0ended", static_cast<std::size_t>(state));
}

std::string_view name(EndReason reason) {
    static constexpr char kNames[] =
        "\0user\0remote-termination\0displaced\0denied\0unreachable\0logout\0paused\0"
        "player-exited\0ui-lost\0shutdown";
    static_assert(count_words(kNames) == kEndReasons);
    return nth_word(kNames, static_cast<std::size_t>(reason));
}

void Terminator::clear() {
    device_name.clear();
    application_name.clear();
    channel.clear();
    started_at.clear();
    session_id.clear();
}

bool Terminator::empty() const {
    return device_name.empty() && application_name.empty() && channel.empty() &&
           started_at.empty() && session_id.empty();
}

void Session::reset() {
    id.clear();
    cm_id.clear();
    progress = {};
    stream.application = 0;
    stream.player = 0;
    stream.idp.clear();
    stream.subject.clear();
    stream.metadata.clear();
    terminate.count = 0;
    terminator.clear();
}

State Session::state() const {
    if (is_final(progress.playback)) return State::ended;
    if (progress.playback == Playback::stopping || progress.playback == Playback::forcing)
        return State::stopping;
    switch (progress.lease) {
        case Lease::assumed:
        case Lease::overdue:
            return State::grace;
        case Lease::held:
        case Lease::renewing:
            return State::active;
        default:
            return State::starting;
    }
}

}  // namespace cmagent::core
