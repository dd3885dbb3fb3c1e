#include "agent/daemon/token_file.h"

#include "agent/base/wipe.h"
#include "platform/linux/file.h"

namespace cmagent::daemon {

config::ConfigurationFault TokenFile::read(const char* name) {
    char* const next = bytes_[!used_];
    platform::FileText file;
    if (name[0] != '\0') file = platform::read_file(name, {next, sizeof bytes_[0]});
    config::ConfigurationFault fault = config::check_tokens(file.text);
    if (file.problem != nullptr) (void)fault.why.assign(file.problem);
    if (!fault) {
        used_ = !used_;
        size_ = file.text.size();
    }
    wipe(bytes_[!used_], sizeof bytes_[0]);
    return fault;
}

}  // namespace cmagent::daemon
