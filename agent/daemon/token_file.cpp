#include "agent/daemon/token_file.h"

#include "agent/base/wipe.h"
#include "platform/linux/file.h"

namespace cmagent::daemon {

config::ConfigurationFault TokenFile::read(const char* name) {
    platform::FileText file;
    if (name[0] != '\0') file = platform::read_file(name, {bytes_, sizeof bytes_});
    config::ConfigurationFault fault = config::check_tokens(file.text);
    fault.file = name;
    if (file.problem != nullptr) (void)fault.why.assign(file.problem);
    size_ = file.text.size();
    if (fault) forget();
    return fault;
}

void TokenFile::forget() {
    size_ = 0;
    wipe(bytes_, sizeof bytes_);
}

}  // namespace cmagent::daemon
