#pragma once
// The control port, for tests and for a person with curl. tests/cmsim/README.md has the routes.

#include <functional>
#include <string>

#include "tests/cmsim/http.h"
#include "tests/cmsim/server.h"
#include "tests/cmsim/simulator.h"

namespace cmagent::cmsim {

// The parts of the program that the control port reaches.
struct Stage {
    Simulator& simulator;
    Server* server = nullptr;  // the one that plays CM
    std::function<void()> shut_down = {};
    std::string url = {};
    std::string pin = {};  // of the certificate; empty without TLS
    std::uint64_t handshakes_failed = 0;
    std::uint64_t requests_malformed = 0;
};

Response control(const Request& request, Stage& stage);

}  // namespace cmagent::cmsim
