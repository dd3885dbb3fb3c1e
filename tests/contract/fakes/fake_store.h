#pragma once
#include <cstring>
#include <string>

#include "platform/api/store.h"

namespace cmagent::fakes {

// What a box's flash holds: outlives the store, as the flash does the daemon.
struct FakeFlash {
    std::string text;
    bool damaged = false;  // found so by the next load()
    bool full = false;     // nothing can be written
    std::string boot = "boot-1";
    unsigned writes = 0;
};

// A store in memory. A save reaches the flash when the test says so.
class FakeStore final : public platform::Store {
  public:
    FakeStore(FakeFlash& flash, platform::StoreListener& listener)
        : flash_(flash), listener_(listener) {}

    // The helper and the loop's next turn.
    void turn() {
        if (!pending_) return;
        pending_ = false;
        if (!flash_.full) {
            flash_.text = text_;
            flash_.writes++;
        }
        listener_.on_saved(!flash_.full, flash_.full ? "write: No space left on device" : "");
    }

    [[nodiscard]] Loaded load(char* into) override {
        const Loaded loaded = {flash_.damaged ? 0 : flash_.text.size(), flash_.damaged};
        std::memcpy(into, flash_.text.data(), loaded.size);
        flash_.damaged = false;
        return loaded;
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
