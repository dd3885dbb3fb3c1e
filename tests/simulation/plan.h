#pragma once
// What one seed makes happen: who lives there, how their boxes are set up, and a list of incidents.
// The list can be cut down, and the same seed and list always play the same.

#include <cstdint>
#include <string>
#include <vector>

#include "tests/simulation/queue.h"

namespace cmagent::simulation {

enum class Kind : std::uint8_t {
    // viewers
    start,
    stop,
    zap,
    zap_wildly,  // over several channels within a second
    pause,
    go_on,
    patch,
    logout,
    end_stream,  // of the household, from a list
    // the UI and the players
    ui_crash,
    ui_hang,
    player_exit,
    player_deaf,  // does not answer the next stop
    player_dead,  // nor the force after it
    // the box
    kill,
    power_cut,
    standby,
    flash_broken,
    // between the box and CM
    network_down,
    network_loss,
    network_slow,
    portal,
    gateway,  // answers in CM's place, now and then
    proxy,    // rewrites the date
    cutting,  // connections die, handshakes fail
    // CM
    cm_down,
    cm_errors,
    cm_lapse,
    cm_terminate,
    cm_displace,
    cm_forget,
    // the household
    cheat,  // blocks CM, and zaps, starts anew and restarts the daemon to watch on
    // another app of the box, and who else is at its port
    other_start,
    other_stop,
    other_crash,
    stranger_listens,
    stranger_meddles,  // with what is another app's
};
inline constexpr std::size_t kKinds = 37;
[[nodiscard]] const char* name(Kind kind);

struct Incident {
    Millis at = 0;
    Kind kind = Kind::start;
    std::uint8_t box = 0;
    std::uint32_t number = 0;  // chooses: which session, how long

    // Between `least` and `most`, by the number.
    [[nodiscard]] Millis between(Millis least, Millis most) const {
        return least + static_cast<Millis>(number) % (most - least + 1);
    }
};

// How a seed's world is made.
struct Profile {
    std::size_t households = 1;
    std::size_t boxes = 2;
    Millis ttl = 60 * kSecond;
    std::size_t calls_per_minute = 200;
    int faults = 1;       // how often things go wrong, from 0 (never) to 3
    int odd_answers = 0;  // per mille of CM's grants that lack Expires or Location
    // Per mille of CM's limits that list too little, and of choices that free nothing, or too late.
    int unkind = 0;
};

struct Plan {
    std::uint64_t seed = 0;
    Millis length = 0;
    Profile profile;
    std::vector<Incident> incidents;  // by time
};

[[nodiscard]] Plan make_plan(std::uint64_t seed, Millis length);
[[nodiscard]] std::string describe(const Incident& incident);

}  // namespace cmagent::simulation
