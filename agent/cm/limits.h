#pragma once
// Every size and time that bounds how much the service or the UI can make the agent hold. contract.md
// fixes the sizes that a caller can notice; the others follow from them.

#include <cstddef>

#include "agent/base/bytes.h"
#include "agent/base/time.h"

namespace cmagent::cm {

inline constexpr std::size_t kMaxApplicationId = 128;  // a UUID today; room for a signed token's id
inline constexpr std::size_t kMaxIdp = 128;            // contract.md, "Limits"
inline constexpr std::size_t kMaxSubject = 256;        // contract.md, "Limits"
inline constexpr std::size_t kMaxSessionId = 128;      // contract.md, "Limits"
inline constexpr std::size_t kMaxCode = 64;            // contract.md, "Limits"
inline constexpr std::size_t kMaxCodes = 8;            // contract.md, "Limits"
inline constexpr std::size_t kMaxName = 64;            // metadata, contract.md, "Limits"
// A sentence of CM that is longer than a few lines of a screen is cut, and ends in "...".
inline constexpr std::size_t kMaxMessage = 512;
inline constexpr std::size_t kMaxValue = 256;
inline constexpr std::size_t kMaxRequestPairs = 32;   // of one request of the UI
inline constexpr std::size_t kMaxClientVersion = 64;  // contract.md, "Limits"
inline constexpr std::size_t kMaxDevicePairs = 15;    // device.metadata
inline constexpr std::size_t kMaxAgentPairs = 3;      // agentReference, playState, pausedSince
// All that a request to CM carries.
inline constexpr std::size_t kMaxPairs = kMaxRequestPairs + kMaxDevicePairs + kMaxAgentPairs;

// contract.md: an answer over 64 KiB counts as unreadable.
inline constexpr std::size_t kMaxBody = 64 * kKiB;
// Status line and header fields. CM sends some 500 bytes, a gateway adds cookies and reports; Node.js
// takes as much.
inline constexpr std::size_t kMaxHead = 16 * kKiB;
// A peer that has answered has so long to shake hands, however long it took to reach it: a box needs
// a second for its own part, and a slow network four round trips.
inline constexpr Millis kShortestHandshake = 3 * kSecond;
// Worst case of a start: every byte of 50 pairs percent-encoded, and the path likewise.
inline constexpr std::size_t kMaxRequest = 3 * kMaxPairs * (kMaxName + kMaxValue) + 4096;

}  // namespace cmagent::cm
