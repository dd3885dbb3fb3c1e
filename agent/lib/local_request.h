#pragma once
#include <string_view>

#include "agent/base/text_writer.h"

namespace cmagent::lib {

// A request of the local API. The body is `prefix` and `body`, one behind the other; `body` must
// live until everything was sent.
struct LocalRequest {
    const char* method = "GET";
    std::string_view target = {};
    std::string_view prefix = {};
    std::string_view body = {};
    const char* accept = "application/json";
    const char* version = "1.1";       // 1.0 for a stream: its body comes as it is, without chunks
    std::string_view last_event = {};  // Last-Event-ID; empty: none
};

// Who asks whom.
struct Caller {
    const char* program;  // with its version
    std::string_view authority;
    std::string_view token = {};     // empty: none
    std::string_view language = {};  // Accept-Language; empty: none
};

// The head of the request, and its prefix.
void write_head(const LocalRequest& request, const Caller& caller, TextWriter& out);

}  // namespace cmagent::lib
