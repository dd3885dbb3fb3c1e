#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/span.h"
#include "agent/base/text.h"
#include "agent/base/time.h"
#include "agent/cm/call_times.h"
#include "platform/api/server_chain.h"

namespace cmagent::ui {

// A counter of a part of the daemon that the local API does not know, for GET /metrics. Those of one
// name stand together.
struct DaemonCounter {
    const char* name = "";  // without "cmagent_"
    const char* help = "";
    const std::uint64_t* value = nullptr;  // read whenever the metrics are asked for
    const char* label = "";                // `kind="full"`
};

// What is kept on flash, as far as people ask (contract.md, "Status").
struct StateFacts {
    bool on_flash = false;  // all that should be there is
    Time since{};           // … or is not; 0: nothing was written yet
    Text<160> error;        // the newest, kept when it is over; empty: there was none
};

// The configuration in force.
struct ConfigurationFacts {
    Span<const char* const> files;
    Time read_at{};
    std::uint64_t taken = 0;    // by SIGHUP
    std::uint64_t refused = 0;  // … they were not
    Text<512> fault;            // of the newest reload; empty: it was taken
};

// What the local API shows of the parts of the daemon that it does not know: GET /v1/status and GET
// /metrics. Each is told by its part as it changes; what is pointed to outlives the API.
struct DaemonFacts {
    const char* build = "";
    const char* tls_library = "";
    const char* http_library = "";
    std::string_view host;  // CM's
    const char* state_dir = "";
    const char* ca_file = "";
    const platform::ServerChain* chain = nullptr;  // null, as the roots: no TLS
    const platform::Roots* roots = nullptr;
    const cm::CallTimes* call_times = nullptr;  // of each cm::Call; null: nobody takes it
    Span<const DaemonCounter> counters;
    std::uint64_t dropped_lines = 0;  // of the log
    StateFacts state;
    ConfigurationFacts configuration;
};

}  // namespace cmagent::ui
