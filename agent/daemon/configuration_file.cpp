#include "agent/daemon/configuration_file.h"

#include "platform/linux/file.h"
#include "platform/players/list.h"

namespace cmagent::daemon {
namespace {

// One byte more than is allowed: a longer file is then seen to be longer.
char g_text[config::kMaxConfiguration + 1];

}  // namespace

config::ConfigurationFault read_configuration(const char* file, config::Configuration& into) {
    const platform::FileText read = platform::read_file(file, {g_text, sizeof g_text});
    if (read.problem == nullptr) {
        return parse_configuration(read.text, platform::PlayerDrivers::kAdapters, into);
    }
    config::ConfigurationFault fault;
    (void)fault.why.assign(read.problem);
    return fault;
}

}  // namespace cmagent::daemon
