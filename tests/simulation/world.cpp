#include "tests/simulation/world.h"

#include <cstdio>

namespace cmagent::simulation {
namespace {

// How often the judge looks around. What it measures is exact to this.
constexpr Millis kLook = 5 * kSecond;

// Longer than anything may take that nobody wants any more: the longest horizon of a DELETE, a
// throttle before it.
constexpr Millis kAftermath = 25 * kMinute;

}  // namespace

World::World(const Plan& plan, bool tells)
    : profile(plan.profile),
      service(plan.profile, plan.seed),
      network(plan.profile.boxes),
      judge(*this),
      plan_(plan),
      tells_(tells) {
    for (std::size_t i = 0; i < profile.boxes; ++i)
        boxes.push_back(std::make_unique<Box>(*this, i, plan.seed));
}

void World::say(std::size_t box, const std::string& what) const {
    if (!tells_) return;
    const Millis ms = now();
    std::printf("%3lld:%02lld:%02lld.%03lld box %zu: %s\n", static_cast<long long>(ms / kHour),
                static_cast<long long>(ms / kMinute % 60), static_cast<long long>(ms / 1000 % 60),
                static_cast<long long>(ms % 1000), box, what.c_str());
}

void World::run() {
    for (const auto& box : boxes) box->boot();
    for (const Incident& incident : plan_.incidents)
        queue.at(incident.at, [this, &incident] { play(incident); });
    look();
    run_until(plan_.length);
    for (const auto& box : boxes) box->end_story();
    run_until(plan_.length + kAftermath);
    if (!judge.failed()) judge.check_the_end();
}

void World::run_until(Millis until) {
    while (!judge.failed() && queue.step(until)) {
    }
}

void World::look() {
    service.advance(now());
    judge.look();
    queue.at(now() + kLook, [this] { look(); });
}

void World::play(const Incident& incident) {
    say(incident.box, "-- " + describe(incident));
    const Millis until = now() + incident.between(5 * kSecond, 10 * kMinute);
    switch (incident.kind) {
        case Kind::network_down:
            return network.trouble(incident.box, Network::down, until);
        case Kind::network_loss:
            return network.trouble(incident.box, Network::loss, until);
        case Kind::network_slow:
            return network.trouble(incident.box, Network::slow, until);
        case Kind::portal:
            return network.trouble(incident.box, Network::portal, until);
        case Kind::gateway:
            return network.trouble(incident.box, Network::gateway, until);
        case Kind::proxy:
            judge.lapses_anew(incident.box);
            return network.skew(incident.box, incident.number,
                                now() + incident.between(10 * kMinute, 2 * kHour));
        case Kind::cutting:
            return network.trouble(incident.box, Network::cutting, until);
        case Kind::cheat:
            network.trouble(incident.box, Network::blocked, until);
            return boxes[incident.box]->cheat(incident.number, until);
        case Kind::cm_down:
            return network.trouble_all(Network::down, until);
        case Kind::cm_errors:
            return network.trouble_all(Network::errors, until);
        case Kind::cm_lapse:
        case Kind::cm_terminate:
        case Kind::cm_displace:
        case Kind::cm_forget:
            return service.interfere(incident.kind, incident.number, now());
        default:
            return boxes[incident.box]->meet(incident);
    }
}

}  // namespace cmagent::simulation
