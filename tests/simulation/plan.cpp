#include "tests/simulation/plan.h"

#include <algorithm>
#include <cmath>

#include "agent/core/random.h"

namespace cmagent::simulation {
namespace {

using core::Random;

// How often, per box and 100 hours.
struct Rate {
    Kind kind;
    const char* name;
    int viewers;  // however much goes wrong
    int faults;   // at Profile::faults 1
};
constexpr Rate kRates[kKinds] = {
    {Kind::start, "start", 45, 0},
    {Kind::stop, "stop", 8, 0},
    {Kind::zap, "zap", 5, 0},
    {Kind::zap_wildly, "zap-wildly", 0, 1},
    {Kind::pause, "pause", 4, 0},
    {Kind::go_on, "go-on", 20, 0},
    {Kind::patch, "patch", 20, 0},
    {Kind::logout, "logout", 1, 0},
    {Kind::end_stream, "end-stream", 4, 0},
    {Kind::ui_crash, "ui-crash", 0, 10},
    {Kind::ui_hang, "ui-hang", 0, 5},
    {Kind::player_exit, "player-exit", 0, 6},
    {Kind::player_deaf, "player-deaf", 0, 20},
    {Kind::player_dead, "player-dead", 0, 5},
    {Kind::kill, "kill", 0, 20},
    {Kind::power_cut, "power-cut", 0, 8},
    {Kind::standby, "standby", 0, 8},
    {Kind::flash_broken, "flash-broken", 0, 3},
    {Kind::network_down, "network-down", 0, 10},
    {Kind::network_loss, "network-loss", 0, 15},
    {Kind::network_slow, "network-slow", 0, 10},
    {Kind::portal, "portal", 0, 5},
    {Kind::gateway, "gateway", 0, 10},
    {Kind::proxy, "proxy", 0, 3},
    {Kind::cutting, "cutting", 0, 10},
    {Kind::cm_down, "cm-down", 0, 4},
    {Kind::cm_errors, "cm-errors", 0, 4},
    {Kind::cm_lapse, "cm-lapse", 0, 10},
    {Kind::cm_terminate, "cm-terminate", 0, 10},
    {Kind::cm_displace, "cm-displace", 0, 6},
    {Kind::cm_forget, "cm-forget", 0, 1},
    {Kind::cheat, "cheat", 3, 0},
    {Kind::other_start, "other-start", 8, 0},
    {Kind::other_stop, "other-stop", 3, 0},
    {Kind::other_crash, "other-crash", 0, 8},
    {Kind::stranger_listens, "stranger-listens", 20, 0},
    {Kind::stranger_meddles, "stranger-meddles", 5, 0},
};

template <class T, std::size_t N>
T one_of(const T (&list)[N], Random& random) {
    return list[random.next() % N];
}

Profile make_profile(Random& random) {
    Profile profile;
    profile.households = 1 + random.next() % 2;
    profile.boxes = profile.households + 1 + static_cast<std::size_t>(random.next() % 3);
    profile.ttl = one_of({60 * kSecond, 60 * kSecond, 90 * kSecond, 30 * kSecond}, random);
    profile.calls_per_minute = one_of<std::size_t>({200, 200, 200, 8}, random);
    profile.faults = one_of({0, 0, 1, 3}, random);
    profile.odd_answers = one_of({0, 0, 0, 50}, random);
    profile.unkind = one_of({0, 100, 300}, random);
    // Without Expires a minute is taken (hazards.md 1): a shorter life would lapse, and rightly so.
    if (profile.odd_answers > 0) profile.ttl = 60 * kSecond;
    return profile;
}

}  // namespace

const char* name(Kind kind) {
    return kRates[static_cast<std::size_t>(kind)].name;
}

Plan make_plan(std::uint64_t seed, Millis length) {
    Random random(seed * 2 + 1);
    Plan plan;
    plan.seed = seed;
    plan.length = length;
    plan.profile = make_profile(random);
    for (const Rate& rate : kRates) {
        const int per_100_hours = rate.viewers + rate.faults * plan.profile.faults;
        const double expected = static_cast<double>(per_100_hours) / 100.0 *
                                static_cast<double>(plan.profile.boxes) *
                                static_cast<double>(length) / static_cast<double>(kHour);
        const auto whole = static_cast<std::uint64_t>(expected);
        const auto part = static_cast<std::uint64_t>((expected - std::floor(expected)) * 1e6);
        std::uint64_t count = whole + (random.next() % 1'000'000 < part ? 1 : 0);
        for (; count > 0; --count) {
            Incident incident;
            incident.at = random.up_to(length);
            incident.kind = rate.kind;
            incident.box = static_cast<std::uint8_t>(random.next() % plan.profile.boxes);
            incident.number = static_cast<std::uint32_t>(random.next() >> 33);
            plan.incidents.push_back(incident);
        }
    }
    std::stable_sort(plan.incidents.begin(), plan.incidents.end(),
                     [](const Incident& a, const Incident& b) { return a.at < b.at; });
    return plan;
}

std::string describe(const Incident& incident) {
    return std::string(name(incident.kind)) + " at box " + std::to_string(incident.box) + " (" +
           std::to_string(incident.number) + ")";
}

}  // namespace cmagent::simulation
