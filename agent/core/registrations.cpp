#include "agent/core/registrations.h"

#include <algorithm>

#include "agent/base/names.h"
#include "agent/core/ledgers.h"

namespace cmagent::core {
namespace {

constexpr Named<Registration> kNameRows[] = {
    {Registration::unknown, "unknown"},
    {Registration::known, "known"},
    {Registration::refused, "refused"},
};
constexpr auto kNames = names_of<kNameRows>();

constexpr std::size_t kSlot = Looks::kEndSlot;

}  // namespace

std::string_view name(Registration registration) {
    return kNames[registration];
}

void Registrations::begin(bool rebooted, Random& random, Time now) {
    due_ = now + kSettling + (rebooted ? give_back_delay(random) : startup_delay(random));
}

// The first that CM may not know, and has not answered in this round.
std::size_t Registrations::next(const Settings& settings) const {
    std::size_t application = 0;
    while (application < settings.application_count &&
           (of_[application] == Registration::known || (heard_ >> application & 1U) != 0)) {
        ++application;
    }
    return application;
}

void Registrations::ask(Ledgers& ledgers) {
    const Settings& settings = *ledgers.settings;
    const std::size_t application = next(settings);
    due_ = kNever;
    if (application == settings.application_count || ledgers.shutting_down) return;
    asked_for_ = static_cast<std::uint8_t>(application);
    Action& action = ledgers.outbox.send(kSlot, settings.longest_call());
    action.question = true;
    exchange_ = action.exchange;
}

bool Registrations::describe(ExchangeId exchange, const Settings& settings,
                             cm::Request& into) const {
    if (!awaits(exchange)) return false;
    into.call = cm::Call::metadata;
    into.application_id = settings.applications[asked_for_].id.view();
    return true;
}

void Registrations::answered(const cm::Answer& answer, Ledgers& ledgers) {
    exchange_ = 0;
    if (answer.meaning == cm::Meaning::listed)
        ledgers.required_names.learn(asked_for_, cm::RequiredMetadata(answer.list));
    if (cm::is_word_of_cm(answer.meaning) && answer.meaning != cm::Meaning::throttled)
        return go_on(*ledgers.settings, ledgers.now);
    pause_ = std::clamp(2 * pause_, kFirstPause, kLongestPause);
    const Millis told = std::clamp<Millis>(answer.lifetime_ms, 0, kLongestPause);
    due_ = ledgers.now + std::max(told, pause_ / 2) + ledgers.random.up_to(pause_ / 2);
}

void Registrations::go_on(const Settings& settings, Time now) {
    pause_ = 0;
    heard_ = static_cast<std::uint8_t>(heard_ | 1U << asked_for_);
    due_ = now + kBetween;
    if (next(settings) < settings.application_count) return;
    heard_ = 0;
    due_ = next(settings) < settings.application_count ? now + kAgain : kNever;
}

void Registrations::note(cm::Call asked, std::uint8_t application, cm::Meaning meaning) {
    if (meaning <= cm::Meaning::vanished) of_[application] = Registration::known;
    if (meaning == cm::Meaning::unauthorized && asked == cm::Call::metadata)
        of_[application] = Registration::refused;
}

}  // namespace cmagent::core
