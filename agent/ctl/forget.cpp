#include "agent/ctl/forget.h"

#include <sysexits.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "platform/linux/own_folder.h"
#include "platform/linux/state_files.h"

namespace cmagent::ctl {
namespace {

constexpr int kFailed = 1;
constexpr std::int64_t kPatienceMs = 5'000;  // for a daemon that is about to end

}  // namespace

int forget(const char* folder) {
    platform::OwnFolder own(folder);
    const int error = own.await(kPatienceMs);
    if (error == ENOENT) {
        std::printf("%s: nothing was kept\n", folder);
        return EX_OK;
    }
    if (error == EWOULDBLOCK) {
        char holder[32] = "";
        if (own.holder() != 0) {  // what the kernel does not say is left out
            std::snprintf(holder, sizeof holder, " (process %d)", static_cast<int>(own.holder()));
        }
        std::fprintf(stderr, "%s: a daemon uses it%s: stop that first\n", folder, holder);
        return EX_UNAVAILABLE;
    }
    platform::Forgotten forgotten{0, error};
    if (error == 0) forgotten = platform::forget_state(own.get());
    if (forgotten.error != 0) {
        std::fprintf(stderr, "%s: not everything is forgotten: %s\n", folder,
                     std::strerror(forgotten.error));
        return kFailed;
    }
    std::printf("%s: %u files forgotten\n", folder, forgotten.files);
    return EX_OK;
}

}  // namespace cmagent::ctl
