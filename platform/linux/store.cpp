#include "platform/linux/store.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>

#include "agent/base/bytes.h"
#include "agent/base/text_writer.h"
#include "agent/base/wipe.h"
#include "platform/api/pages.h"
#include "platform/linux/state_files.h"

namespace cmagent::platform {
namespace {

constexpr std::size_t kStackOfACopy = 8 * kKiB;  // the widest registers that there are, twice

// A kernel without it (or no /proc): every start then counts as the same boot.
Text<64> read_boot_id() {
    const Descriptor file(open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC));
    char id[64];
    const ssize_t got = file.valid() ? read(file.get(), id, sizeof id) : 0;
    std::size_t size = got > 0 ? static_cast<std::size_t>(got) : 0;
    while (size > 0 && id[size - 1] == '\n') size--;
    Text<64> boot;
    [[maybe_unused]] const bool fits = boot.assign({id, size});
    return boot;
}

}  // namespace

FileStore::FileStore(Worker& worker, const char* dir, StoreListener& listener)
    : worker_(worker), listener_(listener), boot_(read_boot_id()), folder_(dir) {}

FileStore::~FileStore() {
    worker_.drop(*this);
}

Store::Loaded FileStore::load(char* into) {
    Loaded loaded;
    if (folder_.open() != 0) return loaded;
    take_over();
    loaded.exposed = lets_others_write(folder_.get());
    for (unsigned index = 0; index < 2; index++) {
        const SlotRead slot = read_slot(folder_.get(), index, writing_);
        loaded.exposed = loaded.exposed || slot.exposed;
        if (slot.other_version > loaded.other_version) loaded.other_version = slot.other_version;
        if (slot.condition == SlotRead::Condition::damaged) {
            loaded.damaged = true;
            set_aside(folder_.get(), index);
        }
        if (slot.condition == SlotRead::Condition::sound && slot.sequence >= sequence_) {
            sequence_ = slot.sequence;
            std::memcpy(into, slot.text.data(), slot.text.size());
            wipe_rest({into, loaded.size}, slot.text.size());
            loaded.size = slot.text.size();
        }
        forget({writing_, sizeof writing_}, slot.filled);
    }
    return loaded;
}

void FileStore::take_over() {
    make_folder_private(folder_.get());
    for (unsigned index = 0; index < 2; ++index) mend_slot(folder_.get(), index);
}

void FileStore::save(std::string_view text) {
    {
        Lock lock(mutex_);
        const Buffer before{pending_text_, pending_size_};
        pending_size_ = text.size() < kMaxStored ? text.size() : kMaxStored;
        std::memcpy(pending_text_, text.data(), pending_size_);
        wipe_rest(before, pending_size_);
        pending_ = true;
    }
    if (worker_.idle(*this)) worker_.submit_later(*this);
}

void FileStore::run() {
    std::size_t size = 0;
    {
        Lock lock(mutex_);
        size = pending_size_;
        std::memcpy(writing_ + kSlotHead, pending_text_, size);
        forget({pending_text_, sizeof pending_text_}, size);
        pending_ = false;
    }
    // The number advances only with success: a failed write is repeated in the slot that it broke.
    result_.error = folder_.open();
    result_.step = result_.error == EWOULDBLOCK ? "lock the folder" : "open the folder";
    if (result_.error == 0 && folder_.is_new()) {
        take_over();
        sequence_ = last_sequence(folder_.get());
    }
    // Into both, one after the other, unless something newer waits, which goes into the second first.
    for (int slot = 0; slot < 2 && result_.error == 0 && (slot == 0 || !unsaved()); ++slot) {
        result_ = write_slot(folder_.get(), sequence_ + 1, writing_, size);
        if (result_.error == 0) sequence_++;
    }
    forget({writing_, sizeof writing_}, kSlotHead + size);
    wipe_stack<kStackOfACopy>();
}

void FileStore::on_done() {
    if (unsaved()) worker_.submit_later(*this);
    if (result_.error == 0) {
        listener_.on_saved(true, {});
        return;
    }
    char bytes[160];
    TextWriter reason(bytes, WhenFull::cut);
    reason << result_.step << ": " << std::strerror(result_.error);
    listener_.on_saved(false, reason.view());
}

void FileStore::flush(std::int64_t timeout_ms) {
    if (worker_.idle(*this)) return;
    if (!worker_.withdraw(*this) && !worker_.wait_for(*this, timeout_ms)) return;
    worker_.drop(*this);
    if (unsaved()) run();
    on_done();
}

bool FileStore::unsaved() {
    Lock lock(mutex_);
    return pending_;
}

}  // namespace cmagent::platform
