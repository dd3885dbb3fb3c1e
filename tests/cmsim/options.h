#pragma once
// The command line of cmsim.

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/cmsim/body.h"
#include "tests/cmsim/certificate.h"
#include "tests/cmsim/policy.h"

namespace cmagent::cmsim {

struct Usage : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Options {
    std::string listen = "127.0.0.1:8443";
    std::string control = "127.0.0.1:8444";
    std::string certificate_file;
    std::string key_file;
    std::string ca_out_file;
    std::string client_ca_file;
    std::string policies_file;
    std::vector<std::string> names = {"localhost", "127.0.0.1", "::1"};
    CertificateFault certificate_fault = CertificateFault::none;
    Dialect dialect = Dialect::service;
    std::optional<Millis> ttl;
    std::optional<Millis> window;
    Millis idle_close = 0;
    std::vector<std::string> faults;  // JSON, as on the control port
    bool plain = false;
    bool help = false;
    bool version = false;
};

// Throws Usage.
Options parse_options(const std::vector<std::string>& arguments);

std::string help_text();

}  // namespace cmagent::cmsim
