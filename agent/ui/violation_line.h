#pragma once
// The line that a viewer reads about a refusal of CM (contract.md, "Violation"): composed from what
// CM says, never from what was easy to count.

#include <cstdint>
#include <string_view>

#include "agent/cm/advice.h"
#include "agent/cm/limit.h"
#include "agent/cm/request.h"
#include "agent/ui/texts.h"

namespace cmagent::ui {

// What a violated rule counts.
enum class ViolationKind : std::uint8_t { streams, devices, channel, other };
[[nodiscard]] std::string_view name(ViolationKind kind);

// How much a line tells: of several the viewer reads the first of those that tell most.
enum class Telling : std::uint8_t {
    nothing,  // that CM refuses
    words,
    number,
    preferred,  // words of CM, where these are preferred
};

struct ViolationLine {
    ViolationKind kind = ViolationKind::other;
    Telling telling = Telling::nothing;
    ComposedText text;  // never empty
};

// Of a limit of CM with its message, one line; empty where it has none.
[[nodiscard]] ViolationLine line_of(const cm::Limit& limit, std::string_view message,
                                    const Wording& wording);
// Of a rule violation, or of advice of a kind that the agent does not know, which counts nothing.
[[nodiscard]] ViolationLine line_of(const cm::Advice& advice, const Wording& wording);

// Whether it says why CM refuses, rather than who has ended the session.
[[nodiscard]] bool is_shown(const cm::Advice& advice);

// The line for the whole; never empty. `failed`: codes that were chosen and have freed no place,
// which is said first, with the name of the device where CM lists them under one name.
[[nodiscard]] ComposedText line_of(const cm::Evaluation& evaluation, const cm::Codes& failed,
                                   const Wording& wording);

}  // namespace cmagent::ui
