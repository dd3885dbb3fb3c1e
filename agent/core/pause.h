#pragma once
// What the household is told of a pause, as metadata of the session at CM (contract.md,
// "tellPause"), so that a conflict shows which stream nobody watches.

#include <string_view>

#include "agent/json/read.h"

namespace cmagent::core {

inline constexpr std::string_view kPlayState = "playState";  // kPlaying or kPaused
inline constexpr std::string_view kPlaying = "playing";
inline constexpr std::string_view kPaused = "paused";
inline constexpr std::string_view kPausedSince = "pausedSince";  // RFC 3339, with kPaused

// Of a stream's metadata as CM lists them, on whichever box.
[[nodiscard]] inline bool is_paused(json::Item metadata) {
    const json::Item state = json::GetObjectItemCaseSensitive(metadata, kPlayState);
    return json::GetStringValue(state).equals(kPaused);
}

// None where the stream is not paused, or since when is not known.
[[nodiscard]] inline json::String paused_since(json::Item metadata) {
    if (!is_paused(metadata)) return {};
    return json::GetStringValue(json::GetObjectItemCaseSensitive(metadata, kPausedSince));
}

}  // namespace cmagent::core
