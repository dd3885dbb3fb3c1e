#pragma once
#include <cstring>
#include <string>

#include "platform/api/store.h"

namespace cmagent::fakes {

// What a box's flash holds: outlives the store, as the flash does the daemon.
struct FakeFlash {
    std::string text;
    std::string boot = "boot-1";
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
        flash_.text = text_;
        listener_.on_saved(true, "");
    }

    [[nodiscard]] Loaded load(char* into) override {
        std::memcpy(into, flash_.text.data(), flash_.text.size());
        return {flash_.text.size(), false};
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
