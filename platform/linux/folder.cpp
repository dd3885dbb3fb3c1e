#include "platform/linux/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "platform/linux/descriptor.h"

namespace cmagent::platform {

FileKind kind_of_file(const char* name) {
    struct stat status = {};
    if (lstat(name, &status) != 0 && errno == ENOENT) return FileKind::missing;
    if (stat(name, &status) != 0) return FileKind::unreachable;
    if (S_ISDIR(status.st_mode)) return FileKind::folder;
    return S_ISREG(status.st_mode) ? FileKind::file : FileKind::other;
}

int read_folder(int at, const char* folder, void (*each)(std::string_view name, void* context),
                void* context) {
    Descriptor file(openat(at, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    DIR* const open = file.valid() ? fdopendir(file.get()) : nullptr;
    if (open == nullptr) return errno;
    (void)file.release();
    errno = 0;
    while (const dirent* const entry = readdir(open)) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") each(name, context);
        errno = 0;
    }
    const int error = errno;
    closedir(open);
    return error;
}

}  // namespace cmagent::platform
