#include "tests/simulation/box.h"

#include "tests/simulation/world.h"

namespace cmagent::simulation {
namespace {

constexpr std::uint8_t kMpv = 1;

// The daemon is started again by its supervisor after this.
constexpr Millis kRestart = 2 * kSecond;

template <std::size_t N>
void set(Text<N>& text, const std::string& value) {
    (void)text.assign(value);
}

}  // namespace

Box::Box(World& world, std::size_t number, std::uint64_t seed)
    : world_(world),
      number_(number),
      random_(seed * 31 + number),
      core_(std::make_unique<core::Core>()),
      page_(64 * 1024),
      body_(cm::kMaxBody),
      tokens_(cm::kMaxBodyTokens),
      reader_({body_.data(), body_.size()}) {
    const std::size_t household = number % world.profile.households;
    owner_ = {1, number + 1};
    other_ = {2, number + 1};
    subject_ = "household-" + std::to_string(household);
    set(settings_.applications[0].id,
        Service::application_of(household + static_cast<std::size_t>(seed)));
    (void)settings_.device.set("deviceId", "box-" + std::to_string(number));
    settings_.players[kMpv].is_ui = false;
    settings_.players[kMpv].exclusive = true;
    set(settings_.players[kMpv].name, "mpv");
    settings_.player_count = 2;
    settings_.starts_per_minute = 60'000;  // viewers press faster than a household
    settings_.on_conflict =
        random_.next() % 3 == 0 ? core::OnConflict::terminate_oldest : core::OnConflict::ask;
    settings_.on_unreachable =
        random_.next() % 4 == 0 ? core::OnUnreachable::deny : core::OnUnreachable::allow;
    settings_.grace = random_.next() % 4 == 0 ? 60 * kSecond : 180 * kSecond;
    settings_.reference = random_.next() % 8 != 0;
    settings_.tell_pause = random_.next() % 4 != 0;
    settings_.zap = random_.next() % 2 == 0 ? core::Zap::atomic : core::Zap::delete_first;
}

// --- the daemon ---

void Box::boot() {
    booted_at_ = world_.now() - 20 * kSecond;  // the kernel takes its time
    begin(true);
}

void Box::begin(bool rebooted) {
    core_ = std::make_unique<core::Core>();
    core_->configure(settings_);
    const std::uint64_t seed = random_.next();
    core_->seed({seed, {seed, seed}});
    core_->listen(this);
    core_->set_clock(world_.now() + 1, core_now());
    running_ = true;
    wake_at_ = -1;
    world_.say(number_, rebooted ? "boots" : "the daemon starts");
    world_.judge.begun(number_, flash_is_stale_);
    tell(core::Begin{flash_, rebooted, true});
    if (!writing_) write();  // as the daemon: what is kept is of this boot from now on
    for (const core::Session& session : core_->ledgers().sessions) {
        (void)session;
        world_.judge.restored(number_);
    }
    for (const core::Conflict& conflict : core_->ledgers().conflicts) {
        if (conflict.used) world_.judge.took_up_conflict(number_);
    }
    world_.judge.took_up(number_, rebooted);
    if (ui_there_) later(100, [this] { ui_back(); });
    if (other_there_) later(100, [this] { other_back(); });
}

void Box::kill(Millis down) {
    if (!running_) return;
    running_ = false;
    ++run_;
    flights_.clear();
    waiting_.clear();  // their connections are reset
    asked_by_other_.clear();
    ui_listens_ = other_listens_ = false;
    writing_ = false;
    to_write_ = false;
    world_.judge.killed(number_);
    world_.queue.at(world_.now() + down, [this, run = run_] {
        if (run == run_) begin(false);
    });
}

void Box::power_cut(Millis off) {
    if (running_) kill(off);
    ++run_;  // not the daemon alone comes back, and not so soon
    for (const auto& [id, stream] : streams_) {
        if (stream.on_screen) show(id, false);
    }
    ui_there_ = other_there_ = false;
    asleep_until_ = 0;
    world_.queue.at(world_.now() + off, [this, run = run_] {
        if (run != run_) return;
        ui_there_ = other_there_ = true;
        boot();
    });
}

Time Box::core_now() const {
    return {world_.now() - booted_at_};
}

bool Box::asleep() const {
    return world_.now() < asleep_until_;
}

void Box::later(Millis delay, std::function<void()> deed) {
    const std::uint32_t run = run_;
    world_.queue.at(world_.now() + delay, [this, run, deed = std::move(deed)] {
        if (run != run_ || !running_) return;
        if (asleep()) return later(asleep_until_ - world_.now(), deed);
        deed();
    });
}

void Box::wake() {
    if (core_->next_deadline() <= core_now()) core_->handle_timeout(core_now());
    drain();
}

void Box::drain() {
    core::Action action;
    while (core_->poll_action(action)) perform(action);
    world_.judge.after_step(number_);
    const Time due = core_->next_deadline();
    if (due == kNever) return;
    const Millis at = std::max(booted_at_ + due.ms, world_.now());
    if (wake_at_ > world_.now() && wake_at_ <= at) return;  // a wake-up comes before that anyway
    wakes_at_once_ = at == world_.now() ? wakes_at_once_ + 1 : 0;
    if (wakes_at_once_ > 50) return world_.judge.fail(number_, "a hot loop");
    wake_at_ = at;
    later(at - world_.now(), [this] { wake(); });
}

void Box::perform(const core::Action& action) {
    switch (action.kind) {
        case core::ActionKind::send:
            return send(action);
        case core::ActionKind::cancel:
            flights_.erase(action.exchange);
            return;
        case core::ActionKind::take_back:  // it is on its way: a request goes at once here
            return;
        case core::ActionKind::stop_player:
            if (action.player == kMpv) later(40, [this] { stop_mpv(false); });
            core_->handle(core::StopSent{action.session}, core_now());
            return;
        case core::ActionKind::force_player:
            if (action.player == kMpv) return later(65, [this] { stop_mpv(true); });
            return later(1, [this] {  // the UI has no `force`
                tell(core::PlayerSaid{0, core::PlayerSaid::What::unreachable});
            });
        case core::ActionKind::cancel_player:
        case core::ActionKind::join_player:
        case core::ActionKind::leave_player:
            return;
        case core::ActionKind::notify:
            return notified(action);
        case core::ActionKind::started:
        case core::ActionKind::refused:
        case core::ActionKind::limited:
        case core::ActionKind::listed:
        case core::ActionKind::looked:
        case core::ActionKind::done:
            return decided(action);
        case core::ActionKind::save:
            return save();
    }
}

// As platform/linux does it: one write at a time, the newest text wins.
void Box::save() {
    world_.judge.saved(number_);
    to_write_ = true;
    if (!writing_) write();
}

void Box::write() {
    writing_ = true;
    to_write_ = false;
    const std::size_t size = core_->snapshot({page_.data(), page_.size()});
    if (size == 0) return world_.judge.fail(number_, "what is to be kept does not fit");
    later(random_.up_to(500), [this, text = std::string(page_.data(), size)] {
        flash_is_stale_ = world_.now() < flash_broken_until_;
        if (!flash_is_stale_) flash_ = text;
        writing_ = false;
        if (to_write_) write();
    });
}

void Box::on_outcome(const core::History::Entry& conflict) {
    world_.judge.concluded(number_, conflict);
    world_.say(number_, "a conflict is over: " + std::string(name(conflict.outcome)));
}

void Box::on_transition(const core::Transition& transition) {
    world_.judge.transition(number_, transition);
    if (!world_.tells()) return;
    if (transition.cycle == "exchange") return;
    world_.say(number_, std::string(transition.session) + " " + std::string(transition.cycle) +
                            " " + std::string(transition.from) + " -> " +
                            std::string(transition.to) + " (" + std::string(transition.event) +
                            ")");
}

void Box::meet(const Incident& incident) {
    if (in_bed_) return;
    switch (incident.kind) {
        case Kind::kill:
            // In standby nothing runs that could be killed.
            if (awake()) kill(kRestart);
            return;
        case Kind::power_cut:
            return power_cut(incident.between(10 * kSecond, 10 * kMinute));
        case Kind::standby:
            if (awake())
                asleep_until_ =
                    std::min(world_.end(), world_.now() + incident.between(kMinute, 8 * kHour));
            return;
        case Kind::flash_broken:
            flash_broken_until_ = world_.now() + incident.between(kMinute, kHour);
            return;
        case Kind::ui_crash:
            return ui_crash(incident.between(kSecond, 5 * kMinute));
        case Kind::ui_hang:
            ui_hangs_until_ = world_.now() + incident.between(kSecond, kMinute);
            return;
        case Kind::player_deaf:
            deaf_ = 1;
            return;
        case Kind::player_dead:
            deaf_ = 2;
            return;
        default:
            break;
    }
    if (incident.kind >= Kind::other_start) return meet_other(incident);
    if (!awake() || !ui_there_) return;
    const std::string id = pick(incident.number);
    switch (incident.kind) {
        case Kind::start:
            return start(incident.number, "");
        case Kind::zap:
            return start(incident.number, id);
        case Kind::zap_wildly:
            for (std::uint32_t i = 0; i < 10; ++i)
                later(i * 100, [this, id, i] { start(i * 2, id); });
            return;
        case Kind::stop:
            if (!id.empty()) stop_by_viewer(id);
            return;
        case Kind::pause:
        case Kind::go_on: {
            using Paused = core::Change::Paused;
            const Paused paused = incident.kind == Kind::pause ? Paused::yes : Paused::no;
            world_.judge.paused(number_);
            tell(core::Change{id, nullptr, paused, owner_});
            return;
        }
        case Kind::patch: {
            cm::Metadata metadata;
            (void)metadata.set("show", "show-" + std::to_string(incident.number));
            tell(core::Change{id, &metadata, core::Change::Paused::unchanged, owner_});
            return;
        }
        case Kind::logout:
            world_.judge.gives_up(number_, true);
            tell(core::Logout{"acme", subject_});
            world_.judge.gives_up(number_, false);
            return;
        case Kind::end_stream:
            return end_stream(incident.number);
        case Kind::player_exit:
            for (const auto& [mpv_id, stream] : streams_) {
                if (stream.on_mpv && stream.on_screen) show(mpv_id, false);
            }
            tell(core::PlayerSaid{kMpv, core::PlayerSaid::What::exited});
            return;
        default:
            return;
    }
}

void Box::end_story() {
    asleep_until_ = std::min(asleep_until_, world_.now());
    flash_broken_until_ = 0;
    ui_hangs_until_ = 0;
    deaf_ = 0;
    in_bed_ = true;
    // Whatever is down comes up by itself within ten minutes; then everybody goes to bed.
    world_.queue.at(world_.now() + 11 * kMinute, [this] {
        std::vector<std::string> on_screen;
        for (const auto& [id, stream] : streams_) {
            if (stream.on_screen) on_screen.push_back(id);
        }
        for (const std::string& id : on_screen) stop_by_viewer(id);
        for (const core::Conflict& conflict : core_->ledgers().conflicts) {
            if (conflict.stream.owner == owner_) give_up(std::string(conflict.id.view()));
        }
    });
}

}  // namespace cmagent::simulation
