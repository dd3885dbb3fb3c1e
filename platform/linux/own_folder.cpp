#include "platform/linux/own_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "agent/base/bytes.h"
#include "agent/base/characters.h"
#include "agent/base/decimal.h"
#include "agent/base/text_writer.h"
#include "platform/linux/file.h"
#include "platform/linux/thread.h"

namespace cmagent::platform {
namespace {

constexpr std::int64_t kLookAgainMs = 50;

// Whose process it is; root's where that is not known.
uid_t user_of(pid_t process) {
    char path_bytes[32];
    TextWriter path(path_bytes);
    path << "/proc/" << process << '\0';
    struct stat status = {};
    return stat(path_bytes, &status) == 0 ? status.st_uid : 0;
}

// Who may not write there is no daemon of this folder: any user who may read it can lock it.
bool is_strangers(const struct stat& folder, pid_t holder) {
    const uid_t user = user_of(holder);
    return (folder.st_mode & (S_IWGRP | S_IWOTH)) == 0 && user != 0 && user != folder.st_uid;
}

}  // namespace

int OwnFolder::open() {
    Descriptor folder(::open(path_, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct stat status = {};
    if (!folder.valid() || fstat(folder.get(), &status) != 0) return fail(errno);
    new_ = !folder_.valid() || status.st_dev != device_ || status.st_ino != file_;
    if (new_) {
        const bool locked = flock(folder.get(), LOCK_EX | LOCK_NB) == 0;
        const bool held = !locked && errno == EWOULDBLOCK;
        if (held && !is_strangers(status, holder())) return fail(EWOULDBLOCK);
        lockless_ = !locked;
        device_ = status.st_dev;
        file_ = status.st_ino;
        folder_ = std::move(folder);
    }
    failed_ = false;
    return 0;
}

int OwnFolder::fail(int error) {
    failed_ = true;
    return error;
}

int OwnFolder::await(std::int64_t patience_ms) {
    int error = open();
    for (; error == EWOULDBLOCK && patience_ms > 0; patience_ms -= kLookAgainMs) {
        rest(kLookAgainMs * 1000);
        error = open();
    }
    return error;
}

// proc(5), "locks": "1: FLOCK  ADVISORY  WRITE 4711 fd:01:131078 0 EOF". The device is not compared:
// stat() of some file systems tells another one.
pid_t OwnFolder::holder() const {
    constexpr std::string_view kHolds = "FLOCK  ADVISORY  WRITE ";
    char bytes[4 * kKiB];
    std::string_view locks = read_file("/proc/locks", {bytes, sizeof bytes}).text;
    struct stat folder = {};
    if (stat(path_, &folder) != 0) return 0;
    char end_bytes[48];
    TextWriter end(end_bytes);
    end << ":" << folder.st_ino << " 0 EOF";
    while (!locks.empty()) {
        const std::string_view line = take_until(locks, '\n');
        const std::size_t at = line.find(kHolds);
        if (at == std::string_view::npos || line.find(end.view()) == std::string_view::npos)
            continue;
        std::string_view rest = slice(line, at + kHolds.size());
        return static_cast<pid_t>(read_decimal(take_until(rest, ' '), INT32_MAX).value_or(0));
    }
    return 0;
}

}  // namespace cmagent::platform
