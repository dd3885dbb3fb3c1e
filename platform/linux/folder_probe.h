#pragma once
#include "platform/linux/slot.h"
#include "platform/linux/worker.h"

namespace cmagent::platform {

// Whether a folder takes what is written, down to its disk: by a file without a name, or where the
// file system has none, by one that is removed at once. No other file is touched.
class FolderProbe final : private Job {
  public:
    // `worker` and `folder` must outlive this.
    FolderProbe(Worker& worker, const char* folder) : worker_(worker), folder_(folder) {}
    ~FolderProbe() { worker_.drop(*this); }

    // False: the last one is not over yet, for the disk hangs.
    [[nodiscard]] bool begin();
    [[nodiscard]] bool over() const { return over_; }
    // Once over(): as of a slot.
    [[nodiscard]] const SlotResult& result() const { return result_; }

  private:
    void run() override;
    void on_done() override { over_ = true; }

    Worker& worker_;
    const char* const folder_;
    SlotResult result_;
    bool over_ = true;
};

}  // namespace cmagent::platform
