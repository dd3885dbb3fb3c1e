#include "agent/daemon/agent.h"

#include <cstring>

#include "platform/api/pages.h"

namespace cmagent::daemon {

namespace {

// contract.md, "Shares": whatever callers do, the flash is not worn out by it.
constexpr Millis kWritePause = kSecond;

// The core does not know the players' driver: it has words of its own.
core::PlayerSaid::What what_of(platform::PlayerNews news) {
    using What = core::PlayerSaid::What;
    switch (news) {
        case platform::PlayerNews::stopped:
            return What::stopped;
        case platform::PlayerNews::forced:
            return What::forced;
        case platform::PlayerNews::unreachable:
            return What::unreachable;
        case platform::PlayerNews::exited:
            return What::exited;
        case platform::PlayerNews::paused:
            return What::paused;
        case platform::PlayerNews::playing:
            return What::playing;
    }
    return What::unreachable;
}

}  // namespace

void Agent::begin(bool resume) {
    const platform::Store::Loaded loaded = world_.store.load(state_);
    log_.tell(loaded);
    if (loaded.other_version > 0) {
        (void)world_.api.facts().state.error.assign(
            "files of another version of their format are left alone");
    }
    const std::string_view kept(state_, loaded.size);
    const std::size_t line = kept.find('\n');
    core::Begin begin;
    begin.resume = resume;
    begin.introduce = true;
    if (line != std::string_view::npos) {
        begin.kept = slice(kept, line + 1);
        begin.rebooted = slice(kept, 0, line) != world_.store.boot();
    }
    set_clock();
    world_.core.handle(begin, now());
    platform::forget({state_, sizeof state_}, loaded.size);  // of the last run
    unsaved_ = true;                                         // of this boot from now on
    drain();
    save_at_ = {};  // the first change goes at once, however soon it comes
}

void Agent::turn() {
    world_.link.on_time(now());
    set_clock();
    world_.core.handle_timeout(now());
    drain();
}

Time Agent::next_deadline() const {
    Time at = earlier(world_.link.next_deadline(), world_.core.next_deadline());
    at = earlier(at, save_again_.at());
    return unsaved_ ? earlier(at, save_at_) : at;
}

void Agent::shut_down() {
    world_.core.handle(core::Shutdown{}, now());
    drain();
}

bool Agent::describe(std::uint32_t exchange, cm::Request& into) {
    return world_.core.describe(exchange, into);
}

void Agent::on_answer(std::uint32_t exchange, const cm::Answer& answer, Time at) {
    cm::Request request;
    const bool wanted = world_.core.describe(exchange, request);
    set_clock();
    world_.core.handle(core::Answered{exchange, &answer}, at);
    core::Action rest;
    const bool more = obey(rest);
    log_.tell(answer, wanted ? &request : nullptr, at);
    log_.tell_kept();
    if (more) perform(rest);
    drain();  // while the answer's views live
}

void Agent::on_output(std::uint8_t player, std::string_view line) {
    log_.tell_output(player, line);
}

void Agent::on_player(std::uint8_t player, platform::PlayerNews news) {
    if (news == platform::PlayerNews::unreachable) log_.tell_unreached(player);
    set_clock();
    world_.core.handle(core::PlayerSaid{player, what_of(news)}, now());
    drain();
}

void Agent::on_transition(const core::Transition& transition) {
    log_.keep(transition);
}

void Agent::on_outcome(const core::History::Entry& conflict) {
    log_.keep(conflict);
}

void Agent::on_saved(bool on_flash, std::string_view reason) {
    on_flash ? save_again_.end() : save_again_.fail(now());
    ui::StateFacts& state = world_.api.facts().state;
    if (state.since == Time{} || state.on_flash != on_flash) state.since = now();
    state.on_flash = on_flash;
    log_.tell_saved(on_flash, reason, now());
    if (on_flash) return;
    char bytes[decltype(state.error)::capacity()];
    TextWriter error(bytes, WhenFull::cut);
    error << reason << "; " << kStateRemedy;
    (void)state.error.assign(error.view());
}

// By this clock the core dates what happens now.
void Agent::set_clock() {
    world_.core.set_clock(platform::known_wall_ms(world_.clock), now());
}

// An order to stop is the first thing that leaves: before a line of the log is written, and before
// anybody else is told anything. True: `rest` is the first action behind the orders.
bool Agent::obey(core::Action& rest) {
    while (world_.core.poll_action(rest)) {
        if (!core::is_order(rest.kind)) return true;
        order(rest);
    }
    return false;
}

void Agent::drain() {
    core::Action action;
    bool more = obey(action);
    log_.tell_kept();
    for (; more; more = world_.core.poll_action(action)) perform(action);
    if ((unsaved_ && save_at_ <= now()) || save_again_.begin(now())) save();
}

void Agent::keep() {
    if (unsaved_) save();
}

void Agent::perform(const core::Action& action) {
    switch (action.kind) {
        case core::ActionKind::send:
            send(action);
            break;
        case core::ActionKind::cancel:
            world_.link.cancel(action.exchange);
            break;
        case core::ActionKind::take_back:
            world_.link.take_back(action.exchange);
            break;
        case core::ActionKind::join_player:
        case core::ActionKind::leave_player:
        case core::ActionKind::stop_player:
        case core::ActionKind::force_player:
        case core::ActionKind::cancel_player:
            return order(action);
        case core::ActionKind::save:
            unsaved_ = true;
            break;
        case core::ActionKind::started:
            log_.tell_started(world_.core.ledgers().sessions[action.session].stream);
            [[fallthrough]];
        case core::ActionKind::notify:
        case core::ActionKind::refused:
        case core::ActionKind::limited:
        case core::ActionKind::listed:
        case core::ActionKind::looked:
        case core::ActionKind::done:
            world_.api.on_action(action, now());
            break;
    }
}

void Agent::order(const core::Action& action) {
    platform::Player& player = world_.players[action.player];
    switch (action.kind) {
        case core::ActionKind::join_player:
            return player.join();
        case core::ActionKind::leave_player:
            return player.leave();
        case core::ActionKind::force_player:
            return player.force();
        case core::ActionKind::cancel_player:
            return player.cancel();
        default:  // stop_player
            break;
    }
    player.stop();
    // For the history: how long the order took from CM's answer on.
    world_.core.handle(core::StopSent{action.session}, now());
}

void Agent::send(const core::Action& action) {
    if (world_.link.send({action.exchange, action.urgent, action.allowance, action.question,
                          action.caller.value()}))
        return;
    // The link has room for every record of the core: this cannot happen.
    const cm::Answer answer = cm::no_response(cm::Meaning::busy, "link-full");
    world_.core.handle(core::Answered{action.exchange, &answer}, now());
}

void Agent::save() {
    unsaved_ = false;
    save_at_ = now() + kWritePause;
    const std::string_view boot = world_.store.boot();
    std::memcpy(state_, boot.data(), boot.size());
    state_[boot.size()] = '\n';
    const std::size_t head = boot.size() + 1;
    const std::size_t size = world_.core.snapshot({state_ + head, sizeof state_ - head});
    if (size > 0) world_.store.save({state_, head + size});
    platform::forget({state_, sizeof state_}, head + size);
}

}  // namespace cmagent::daemon
