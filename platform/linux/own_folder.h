#pragma once
#include <sys/types.h>

#include <cstdint>

#include "platform/linux/descriptor.h"

namespace cmagent::platform {

// A folder that one process alone may use, as long as it lives, however it ends: flock(2) on the
// folder itself. No file of a lock is needed, so a flash that is full or read-only is no obstacle,
// nobody's link or pipe can stand in its place, and what cleans folders does not take the lock away.
// It holds among the processes of one box, whatever their name spaces.
class OwnFolder {
  public:
    // `path` must live as long as this object.
    explicit OwnFolder(const char* path) : path_(path) {}

    // Opens the folder of this name and locks it. To be called before each use: what has the name
    // may have come, gone, or been mounted over. 0, or an errno: EWOULDBLOCK for another process's.
    // Does not wait.
    [[nodiscard]] int open();
    // open(), again and again for at most `patience_ms` while the folder is another process's: one
    // that is about to end. Blocks.
    [[nodiscard]] int await(std::int64_t patience_ms);

    // Good until the next open(); -1 where that has failed.
    [[nodiscard]] int get() const { return failed_ ? -1 : folder_.get(); }
    // Whether the last open() found another folder than the one before it.
    [[nodiscard]] bool is_new() const { return new_; }
    // Whether it could not be locked, and is used nevertheless: nobody sees then that it is ours. Its
    // file system or the kernel knows no locks, or one has locked it who may not write there.
    [[nodiscard]] bool lockless() const { return lockless_; }
    // The process whose folder it is; 0: the kernel does not tell.
    [[nodiscard]] pid_t holder() const;

  private:
    [[nodiscard]] int fail(int error);

    const char* const path_;
    Descriptor folder_;
    dev_t device_ = 0;  // of folder_, as is the next
    ino_t file_ = 0;
    bool failed_ = true;
    bool new_ = false;
    bool lockless_ = false;
};

}  // namespace cmagent::platform
