// What a viewer does about a limit, and what goes wrong meanwhile.

#include "agent/cm/advice.h"
#include "tests/simulation/box.h"
#include "tests/simulation/world.h"

namespace cmagent::simulation {
namespace {

constexpr std::uint8_t kMpv = 1;

std::vector<cm::ConflictingSession> choices_of(const cm::Evaluation& evaluation) {
    std::vector<cm::ConflictingSession> choices;
    for (const cm::Advice& advice : evaluation.advice()) {
        for (const cm::ConflictingSession& one : advice.conflicts) {
            if (one.termination_code) choices.push_back(one);
        }
    }
    return choices;
}

void add_code(const cm::ConflictingSession& choice, cm::Codes& codes) {
    Text<cm::kMaxCode> code;
    if (unescape(choice.termination_code, code)) (void)codes.add(code.view());
}

}  // namespace

std::vector<std::uint64_t> Box::limits() const {
    std::vector<std::uint64_t> limits;
    for (const core::Conflict& conflict : core_->ledgers().conflicts)
        limits.push_back(conflict.serial << 32 | conflict.attempt);
    return limits;
}

// Or not; and now and then twice.
void Box::resolve_later(std::uint8_t conflict) {
    for (std::uint64_t presses = random_.next() % 4; presses > 1; --presses) {
        later(random_.up_to(30 * kSecond), [this, conflict] {
            if (ui_there_ && !in_bed_) meet_conflict(core_->ledgers().conflicts[conflict]);
        });
    }
}

void Box::meet_conflict(const core::Conflict& conflict) {
    if (!conflict.used || conflict.over()) return;
    const std::string id(conflict.id.view());
    switch (random_.next() % 10) {
        case 0:
            return give_up(id);
        case 1:
        case 2:
            (void)tell(core::AwaitPlace{id, 5 * kSecond + random_.up_to(15 * kMinute),
                                        random_.next() % 2 == 0, owner_});
            return;
        case 3:
            return press_wrongly(conflict);
        case 4:
            return press_in_misfortune(id, {});
        default:
            return choose(conflict);
    }
}

// Any stream, the box's own too; or all that have one value of what the rule counts.
void Box::choose(const core::Conflict& conflict) {
    const cm::Evaluation evaluation =
        cm::Evaluation::read(conflict.text(), {tokens_.data(), tokens_.size()});
    const std::vector<cm::ConflictingSession> choices = choices_of(evaluation);
    if (choices.empty()) return;
    const cm::ConflictingSession& chosen =
        choices[static_cast<std::size_t>(random_.next() % choices.size())];
    const bool whole = random_.next() % 2 == 0 && chosen.value;
    cm::Codes codes;
    add_code(chosen, codes);
    for (const cm::ConflictingSession& other : choices) {
        const bool same = whole && other.value && other.value.raw() == chosen.value.raw();
        if (same && other.termination_code.raw() != chosen.termination_code.raw())
            add_code(other, codes);
    }
    press_in_misfortune(std::string(conflict.id.view()), codes);
}

void Box::press(const std::string& id, const cm::Codes& codes) {
    const core::Conflict* const conflict = core_->ledgers().conflicts.find(id);
    const core::Ticket ticket = ++last_ticket_;
    waiting_[ticket] = world_.now();
    wanted_on_mpv_[ticket] = conflict != nullptr && conflict->stream.player == kMpv;
    world_.judge.asked(number_);
    resolves_[ticket] = id;
    if (tell(core::Resolve{ticket, id, &codes, owner_, {}}) == core::Refusal::none) return;
    resolves_.erase(ticket);
    waiting_.erase(ticket);
    wanted_on_mpv_.erase(ticket);
}

// At every step of a choice something can fail: before the request, on the way, at CM, on the way
// back, at home.
void Box::press_in_misfortune(const std::string& id, const cm::Codes& codes) {
    const core::Ticket ticket = last_ticket_ + 1;
    const Millis soon = random_.up_to(3 * kSecond);
    const Millis until = world_.now() + random_.up_to(20 * kSecond);
    const auto dice = world_.profile.faults == 0 ? 99 : random_.next() % 24;
    switch (dice) {
        case 0:
        case 1:
        case 2:
        case 3:
        case 4:
            world_.network.trouble(number_, static_cast<Network::Trouble>(dice), until);
            break;
        case 5:
            world_.service.expect_whim(number_, {400, false});
            break;
        case 6:
            world_.service.expect_whim(number_, {400, true});
            break;
        case 7:
            world_.service.expect_whim(number_, {429, false});
            break;
        case 8:
            world_.service.expect_whim(number_, {403, false});
            break;
        case 9:
            later(soon, [this] { kill(2 * kSecond); });
            break;
        case 10:
            later(soon, [this] { ui_crash(10 * kSecond); });
            break;
        case 11:
            later(soon, [this] {
                asleep_until_ = std::min(world_.end(), world_.now() + random_.up_to(kHour));
            });
            break;
        case 12:
            later(soon, [this, ticket] { break_connection(ticket); });
            break;
        case 13:
            later(random_.up_to(300), [this, id, codes] { press(id, codes); });
            break;
        default:
            break;
    }
    press(id, codes);
}

void Box::press_wrongly(const core::Conflict& conflict) {
    cm::Codes codes;
    (void)codes.add("nobody's");
    const std::uint64_t version = conflict.version;
    const bool refused =
        tell(core::Resolve{++last_ticket_, conflict.id.view(), &codes, owner_, {}}) ==
        core::Refusal::code_not_offered;
    if (!refused || conflict.over() || conflict.version != version)
        world_.judge.fail(number_, "a code that was not offered changes something");
}

void Box::give_up(const std::string& conflict) {
    world_.judge.gives_up(number_, true);
    (void)tell(core::GiveUp{conflict, owner_});
    world_.judge.gives_up(number_, false);
}

void Box::break_connection(core::Ticket ticket) {
    if (waiting_.erase(ticket) == 0) return;
    wanted_on_mpv_.erase(ticket);
    resolves_.erase(ticket);
    tell(core::Abandoned{ticket});
}

// From the list that the settings screen shows.
void Box::end_stream(std::uint32_t number) {
    const std::vector<std::string> streams = world_.service.streams_of(subject_);
    if (streams.empty()) return;
    core::StreamRequest account;
    (void)account.idp.assign("acme");
    (void)account.subject.assign(subject_);
    const core::Ticket ticket = ++last_ticket_;
    waiting_[ticket] = world_.now();
    world_.judge.asked(number_);
    const std::string& stream = streams[number % streams.size()];
    if (tell(core::EndStream{ticket, stream, &account}) != core::Refusal::none)
        waiting_.erase(ticket);
}

}  // namespace cmagent::simulation
