#pragma once
// A throw-away CA and a server certificate of its making, so that clients verify for real without
// anyone installing anything. Nothing is kept: each start of the program makes new ones.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/cmsim/policy.h"

namespace cmagent::cmsim {

// Certificates that a client must refuse (hazards.md, 16).
enum class CertificateFault {
    none,
    expired,
    not_yet_valid,
    wrong_host,   // its names are those of another host
    self_signed,  // not by the CA that is written out
    without_san,  // the name stands in the subject's CN alone
};

std::optional<CertificateFault> certificate_fault_named(std::string_view name);

struct Credentials {
    std::string certificate;  // PEM
    std::string key;          // PEM
    std::string ca;           // PEM, for clients to trust
};

// `names` are DNS names or IP addresses. Keys are on P-256: quick to make under qemu too. Throws
// std::runtime_error.
Credentials make_credentials(const std::vector<std::string>& names, CertificateFault fault,
                             Millis now);

// "sha256/…" of the first certificate in a PEM text, as the agent's `cm.pins` takes it.
std::string pin_of(const std::string& certificate);

}  // namespace cmagent::cmsim
