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
    // Of a text that could not be read nobody knows how much has come.
    size_ = fault ? sizeof bytes_ : file.text.size();
    if (fault) forget();
    return fault;
}

void TokenFile::forget() {
    wipe(bytes_, size_);  // no byte more: untouched pages cost no memory
    size_ = 0;
}

}  // namespace cmagent::daemon
