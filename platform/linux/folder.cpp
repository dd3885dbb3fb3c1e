#include "platform/linux/folder.h"

#include <dirent.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace cmagent::platform {

FileKind kind_of_file(const char* name) {
    struct stat status = {};
    if (lstat(name, &status) != 0 && errno == ENOENT) return FileKind::missing;
    if (stat(name, &status) != 0) return FileKind::other;
    if (S_ISDIR(status.st_mode)) return FileKind::folder;
    return S_ISREG(status.st_mode) ? FileKind::file : FileKind::other;
}

const char* read_folder(const char* folder, void (*each)(std::string_view name, void* context),
                        void* context) {
    DIR* const open = opendir(folder);
    if (open == nullptr) return std::strerror(errno);
    errno = 0;
    while (const dirent* const entry = readdir(open)) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") each(name, context);
        errno = 0;
    }
    const int error = errno;
    closedir(open);
    return error == 0 ? nullptr : std::strerror(error);
}

}  // namespace cmagent::platform
