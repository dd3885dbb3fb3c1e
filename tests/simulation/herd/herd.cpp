#include "tests/simulation/herd/herd.h"

#include <algorithm>

namespace cmagent::herd {
namespace {

// Boxes of one make boot equally fast, within this.
constexpr Millis kBootSpread = 2 * kSecond;
// What is due within this is done in one go.
constexpr Millis kTick = 20;
// The blow comes after this, so that a plot shows what was before it.
constexpr Millis kBefore = kMinute;

// What a box has to say next.
enum class Wish : std::uint8_t { end, start, heartbeat, none };

struct Box {
    core::Pace pace;
    Time gives_up = kNever;
    Wish wish = Wish::none;
};
static_assert(sizeof(Box) <= 100, "a million of them fit everywhere");

class Herd {
  public:
    Herd(const Region& region, Millis length)
        : region_(region),
          boxes_(2 * region.boxes),
          due_(static_cast<std::size_t>((kBefore + length) / kTick) + 1) {
        load_.offered.resize(static_cast<std::size_t>((kBefore + length) / kSecond) + 1);
        load_.taken.resize(load_.offered.size());
    }

    // All play, each in a phase of its own.
    void begin_playing() {
        for (std::uint32_t i = 0; i < region_.boxes; ++i) {
            boxes_[i].wish = Wish::heartbeat;
            const Time granted_at{-random_.up_to(region_.pace())};
            boxes_[i].pace.granted(region_.lease, granted_at, granted_at);
            say(i, later_than_now(boxes_[i].pace.heartbeat_due(core::kHeartbeatPercent, random_)));
        }
    }

    // The power is back: what a box does after a reboot (core/snapshot.cpp). The session of before
    // and the new one are two that talk to CM.
    void begin_booted() {
        for (std::uint32_t i = 0; i < region_.boxes; ++i) {
            const auto before = static_cast<std::uint32_t>(region_.boxes + i);
            const Time booted{kBefore + random_.up_to(kBootSpread)};
            boxes_[i].wish = Wish::start;
            boxes_[before].wish = Wish::end;
            say(i, booted + core::startup_delay(random_));
            say(before, booted + core::give_back_delay(random_));
        }
    }

    Load run(Millis down_from, Millis down_until) {
        const double per_tick = region_.capacity * region_.steady() * kTick / kSecond;
        double room = 0;
        for (std::size_t tick = 0; tick < due_.size(); ++tick) {
            const Time now{static_cast<Millis>(tick) * kTick};
            const bool down = now.ms >= down_from && now.ms < down_until;
            room = down ? 0 : std::min(room, per_tick) + per_tick;
            std::vector<std::uint32_t> speakers;
            speakers.swap(due_[tick]);
            for (const std::uint32_t i : speakers) {
                const auto second = static_cast<std::size_t>(now.ms / kSecond);
                ++load_.offered[second];
                if (room < 1) {
                    refused(i, now);
                    continue;
                }
                room -= 1;
                ++load_.taken[second];
                taken(i, now);
            }
        }
        return load_;
    }

  private:
    [[nodiscard]] Time later_than_now(Time time) const { return {std::max<Millis>(time.ms, 0)}; }

    void say(std::uint32_t box, Time at) {
        const auto tick = static_cast<std::size_t>(at.ms / kTick);
        if (tick < due_.size()) due_[tick].push_back(box);
    }

    void taken(std::uint32_t i, Time now) {
        Box& box = boxes_[i];
        if (box.wish == Wish::end) return;
        if (box.wish == Wish::start || box.gives_up != kNever) served(now);
        box.wish = Wish::heartbeat;
        box.gives_up = kNever;
        box.pace.granted(region_.lease, now, now);
        say(i, box.pace.heartbeat_due(core::kHeartbeatPercent, random_));
    }

    // A 503 decides nothing: again with back-off. The start goes through on credit meanwhile.
    void refused(std::uint32_t i, Time now) {
        Box& box = boxes_[i];
        if (box.gives_up == kNever && box.wish != Wish::end)
            box.gives_up = (box.wish == Wish::heartbeat ? box.pace.expires() : now) + region_.grace;
        if (now >= box.gives_up) {
            ++load_.stopped;
            box.wish = Wish::none;
            return;
        }
        say(i, later(box.pace.retry_at(now, random_), now + kTick));
    }

    void served(Time now) { load_.last_served = std::max(load_.last_served, now.ms - kBefore); }

    Region region_;
    core::Random random_{42};
    std::vector<Box> boxes_;
    std::vector<std::vector<std::uint32_t>> due_;  // boxes, by the tick
    Load load_;
};

}  // namespace

Load after_power_cut(const Region& region, Millis length) {
    Herd herd(region, length);
    herd.begin_booted();
    return herd.run(0, 0);
}

Load after_outage(const Region& region, Millis outage, Millis length) {
    Herd herd(region, length);
    herd.begin_playing();
    Load load = herd.run(kBefore - outage, kBefore);
    return load;
}

}  // namespace cmagent::herd
