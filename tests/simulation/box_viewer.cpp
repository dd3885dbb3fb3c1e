// The viewer, the UI and the players of a box.

#include "tests/simulation/box.h"
#include "tests/simulation/world.h"

namespace cmagent::simulation {
namespace {

constexpr std::uint8_t kMpv = 1;
constexpr const char* kChannels[] = {"news", "films", "sports"};

}  // namespace

bool Box::ui_hangs() const {
    return world_.now() < ui_hangs_until_;
}

std::string Box::pick(std::uint32_t number) const {
    std::vector<std::string> on_screen;
    for (const auto& [id, stream] : streams_) {
        if (stream.on_screen && !stream.others) on_screen.push_back(id);
    }
    return on_screen.empty() ? std::string() : on_screen[number % on_screen.size()];
}

std::string Box::id_of(core::SessionIndex index) const {
    return index == core::kNoSession ? std::string()
                                     : std::string(core_->ledgers().sessions[index].id.view());
}

void Box::show(const std::string& id, bool on) {
    Stream& stream = streams_[id];
    stream.on_screen = on;
    stream.changed_at = world_.now();
    world_.say(number_, id + (on ? " is on the screen" : " is off the screen"));
    if (on) forget_old_streams();
}

void Box::forget_old_streams() {
    for (auto one = streams_.begin(); one != streams_.end();) {
        const bool old = !one->second.on_screen && one->second.changed_at + kHour < world_.now();
        one = old ? streams_.erase(one) : std::next(one);
    }
}

void Box::start(std::uint32_t number, const std::string& replaces) {
    if (!ui_there_) return;
    const auto replaced = streams_.find(replaces);
    std::vector<std::string> left;
    bool on_mpv = number % 3 == 0;
    for (const auto& [id, stream] : streams_)
        on_mpv = on_mpv && !(stream.on_mpv && stream.on_screen);
    for (const auto& [ticket, wanted] : wanted_on_mpv_) on_mpv = on_mpv && !wanted;
    if (replaced != streams_.end()) {
        on_mpv = replaced->second.on_mpv;
        // What the viewer zaps away from may be what an earlier zap has brought.
        for (auto& [id, stream] : streams_) {
            const bool there = id == replaces || (on_mpv && stream.on_mpv);
            if (!there || !stream.on_screen) continue;
            show(id, false);
            left.push_back(id);
        }
    }
    core::StreamRequest stream;
    stream.player = on_mpv ? kMpv : 0;
    stream.owner = owner_;
    (void)stream.idp.assign("acme");
    (void)stream.subject.assign(subject_);
    (void)stream.metadata.set("channel", kChannels[number % 3]);
    const core::Ticket ticket = ++last_ticket_;
    waiting_[ticket] = world_.now();
    wanted_on_mpv_[ticket] = on_mpv;
    world_.judge.asked(number_);
    const core::Refusal refusal = tell(core::Start{ticket, &stream, nullptr, replaces});
    if (refusal == core::Refusal::none) return;
    waiting_.erase(ticket);
    wanted_on_mpv_.erase(ticket);
    // Refused at once: nothing has been replaced.
    for (const std::string& id : left) tell(core::Release{id, owner_});
}

void Box::begin_showing(const std::string& id, bool on_mpv) {
    if (on_mpv) {
        // mpv shows one thing at a time.
        for (const auto& [other, stream] : streams_) {
            if (!stream.on_mpv || !stream.on_screen) continue;
            show(other, false);
            later(1, [this, id = other] { tell(core::Release{id, owner_}); });
        }
    }
    streams_[id].on_mpv = on_mpv;
    show(id, true);
}

void Box::decided(const core::Action& action) {
    // A start that has waited for a place: events tell of it.
    if (action.ticket == 0) {
        if (action.kind == core::ActionKind::limited) resolve_later(action.conflict);
        return;
    }
    if (waiting_.erase(action.ticket) == 0)
        return world_.judge.fail(number_, "a decision that nobody waits for");
    if (asked_by_other_.erase(action.ticket) > 0) return other_decided(action);
    const bool on_mpv = wanted_on_mpv_[action.ticket];
    wanted_on_mpv_.erase(action.ticket);
    if (action.kind == core::ActionKind::started) {
        begin_showing(id_of(action.session), on_mpv);
        // Now and then the daemon dies before flash knows what CM has granted.
        if (action.ticket % 16 == 9) later(action.ticket % 200, [this] { kill(2 * kSecond); });
    }
    const auto resolved = resolves_.find(action.ticket);
    if (resolved != resolves_.end()) {
        const core::Conflict* const conflict = core_->ledgers().conflicts.find(resolved->second);
        resolves_.erase(resolved);
        world_.judge.chosen(number_, action.kind, conflict);
        if (action.kind == core::ActionKind::refused && conflict != nullptr)
            resolve_later(conflict->index);
    }
    if (action.kind == core::ActionKind::limited) resolve_later(action.conflict);
}

void Box::stop_by_viewer(const std::string& id) {
    show(id, false);
    if (awake()) tell(core::Release{id, owner_of(streams_[id])});
}

void Box::cheat(std::uint32_t number, Millis until) {
    if (in_bed_ || world_.now() >= until) return;
    const std::string id = pick(number);
    if (awake() && ui_there_) {
        switch (number % 8) {
            case 0:
                kill(2 * kSecond);
                break;
            case 1:
                if (!id.empty()) stop_by_viewer(id);
                break;
            case 2:
                start(number / 8, "");
                break;
            default:
                start(number / 8, id);
        }
    }
    const Millis pause = kSecond + random_.up_to(40 * kSecond);
    world_.queue.at(world_.now() + pause, [this, until] {
        cheat(static_cast<std::uint32_t>(random_.next() >> 33), until);
    });
}

// --- what the UI hears ---

void Box::notified(const core::Action& action) {
    world_.judge.notified(number_, action);
    if (action.notice == core::Notice::conflict) {
        ++conflicts_told_;
        // A start that met the limit is answered, too: see decided().
        const core::Conflict& conflict = core_->ledgers().conflicts[action.conflict];
        if (!conflict.session.empty() && conflict.stream.owner == owner_)
            resolve_later(action.conflict);
    }
    const std::string id = id_of(action.session);
    if (action.notice == core::Notice::session_started && ui_there_) {
        const core::Session& session = core_->ledgers().sessions[action.session];
        if (session.progress.waited != 0) begin_showing(id, session.stream.player == kMpv);
    }
    const auto found = streams_.find(id);
    if (found == streams_.end() || found->second.on_mpv || !is_there(found->second)) return;
    if (action.notice == core::Notice::playback_stop) {
        const Millis hang = std::max<Millis>(0, ui_hangs_until_ - world_.now());
        later(hang + 20 + random_.up_to(500), [this, id] {
            const Stream& stream = streams_[id];
            if (!is_there(stream)) return;
            show(id, false);
            tell(core::Stopped{id, owner_of(stream)});
        });
    } else if (action.notice == core::Notice::session_ended && found->second.on_screen) {
        show(id, false);
    }
}

// After the daemon, or the UI itself, has been away: what one knows of and the other does not is
// ended.
void Box::reconcile() {
    std::vector<std::string> forgotten;
    for (const core::Session& session : core_->ledgers().sessions) {
        const auto stream = streams_.find(std::string(session.id.view()));
        const bool on = stream != streams_.end() && stream->second.on_screen;
        if (session.stream.owner != owner_) continue;
        if (session.live() && session.progress.ticket == 0 &&
            session.state() != core::State::starting && !on)
            forgotten.emplace_back(session.id.view());
    }
    for (const std::string& id : forgotten) tell(core::Release{id, owner_});
    for (auto& [id, stream] : streams_) {
        if (!stream.on_screen || stream.others) continue;
        const core::Session* session = core_->ledgers().sessions.find(id);
        if (session == nullptr) world_.judge.orphaned(number_, id);
        if (session == nullptr || !session->live()) show(id, false);
    }
}

// Event streams are open of the apps that are there, and of strangers.
void Box::listen() {
    core::Presence::Listening listening;
    if (ui_listens_) (void)listening.add(owner_);
    if (other_listens_) (void)listening.add(other_);
    for (std::uint32_t i = 0; i < 4; ++i) {
        if ((strangers_ >> i & 1) != 0)
            (void)listening.add(i == 0 ? core::Owner{} : core::Owner{3, i});
    }
    tell(core::Listeners{&listening});
}

void Box::ui_crash(Millis away) {
    if (!ui_there_) return;
    ui_there_ = ui_listens_ = false;
    for (auto& [id, stream] : streams_) {
        if (stream.on_screen && !stream.on_mpv && !stream.others) show(id, false);
    }
    if (running_) {
        std::vector<core::Ticket> abandoned;
        for (const auto& [ticket, since] : waiting_) {
            if (asked_by_other_.count(ticket) == 0) abandoned.push_back(ticket);
        }
        wanted_on_mpv_.clear();
        for (const core::Ticket ticket : abandoned) waiting_.erase(ticket);
        for (const core::Ticket ticket : abandoned) tell(core::Abandoned{ticket});
        listen();
    }
    world_.queue.at(world_.now() + away, [this] {
        if (ui_there_) return;
        ui_there_ = true;
        later(0, [this] { ui_back(); });
    });
}

void Box::ui_back() {
    if (!ui_there_) return;
    ui_listens_ = true;
    ui_there_since_ = world_.now();
    listen();
    reconcile();
}

// --- mpv ---

void Box::stop_mpv(bool by_force) {
    if (deaf_ > 0) {
        --deaf_;
        return;
    }
    for (const auto& [id, stream] : streams_) {
        if (!stream.on_mpv || !stream.on_screen) continue;
        const core::Session* session = core_->ledgers().sessions.find(id);
        const bool plays =
            session != nullptr && session->progress.playback == core::Playback::playing;
        if (!plays) show(id, false);
    }
    using What = core::PlayerSaid::What;
    tell(core::PlayerSaid{kMpv, by_force ? What::forced : What::stopped});
}

}  // namespace cmagent::simulation
