#pragma once
// A tenant's agreement with CM: the streams that a household may have at the same time.

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace cmagent::cmsim {

using Millis = std::int64_t;  // a duration, or a time since the epoch by CM's own clock
using Metadata = std::map<std::string, std::string>;
using Names = std::vector<std::string>;

enum class Precedence {
    oldest,  // LIFO: running streams are protected, the newcomer is blocked with 409
    latest,  // "latest wins": the newcomer is let in, the oldest learns it at its next heartbeat
};

// The attribute of a rule that counts sessions: each session is a value of its own.
inline constexpr const char* kStreamId = "streamId";

// "At most `threshold` values of `attribute` at the same time", among the sessions of the household
// that agree with the newcomer in every name of `scope`.
struct Rule {
    std::string name;
    std::string message;
    std::string attribute = kStreamId;
    std::size_t threshold = 1;
    std::vector<std::string> scope;
    Precedence precedence = Precedence::oldest;
};

struct Policy {
    std::string name;
    std::vector<Rule> rules;
};

// Applications that name the same policy share its limits, and see each other's streams.
struct Application {
    std::string id;  // the user name of HTTP Basic
    std::string name;
    std::vector<std::string> policies;
};

// For how long after its last event CM counts a stream as active.
inline constexpr Millis kCountingWindow = 90'000;

struct Agreement {
    std::vector<Policy> policies;
    std::vector<Application> applications;
    // The lease: a session without a heartbeat lives this long (cm-api.md, "Pace").
    Millis ttl = 60'000;
    // A stream takes up its slot for this long after its last event, even when its lease is over
    // (cm-api.md, "Further findings"). With a shorter window the slot is free when the lease ends.
    Millis window = 0;
    std::size_t per_minute =
        200;  // calls a session (heartbeat, DELETE) or a subject (init) may make
};

// The metadata that the application's policies must have of each stream, in order.
std::set<std::string> required_names(const Agreement& agreement, const Application& application);

std::vector<const Policy*> policies_of(const Agreement& agreement, const Application& application);

bool share_a_policy(const Application& a, const Application& b);

bool counts_sessions(const Rule& rule);

// The value of `name`; empty where there is none.
std::string value_of(const Metadata& metadata, const std::string& name);

bool contains(const Names& names, const std::string& name);

}  // namespace cmagent::cmsim
