#include "platform/linux/folder_probe.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "platform/linux/descriptor.h"

namespace cmagent::platform {
namespace {

constexpr mode_t kOwnersAlone = S_IRUSR | S_IWUSR;
constexpr std::size_t kBlock = 4096;

// Not O_TMPFILE: jffs2 and vfat have none, nor has overlayfs before Linux 6.3.
Descriptor open_with_a_name(int folder) {
    constexpr char kName[] = "probe";
    unlinkat(folder, kName, 0);
    Descriptor file(
        openat(folder, kName, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kOwnersAlone));
    if (file.valid()) unlinkat(folder, kName, 0);
    return file;
}

}  // namespace

bool FolderProbe::begin() {
    if (!over_) return false;
    over_ = false;
    worker_.submit(*this);
    return true;
}

void FolderProbe::run() {
    result_ = {};
    const auto fail = [this](const char* step) { result_ = {errno, step}; };
    const Descriptor folder(open(folder_, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.valid()) return fail("open the folder");
    Descriptor file(openat(folder.get(), ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, kOwnersAlone));
    if (!file.valid() && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT))
        file = open_with_a_name(folder.get());
    if (!file.valid()) return fail("open a file");
    const char block[kBlock] = {};
    errno = ENOSPC;  // of half a write
    if (write(file.get(), block, kBlock) != static_cast<ssize_t>(kBlock)) return fail("write");
    if (fsync(file.get()) != 0) fail("sync");
}

}  // namespace cmagent::platform
