#pragma once
#include "agent/config/configuration.h"

namespace cmagent::daemon {

// Reads the configuration from a file, with the adapters that are compiled in. On a fault `into` is
// of no use. Blocks. Not re-entrant: the text of the file is kept in static storage.
[[nodiscard]] config::ConfigurationFault read_configuration(const char* file,
                                                            config::Configuration& into);

}  // namespace cmagent::daemon
