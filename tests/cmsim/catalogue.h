#pragma once
// Which applications and policies cmsim knows: its own, or those of a file.

#include <string>

#include "tests/cmsim/policy.h"

namespace cmagent::cmsim {

// demo-app: 3 streams. demo-app-2: 2 a channel, "channel" is required. demo-fifo: 1 stream, the
// latest wins. demo-devices: 2 devices. demo-partner: another tenant's application under demo-app's
// policy.
Agreement demo_agreement();

// `text` is JSON as in tests/cmsim/policies.json. Throws InvalidInput with `source` and the place.
Agreement read_agreement(const std::string& text, const std::string& source);

}  // namespace cmagent::cmsim
