#pragma once
#include <cstddef>
#include <cstdint>

#include "agent/base/list.h"
#include "agent/base/time.h"

namespace cmagent::core {

// The waiting for a place, which a conflict may have (contract.md, "Waiting for a place").
struct Wait {
    // More streams than any household's limit; those beyond are not looked for.
    static constexpr std::size_t kMaxInTheWay = 16;
    // Stands for CM's name of a session, or for its code where the 409 gave no name.
    using Key = std::uint64_t;

    bool start = false;         // … of what the viewer wanted, when a place is free
    bool free = false;          // it is, and was not taken yet
    std::uint32_t attempt = 0;  // of the conflict, when `in_the_way` was read
    Timer until;                // not set: nobody waits
    Timer look_at;              // CM is looked at
    Time rests_until{};         // … not before, whatever happens
    Time try_at{};              // no start before
    Time seen_at{};             // when the viewer asked to wait, or was there for the last time
    Millis pause = 0;           // between two looks
    std::int64_t running = 0;   // streams that CM counted at the last look; -1: there was none
    std::size_t left = 0;       // of `in_the_way`, at the last look
    List<Key, kMaxInTheWay> in_the_way;

    [[nodiscard]] bool on() const { return until != kNever; }
    void end() { until = kNever, look_at = kNever; }
};

}  // namespace cmagent::core
