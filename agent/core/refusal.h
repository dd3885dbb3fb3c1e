#pragma once
#include <cstdint>

#include "agent/cm/answer.h"

namespace cmagent::core {

// The reason why a request of the UI is not carried out. The names are the codes of contract.md,
// "Problems".
enum class Refusal : std::uint8_t {
    none,
    not_owner,
    no_such_session,
    no_such_conflict,
    no_such_stream,
    conflict_over,
    code_not_offered,
    immutable_metadata,
    invalid_field,     // a value that only the core can judge, e.g. metadata beyond its room
    missing_metadata,  // see RequiredNames
    throttled,         // with retry_after
    replaced,
    would_displace,
    stream_limit,  // with the conflict
    too_many_sessions,
    too_many_queries,
    too_many_requests,  // with retry_after: Rates::wait()
    cm_protocol,
    cm_rejected,
    cm_credentials,
    cm_tls,
    cm_unreachable,
    cm_timeout,
    clock_not_set,
    shutting_down,
};

// The refusal that the UI gets when a call to CM comes to `meaning` and nothing more is known.
[[nodiscard]] Refusal refusal_for(cm::Meaning meaning);

}  // namespace cmagent::core
