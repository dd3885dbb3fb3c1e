#include "platform/linux/program.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "agent/base/characters.h"
#include "agent/base/text_writer.h"

namespace cmagent::platform {
namespace {

const char* file_fault(const char* file) {
    struct stat status = {};
    if (stat(file, &status) != 0) return std::strerror(errno);
    if (!S_ISREG(status.st_mode)) return "is no file";
    return access(file, X_OK) == 0 ? nullptr : std::strerror(errno);
}

}  // namespace

const char* program_fault(const char* name) {
    if (std::strchr(name, '/') != nullptr) return file_fault(name);
    const char* const path = getenv("PATH");
    std::string_view folders = path == nullptr ? "/bin:/usr/bin" : path;
    while (!folders.empty()) {
        const std::string_view folder = take_until(folders, ':');
        char bytes[PATH_MAX];
        TextWriter file({bytes, sizeof bytes - 1});
        file << (folder.empty() ? "." : folder) << "/" << name;
        bytes[file.view().size()] = '\0';
        if (file_fault(bytes) == nullptr) return nullptr;
    }
    return "is in no folder of PATH, or may not be executed there";
}

}  // namespace cmagent::platform
