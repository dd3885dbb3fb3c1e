#pragma once
// CM's answers as values: tests/cmsim/body.h writes them in one of the published dialects.

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tests/cmsim/policy.h"

namespace cmagent::cmsim {

// A session as others of the household may see it.
struct Stream {
    std::string session;
    std::string termination_code;
    std::string application;
    std::string application_name;
    Millis started = 0;
    Metadata metadata;
};

struct Conflict {
    std::string value;  // of the rule's attribute
    std::vector<Stream> streams;
};

struct Violation {
    std::string policy;
    Rule rule;
    std::size_t current = 0;  // values there would be with the newcomer
    std::vector<Conflict> conflicts;
};

struct Obligation {
    std::string space;
    std::string action;
    std::vector<std::string> arguments;
};

struct Evaluation {
    std::vector<Violation> violations;
    std::optional<Stream> terminator;  // of this session, on purpose
    std::vector<Obligation> obligations;
};

struct RunningStreams {
    std::vector<Stream> streams;
    // Streams of the subject under policies that the caller does not share; nothing: not told.
    std::optional<std::size_t> others = 0;
};

struct Answer {
    int status = 0;  // of HTTP
    Millis date = 0;
    std::optional<Millis> expires;
    std::string session;  // the id of a session that was made, for Location
    std::variant<std::monostate, Evaluation, RunningStreams, Names> body;
};

}  // namespace cmagent::cmsim
