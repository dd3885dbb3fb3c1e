// Another app of the box, with a key of its own; and those who are at the port without being a UI.

#include "tests/simulation/box.h"
#include "tests/simulation/world.h"

namespace cmagent::simulation {

void Box::meet_other(const Incident& incident) {
    if (!awake()) return;
    switch (incident.kind) {
        case Kind::other_start:
            return start_other(incident.number);
        case Kind::other_stop: {
            const std::string id = pick_other(incident.number);
            if (other_there_ && !id.empty()) stop_by_viewer(id);
            return;
        }
        case Kind::other_crash:
            return other_crash(incident.between(kSecond, 5 * kMinute));
        case Kind::stranger_listens:
            strangers_ = incident.number % 16;
            return listen();
        default:
            return meddle(incident.number);
    }
}

std::string Box::pick_other(std::uint32_t number) const {
    std::vector<std::string> on_screen;
    for (const auto& [id, stream] : streams_) {
        if (stream.on_screen && stream.others) on_screen.push_back(id);
    }
    return on_screen.empty() ? std::string() : on_screen[number % on_screen.size()];
}

// It shows its streams itself: a picture in a corner, or another screen.
void Box::start_other(std::uint32_t number) {
    if (!other_there_) return;
    core::StreamRequest stream;
    stream.owner = other_;
    (void)stream.idp.assign("acme");
    (void)stream.subject.assign(subject_);
    (void)stream.metadata.set("channel", number % 2 == 0 ? "news" : "films");
    const core::Ticket ticket = ++last_ticket_;
    waiting_[ticket] = world_.now();
    asked_by_other_[ticket] = true;
    world_.judge.asked(number_);
    if (tell(core::Start{ticket, &stream, nullptr, {}}) == core::Refusal::none) return;
    waiting_.erase(ticket);
    asked_by_other_.erase(ticket);
}

void Box::other_decided(const core::Action& action) {
    if (action.kind == core::ActionKind::started) {
        const std::string id = id_of(action.session);
        streams_[id].others = true;
        return begin_showing(id, false);
    }
    if (action.kind != core::ActionKind::limited) return;
    // It tells its viewer, who turns to something else.
    const std::string id(core_->ledgers().conflicts[action.conflict].id.view());
    later(random_.up_to(kMinute), [this, id] {
        if (!other_there_) return;
        world_.judge.gives_up(number_, true);
        (void)tell(core::GiveUp{id, other_});
        world_.judge.gives_up(number_, false);
    });
}

void Box::other_crash(Millis away) {
    if (!other_there_) return;
    other_there_ = other_listens_ = false;
    for (auto& [id, stream] : streams_) {
        if (stream.on_screen && stream.others) show(id, false);
    }
    for (const auto& [ticket, by] : std::exchange(asked_by_other_, {})) {
        waiting_.erase(ticket);
        tell(core::Abandoned{ticket});
    }
    listen();
    world_.queue.at(world_.now() + away, [this] {
        if (other_there_) return;
        other_there_ = true;
        later(0, [this] { other_back(); });
    });
}

// It has kept its key, and ends what it no longer shows.
void Box::other_back() {
    if (!other_there_) return;
    other_listens_ = true;
    listen();
    std::vector<std::string> forgotten;
    for (const core::Session& session : core_->ledgers().sessions) {
        const bool its_own = session.stream.owner == other_ && session.progress.ticket == 0;
        const std::string id(session.id.view());
        if (its_own && session.live() && session.state() != core::State::starting &&
            !streams_[id].on_screen)
            forgotten.push_back(id);
    }
    for (const std::string& id : forgotten) tell(core::Stopped{id, other_});
    for (auto& [id, stream] : streams_) {
        if (!stream.on_screen || !stream.others) continue;
        const core::Session* const session = core_->ledgers().sessions.find(id);
        if (session == nullptr) world_.judge.orphaned(number_, id);
        if (session == nullptr || !session->live()) show(id, false);
    }
}

// Nobody says for another app that its picture is off; but anybody may have it stopped.
void Box::meddle(std::uint32_t number) {
    const std::string id = pick_other(number);
    const core::Session* const session = core_->ledgers().sessions.find(id);
    if (session == nullptr || session->progress.playback != core::Playback::playing) return;
    for (const core::Owner& stranger : {owner_, core::Owner{}}) {
        if (tell(core::Stopped{id, stranger}) != core::Refusal::not_owner ||
            session->progress.playback != core::Playback::playing)
            return world_.judge.fail(number_, "a stranger confirms a stop");
    }
    if (number % 2 == 0) return;
    (void)tell(core::Release{id, number % 4 == 1 ? owner_ : core::Owner{}});
    if (session->progress.playback == core::Playback::playing)
        world_.judge.fail(number_, "an order to stop is not followed");
    world_.judge.ordered(number_, id);
}

}  // namespace cmagent::simulation
