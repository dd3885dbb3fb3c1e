#pragma once
// A slot is a player and the session on it. What the threads of the bench know of each.

#include <atomic>
#include <cstdint>
#include <ctime>
#include <string>

namespace bench {

constexpr unsigned kSlots = 7;  // as many players as may have a name

struct Slot {
    std::atomic<bool> plays{false};
    std::atomic<bool> stopped{true};       // the UI may begin anew
    std::atomic<bool> granted{false};      // the UI has its 201
    std::atomic<std::int64_t> told_ns{0};  // when the last byte of its 410 was about to be written
};
inline Slot slots[kSlots];

inline std::int64_t now_ns() {
    timespec now = {};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// What is measured: one of these.
enum class Manner {
    alone,     // the first heartbeat of a session is answered with a 410
    together,  // one 410 signs the household out: seven pictures stop
    shaking,  // as `alone`, and CM closes the connection behind every start: handshakes all the time
    hostile,  // as `alone`, while a viewer is refused by bodies of 64 KiB, one after the other
};

// Of the measured: how long an order took, in the order in which they came.
void note(unsigned slot, std::int64_t at_ns);
[[nodiscard]] std::size_t noted();

void start_cm(Manner manner, const std::string& folder);          // prints its port
void start_players(const std::string& folder);                    // SLOT.sock each
void play(Manner manner, std::uint16_t port, std::size_t count);  // returns when so many were noted

}  // namespace bench
