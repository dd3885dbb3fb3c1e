#include "agent/daemon/check.h"

#include <cstring>

#include "agent/daemon/agent_log.h"
#include "agent/daemon/preparation.h"

namespace cmagent::daemon {
namespace {

constexpr Millis kKept = 10 * kSecond;
constexpr Millis kPlayerPatience = 2 * kSecond;
constexpr Millis kFlashPatience = 5 * kSecond;

}  // namespace

Check::Check(const World& world)
    : configuration_(world.configuration),
      core_(world.cm.core),
      clock_(world.cm.clock),
      services_(world.players),
      api_(world.api),
      box_(world.box),
      cm_(world.cm),
      state_(world.flash, world.configuration.state_dir) {}

std::string_view Check::check(Time now) {
    if (step_ != Step::idle) return {};
    if (ended_at_ != kNever && now - ended_at_ < kKept) return text_;
    step_ = Step::cm;
    list_.begin();
    cm_.begin(list_);
    return {};
}

Time Check::next_deadline() const {
    return step_ == Step::cm ? cm_.next_deadline() : due_;
}

void Check::on_time(Time now) {
    if (step_ == Step::cm) {
        cm_.on_time(now);
        if (!cm_.over()) return;
        player_ = 0;
        return check_players();
    }
    if (step_ == Step::players && due_ <= now) end_player();
    if (step_ == Step::state && (state_.over() || due_ <= now)) end_state(now);
}

// --- players ---

void Check::check_players() {
    step_ = Step::players;
    while (player_ < configuration_.settings.player_count) {
        if (begin_player(player_)) return;
        ++player_;
    }
    begin_state();
}

// True: it is waited for.
bool Check::begin_player(std::size_t player) {
    const platform::AdapterSettings& settings = configuration_.adapters[player];
    if (const platform::AdapterFault fault = command_fault(settings)) {
        char bytes[160];
        TextWriter says(bytes, WhenFull::cut);
        says << fault.key << ": " << settings.text(fault.key) << ": " << fault.why;
        add_player(ui::Checked::fault, says.view());
        return false;
    }
    if (settings.row().playback == platform::Adapter::Playback::in_ui) {
        check_ui(player);
        return false;
    }
    output_.clear();
    driver_ = settings.row().make(place_, services_, settings, *this);
    due_ = now() + kPlayerPatience;
    if (driver_->probe()) return true;
    due_ = kNever;
    add_player(ui::Checked::ok, "its commands can be executed");
    return false;
}

void Check::check_ui(std::size_t player) {
    bool plays = false;
    for (const core::Session& session : core_.ledgers().sessions) {
        plays = plays || (session.live() && session.stream.player == player);
    }
    const std::size_t listeners = api_.listeners();
    char bytes[48];
    TextWriter says(bytes);
    says << "listeners: " << listeners;
    const bool unheard = plays && listeners == 0;
    add_player(unheard ? ui::Checked::warning : ui::Checked::ok, says.view());
}

void Check::add_player(ui::Checked result, std::string_view says) {
    list_.add("player", core::shown_name(configuration_.settings.players[player_].name), result,
              says, result == ui::Checked::ok ? std::string_view() : kPlayerRemedy);
}

void Check::on_output(std::string_view line) {
    assign_cut(output_, line);
}

// The driver is done with on the next turn: here it is in the middle of its own call.
void Check::on_player(platform::PlayerNews news) {
    news_ = news;
    due_ = {};
}

void Check::end_player() {
    using News = platform::PlayerNews;
    driver_->cancel();
    if (due_ != Time{}) (void)output_.assign("does not answer");
    const bool reached = due_ == Time{} && news_ != News::unreachable;
    due_ = kNever;
    add_player(reached ? ui::Checked::ok : ui::Checked::fault,
               reached ? news_ == News::playing ? "plays" : "nothing plays" : output_.view());
    ++player_;
    check_players();
}

// --- the state's folder, and the box ---

void Check::begin_state() {
    step_ = Step::state;
    (void)state_.begin();
    due_ = now() + kFlashPatience;
}

void Check::end_state(Time now) {
    const platform::SlotResult& result = state_.result();
    char bytes[160];
    TextWriter says(bytes, WhenFull::cut);
    if (!state_.over()) {
        says << "does not answer";
    } else if (result.error != 0) {
        says << result.step << ": " << std::strerror(result.error);
    } else {
        says << "takes what is written";
    }
    const bool fine = state_.over() && result.error == 0;
    list_.add("state", configuration_.state_dir, fine ? ui::Checked::ok : ui::Checked::fault,
              says.view(), fine ? "" : kStateRemedy);
    box_.check_box(list_);
    due_ = kNever;
    step_ = Step::idle;
    ended_at_ = now;
    text_ = list_.finish();
    api_.on_checked(text_);
}

}  // namespace cmagent::daemon
