#pragma once
// After how many milliseconds a player is looked at again.

namespace cmagent::platform {

// While an order runs: contract.md, "Adapters".
inline constexpr int kAgainMs = 50;
// While it plays: a second look after a notification, which may have come before its cause; and from
// time to time where nothing tells of its end.
inline constexpr int kLookMs = 1000;
// While it is not there. The UI starts the player and the session side by side: soon at first, then
// rarely, for a wake-up costs.
inline constexpr int kFirstAbsentMs = 250;
inline constexpr int kLastAbsentMs = 4000;

}  // namespace cmagent::platform
