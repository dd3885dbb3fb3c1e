#include "agent/daemon/configuration_file.h"

#include <cstdlib>

#include "agent/base/wipe.h"
#include "platform/linux/file.h"
#include "platform/players/list.h"

namespace cmagent::daemon {
namespace {

// One byte more than is allowed: a longer file is then seen to be longer.
char g_text[config::kMaxConfiguration + 1];

}  // namespace

config::ConfigurationFault read_configuration(const char* file, config::Configuration& into) {
    const platform::FileText read = platform::read_file(file, {g_text, sizeof g_text});
    const char* const credentials = getenv("CREDENTIALS_DIRECTORY");
    config::ConfigurationFault fault;
    if (read.problem == nullptr) {
        fault = parse_configuration(read.text, platform::PlayerDrivers::kAdapters, into,
                                    credentials == nullptr ? "" : credentials);
    } else {
        (void)fault.why.assign(read.problem);
    }
    wipe(g_text, read.text.size());  // the application's ids, and what its commands may hold
    return fault;
}

}  // namespace cmagent::daemon
