#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "platform/api/store.h"

namespace cmagent::fakes {

// The content of a box's flash. It outlives the store, as the flash outlives the daemon.
struct FakeFlash {
    std::string text;
    std::string boot = "boot-1";
    bool damaged = false;  // the text fails its checksum: the next load() sets it aside
    std::string fault;     // why no save reaches the flash; "": every one does
    unsigned writes = 0;   // that were begun
    bool exposed = false;  // to others than the owner
};

// A store in memory. A save reaches the flash with the next turn.
class FakeStore final : public platform::Store {
  public:
    FakeStore(FakeFlash& flash, platform::StoreListener& listener)
        : flash_(flash), listener_(listener) {}

    // The helper has written, and the loop tells. False: there is nothing to be written.
    bool turn() {
        if (!pending_) return false;
        pending_ = false;
        flash_.writes++;
        if (flash_.fault.empty()) flash_.text = text_;
        listener_.on_saved(flash_.fault.empty(), flash_.fault);
        return true;
    }

    [[nodiscard]] Loaded load(char* into) override {
        const bool damaged = flash_.damaged;
        if (damaged) flash_.text.clear();
        flash_.damaged = false;
        flash_.text.copy(into, flash_.text.size());
        return {flash_.text.size(), damaged, flash_.exposed};
    }
    void save(std::string_view text) override {
        text_ = text;
        pending_ = true;
    }
    void flush(std::int64_t) override { turn(); }
    [[nodiscard]] std::string_view boot() const override { return flash_.boot; }

  private:
    FakeFlash& flash_;
    platform::StoreListener& listener_;
    std::string text_;
    bool pending_ = false;
};

}  // namespace cmagent::fakes
