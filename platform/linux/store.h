#pragma once
#include <cstddef>

#include "agent/base/text.h"
#include "platform/api/store.h"
#include "platform/linux/own_folder.h"
#include "platform/linux/slot.h"
#include "platform/linux/thread.h"
#include "platform/linux/worker.h"

namespace cmagent::platform {

// Two slot files in `state.dir`, written one after the other on a helper thread: when a write is cut
// off, the other file is whole, and when none is, both say the same: what is over stands in neither.
// A folder that is missing, full, read-only or another process's is tried again with each save; in one
// that came later, what an earlier run has left is replaced.
class FileStore final : public Store, private Job {
  public:
    // `dir` and `listener` must live as long as the store.
    FileStore(Worker& worker, const char* dir, StoreListener& listener);
    ~FileStore();

    // The folder that nobody else may use meanwhile. The store opens it for each use; others may
    // before the first save only.
    [[nodiscard]] OwnFolder& folder() { return folder_; }

    [[nodiscard]] Loaded load(char* into) override;
    void save(std::string_view text) override;
    // A save that waits behind a resolution is done here and now; only one that is being written is
    // waited for. Tells the listener.
    void flush(std::int64_t timeout_ms) override;
    [[nodiscard]] std::string_view boot() const override { return boot_.view(); }

  private:
    // Makes the folder, and what stands there, as this store leaves them.
    void take_over();
    void run() override;
    void on_done() override;
    // There is a text that no write has begun with.
    [[nodiscard]] bool unsaved();

    Worker& worker_;
    StoreListener& listener_;
    Text<64> boot_;

    // Used by the writer alone: the helper, or flush() while the helper has no job of this store.
    OwnFolder folder_;
    std::uint64_t sequence_ = 0;
    SlotResult result_;
    char writing_[kSlotSize + 1];

    Mutex mutex_;  // guards the members below
    bool pending_ = false;
    std::size_t pending_size_ = 0;
    char pending_text_[kMaxStored];
};

}  // namespace cmagent::platform
