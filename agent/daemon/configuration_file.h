#pragma once
#include "agent/base/list.h"
#include "agent/config/configuration.h"

namespace cmagent::daemon {

// Files and folders, in their order, as --config names them; none: default_places().
using Places = List<const char*, config::kMaxFiles>;

// Where the build looks (contract.md, "Configuration"): the vendor's file, the device's, and a folder,
// each of which may be missing.
[[nodiscard]] Span<const char* const> default_places();

// Reads the configuration from its files, with the adapters that are compiled in. `is_set`: see
// config::Surroundings; who gives it asks for what the files say, which needs no credential, variable or
// file of the daemon's. On a fault `into` is of no use. Blocks. Not re-entrant: the texts of the files
// are kept in static storage meanwhile, and their names until the next call.
[[nodiscard]] config::ConfigurationFault read_configuration(
    const Places& places, config::Configuration& into,
    decltype(config::Surroundings::is_set) is_set = nullptr);

}  // namespace cmagent::daemon
