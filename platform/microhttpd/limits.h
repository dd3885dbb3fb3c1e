#pragma once
// Every number that bounds what a client of the local port can make it hold, or how long.

#include <cstddef>
#include <cstdint>

#include "agent/base/bytes.h"

namespace cmagent::platform {

inline constexpr unsigned kMaxConnections = 32;  // contract.md, "Who may call"
// Kept free, so that a new request of the UI is always taken although all other connections are in
// use.
inline constexpr unsigned kFreeConnections = 2;

inline constexpr std::size_t kMaxBody = 64 * kKiB;  // contract.md, "Who may call"
// contract.md: request line and fields. On `localhost` a browser sends the cookies of every other
// port, too.
inline constexpr std::size_t kMaxHead = 16 * kKiB;
// What is read at once behind a head: a part of the body, or of the next request.
inline constexpr std::size_t kReadAhead = 4 * kKiB;
// The longest that the API can need is GET /v1/streams with idp, subject and application at their
// limits, every byte percent-encoded, and an access token.
inline constexpr std::size_t kMaxTarget = 4 * kKiB;

// libmicrohttpd's own memory for one connection: half of it for the head of ours that it is given
// (reading.cpp), which takes 60 bytes, 2 KiB for the head of an answer, and a portion of a stream.
// All together: 32 × 8 KiB.
inline constexpr std::size_t kPoolBytes = 8 * kKiB;
// What all connections together may hold beside their pools: bodies that are still coming in, and
// answers that their readers have not taken (contract.md, "Shares"). A short one is always let in:
// 32 of them are another 128 KiB; and so is one that is alone, however long.
inline constexpr std::size_t kMaxBodies = 256 * kKiB;
inline constexpr std::size_t kMaxAnswers = 256 * kKiB;
inline constexpr std::size_t kShort = 4 * kKiB;
// Of each of these, and of the connections, one caller has three quarters at the most.
constexpr std::size_t share_of(std::size_t whole) {
    return whole / 4 * 3;
}

// Content of an event stream is asked for in portions of at most this size (the chunk is written
// into the connection's pool, but libmicrohttpd allocates a buffer of this size for each stream).
inline constexpr std::size_t kStreamBlock = 1024;

// How many clients are heard in one turn of the loop. An order to stop that comes meanwhile waits until
// they have their answers: 0.1 ms here, 1 ms on a slow box. Fewer cost throughput: a turn is 5 µs.
inline constexpr unsigned kHeardInATurn = 4;
// Turns in a row in which somebody was put off, from which on clients ask all the time: two rounds of
// all connections. A UI that has asked for many things at once is answered before.
inline constexpr unsigned kPressedTurns = 2 * kMaxConnections / kHeardInATurn;

// How long it may be the client's turn, however many bytes trickle in: from accept() or the end of
// the last answer to the last byte of a request; from the answer to the last byte read of it; for a
// stream, from one portion to the next. contract.md: "10 s to send a request".
inline constexpr std::int64_t kTurnMs = 10'000;

// libmicrohttpd does not see an end of the connection that came together with the last bytes of a
// request (it reads once for each edge of epoll). A connection that is idle for this long is
// checked once: later than a client that goes on with its next request needs, earlier than a client
// that waits for the close would notice.
inline constexpr std::int64_t kLingerMs = 50;

// The memory that connections have touched goes back to the system when none has gone for so long:
// what comes and goes again and again finds it, and no client waits for it.
inline constexpr std::int64_t kGiveBackMs = 10'000;

}  // namespace cmagent::platform
