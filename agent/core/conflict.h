#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/text.h"
#include "agent/base/time.h"
#include "agent/cm/limits.h"
#include "agent/core/session.h"
#include "agent/json/read.h"

namespace cmagent::core {

inline constexpr std::size_t kMaxConflicts = 8;        // contract.md: kept, the oldest goes first
inline constexpr Millis kConflictLife = 10 * kMinute;  // contract.md

// The limit was reached: what CM said, and what the viewer wanted to watch.
struct Conflict {
    Text<16> id;
    bool used = false;
    bool over =
        false;  // resolved, given up, too old: its id is still known, so that the answer is 410, not 404
    std::uint64_t serial = 0;
    Timer until;
    StreamRequest stream;
    std::size_t body_size = 0;
    char body[cm::kMaxBody] = {};

    // CM's evaluation result, as it came; empty when it could not be read. Read with cm::Evaluation.
    [[nodiscard]] std::string_view text() const { return {body, body_size}; }
};

// Whether `code` is among the choices of this 409.
[[nodiscard]] bool offers(std::string_view body, std::string_view code, json::Tokens scratch);

// The codes that end, for each violated rule, all sessions of the value that holds the oldest `startedAt`, the first
// listed where none is given (contract.md, "terminate-oldest"). False, and no codes, where some rule offers nothing to end.
[[nodiscard]] bool oldest(std::string_view body, json::Tokens scratch, cm::Codes& into);

// The name of the first violated rule; empty where there is none, or one too long to keep.
void first_rule(std::string_view body, json::Tokens scratch, Text<cm::kMaxName>& into);

}  // namespace cmagent::core
