#pragma once
// Names for sessions, made from a counter by functions that can be undone: an id of ours is
// recognised years later without keeping a list of all that were ever made.

#include <cstdint>
#include <string>
#include <string_view>

namespace cmagent::cmsim {

// In the form of a UUID, as CM does it: the time of the start (ms since the epoch), then the
// counter, mixed.
std::string session_id(std::uint64_t seed, std::uint64_t counter, std::int64_t started);

// Whether `id` is the session_id() of a counter under `made`, at whatever time.
bool is_session_id(std::string_view id, std::uint64_t seed, std::uint64_t made);

// Eight hexadecimal digits; unique over 2^32 sessions.
std::string termination_code(std::uint64_t seed, std::uint64_t counter);

}  // namespace cmagent::cmsim
