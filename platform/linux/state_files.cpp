#include "platform/linux/state_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "agent/base/characters.h"
#include "agent/base/text.h"
#include "agent/base/text_writer.h"
#include "platform/linux/folder.h"

namespace cmagent::platform {
namespace {

struct Forgetting {
    int folder;
    Forgotten result;
};

void note_stranger(std::string_view name, void* alone) {
    if (!is_state_file(name)) *static_cast<bool*>(alone) = false;
}

void forget_file(std::string_view name, void* context) {
    if (!is_state_file(name)) return;
    Forgetting& forgetting = *static_cast<Forgetting*>(context);
    // A name of the folder ends with a zero.
    const bool gone = unlinkat(forgetting.folder, name.data(), 0) == 0;
    if (gone) ++forgetting.result.files;
    if (!gone && errno != ENOENT && forgetting.result.error == 0) forgetting.result.error = errno;
}

}  // namespace

bool is_state_file(std::string_view name) {
    constexpr std::string_view kBegin = "state-";
    const std::string_view stem = slice(name, 0, name.find('.'));
    const std::string_view number = slice(stem, kBegin.size());
    return slice(stem, 0, kBegin.size()) == kBegin && !number.empty() && all_of(number, is_digit);
}

void make_folder_private(int folder) {
    struct stat status = {};
    if (fstat(folder, &status) != 0 || status.st_uid != geteuid()) return;
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) == 0) return;
    bool alone = true;
    if (read_folder(folder, ".", note_stranger, &alone) == 0 && alone) fchmod(folder, S_IRWXU);
}

Forgotten forget_state(int folder) {
    Forgetting forgetting{folder, {}};
    unsigned before = 0;
    // Again, for a folder need not show all while files go.
    do {
        before = forgetting.result.files;
        const int error = read_folder(folder, ".", forget_file, &forgetting);
        if (forgetting.result.error == 0) forgetting.result.error = error;
    } while (forgetting.result.files > before);
    if (before > 0 && fsync(folder) != 0 && forgetting.result.error == 0)
        forgetting.result.error = errno;
    return forgetting.result;
}

}  // namespace cmagent::platform
