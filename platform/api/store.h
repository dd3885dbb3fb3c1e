#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cmagent::platform {

// The most that is ever kept on flash, so that both slots and the copies fit fixed buffers: 16 open
// sessions with identity and metadata names, and the history.
inline constexpr std::size_t kMaxStored = std::size_t{64} * 1024;

class StoreListener {
  public:
    // The last save() has reached the flash, or could not (full, read-only, broken): the state then
    // lives in memory only, until a later save works. On the loop's thread; `reason` is valid
    // during the call.
    virtual void on_saved(bool on_flash, std::string_view reason) = 0;

  protected:
    ~StoreListener() = default;
};

// Keeps the state that must survive a power cut: one opaque text, replaced as a whole and never
// half. What a later text no longer says is gone when that has reached the flash: it is kept nowhere
// else. Flash may take 500 ms to sync, so that is done off the loop.
class Store {
  public:
    struct Loaded {
        std::size_t size = 0;  // 0: nothing was kept, or nothing usable
        bool damaged = false;  // something was there, did not pass its checksum and was set aside
        // Others than the owner could read or write what was there, which is mended, or can replace
        // it, which is not.
        bool exposed = false;
        // The version of the state's format of what another version of the agent has left there; it is
        // left alone. 0: there is none.
        unsigned other_version = 0;
    };
    // Reads the newest sound slot into `into` (kMaxStored bytes). Blocks: to be called at start
    // only.
    [[nodiscard]] virtual Loaded load(char* into) = 0;

    // Takes a copy of `text` (at most kMaxStored bytes) and returns at once. A text that was not
    // yet being written is replaced by a newer one. The caller keeps the pace: once a second at the
    // most.
    virtual void save(std::string_view text) = 0;

    // Waits until all is written, at most `timeout_ms`. For shutdown only.
    virtual void flush(std::int64_t timeout_ms) = 0;

    // Tells this boot of the box from another one: the system's boot id, at most 64 bytes. Valid as
    // long as the store.
    [[nodiscard]] virtual std::string_view boot() const = 0;

  protected:
    ~Store() = default;
};

}  // namespace cmagent::platform
