#pragma once
// How the driver of a player describes itself: its adapter's name, the keys that it takes from
// `player` and from each of `players` in the configuration, and how one is made. The reading of the
// configuration, its faults, a reload and the daemon follow this description; nothing else in the
// agent names an adapter. The adapters that are compiled in stand in platform/players/list.h.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <new>
#include <string_view>

#include "agent/base/span.h"
#include "platform/api/player.h"
#include "platform/api/poller.h"
#include "platform/api/processes.h"
#include "platform/api/timers.h"

namespace cmagent::platform {

// A program and its arguments: zero-terminated words, one behind the other in memory. A view.
struct Command {
    // A longer command line belongs into a script.
    static constexpr std::size_t kMaxWords = 16;

    const char* words = "";
    std::size_t count = 0;  // 0: there is no command

    [[nodiscard]] bool empty() const { return count == 0; }
};

// A key of the configuration that an adapter takes. A key that several adapters take is the same
// with each of them, but for the need.
struct AdapterKey {
    enum class Kind : std::uint8_t {
        number,   // a whole number from `least` to `most`
        flag,     // true or false
        text,     // `least` to `most` bytes without control characters; paths, too
        place,    // a text that says where the player is: two players of one adapter with all of
                  // these alike are the same, which the configuration does not take
        command,  // a list of `least` to `most` texts, the first of which names a program
        player,   // the name of one of `players`, which is no UI: the core's, not the driver's
    };
    enum class Need : std::uint8_t { optional, required };

    std::string_view name;  // at most 16 bytes
    Kind kind;
    std::uint16_t least;
    std::uint32_t most;
    Need need;
    // The value where the key is not given: of a number, or of a flag, 0 or 1. A text is then
    // empty, and a command has no words.
    std::uint32_t otherwise = 0;
};

// The services of the box that a driver may use. All outlive the driver.
struct PlayerServices {
    Poller& poller;
    Processes& processes;
    Timers& timers;
};

class AdapterSettings;

// A value that an adapter does not take, beyond what its keys say of themselves.
struct AdapterFault {
    const char* key = nullptr;  // null: there is none
    const char* why = nullptr;  // "must be …"; static storage

    explicit operator bool() const { return key != nullptr; }
};

// The description of a driver. It is used by the compiler alone: see Adapters for the program.
struct Adapter {
    // Where playback is, and so what confirms that it has stopped: the device's UI, by a request to
    // the local API, or the player, by PlayerNews.
    enum class Playback : std::uint8_t { in_ui, in_player };

    // Makes the driver in `place`, which has room for the largest driver of the list. `settings`
    // and `listener` outlive the driver.
    using Make = Player* (*)(void* place, const PlayerServices& services,
                             const AdapterSettings& settings, PlayerListener& listener);
    // Judges values that are each as their keys say: forms, and what they have to do with one
    // another.
    using Check = AdapterFault (*)(const AdapterSettings& settings);

    std::string_view name;
    Playback playback;
    Span<const AdapterKey> keys;
    Make make;
    Check check = nullptr;  // none: the keys say all

    // The place of a key in `keys`; keys.size: the adapter does not take it. No pointer, for under
    // -fsanitize=undefined GCC finds that none compares with null at compile time (GCC bug 71962).
    [[nodiscard]] constexpr std::size_t find(std::string_view key) const {
        std::size_t place = 0;
        while (place < keys.size && keys[place].name != key) ++place;
        return place;
    }
    [[nodiscard]] constexpr bool takes(std::string_view key) const { return find(key) < keys.size; }
};

// The Make of a driver that has a constructor (services, settings, listener).
template <class Driver>
[[nodiscard]] Player* make_player(void* place, const PlayerServices& services,
                                  const AdapterSettings& settings, PlayerListener& listener) {
    return new (place) Driver(services, settings, listener);
}

// The adapters that a configuration may name, the first of which is that of a player that names
// none, and the keys of all of them. Made by tabulate(). Views of tables with as few pointers as
// can be, for each costs a note to the loader.
struct Adapters {
    struct Row {
        Adapter::Make make;
        Adapter::Check check;
        Adapter::Playback playback;
    };
    struct Key {
        char name[17];  // zero-terminated
        AdapterKey::Kind kind;
        std::uint16_t takers;  // the adapters that take the key: a bit each, the first the lowest
        std::uint16_t requirers;  // the adapters that need the key
        std::uint16_t least;
        std::uint32_t most;
        std::uint32_t otherwise;
    };

    Span<const Row> rows;
    const char* names;  // one for each row, for nth_word()
    // In the order of the adapters; a key that several take stands where the last of them has it.
    Span<const Key> keys;
    const char* left_out = "";  // behind a list of adapters or keys: those that this build has not
};

// The most keys that all adapters take together: about three each for the adapters that
// set-top boxes ask for.
inline constexpr std::size_t kMaxAdapterKeys = 24;

// A value of the configuration, of the kind that its key says.
struct AdapterValue {
    // Of a text; of a command, all its words with the zeros between them. A zero stands behind it.
    std::string_view text;
    std::uint32_t number = 0;  // of a number or a flag; of a command, how many words
};

// The part of the configuration about one player: its adapter, and a value for each key of
// Adapters. Texts are views of what the values were read from.
class AdapterSettings {
  public:
    // From now on of the first of `adapters`, with no key given. `adapters` must outlive this.
    void begin(const Adapters& adapters);
    void choose(std::size_t adapter) { adapter_ = static_cast<std::uint8_t>(adapter); }
    // `key` is the place in Adapters::keys.
    void set(std::size_t key, AdapterValue value) { values_[key] = value; }

    [[nodiscard]] const AdapterValue& value(std::size_t key) const { return values_[key]; }

    [[nodiscard]] std::size_t adapter() const { return adapter_; }
    [[nodiscard]] const Adapters::Row& row() const { return adapters_->rows[adapter_]; }

    // For a driver, by the name of a key of its own.
    [[nodiscard]] std::uint32_t number(const char* key) const { return get(key).number; }
    [[nodiscard]] bool flag(const char* key) const { return get(key).number != 0; }
    [[nodiscard]] const char* text(const char* key) const { return get(key).text.data(); }
    [[nodiscard]] Command command(const char* key) const;

    // Where the player is, for a reader: the key of the first place that is given. Null: none is.
    [[nodiscard]] const char* place_key() const;
    [[nodiscard]] bool is_at_place_of(const AdapterSettings& other) const;

    friend bool operator==(const AdapterSettings& a, const AdapterSettings& b);

  private:
    [[nodiscard]] const AdapterValue& get(const char* key) const;

    const Adapters* adapters_ = nullptr;
    std::uint8_t adapter_ = 0;
    AdapterValue values_[kMaxAdapterKeys];
};

// --- The tables of Adapters, made by the compiler ---

template <std::size_t kCount>
[[nodiscard]] constexpr bool is_taken_from(std::size_t first, std::string_view key,
                                           const Adapter (&list)[kCount]) {
    for (std::size_t i = first; i < kCount; ++i) {
        if (list[i].takes(key)) return true;
    }
    return false;
}

// Calls `each(key)` for the keys of Adapters, in their order.
template <std::size_t kCount, class Each>
constexpr void for_each_key(const Adapter (&list)[kCount], Each each) {
    for (std::size_t i = 0; i < kCount; ++i) {
        for (const AdapterKey& key : list[i].keys) {
            if (!is_taken_from(i + 1, key.name, list)) each(key);
        }
    }
}

// Whether a key that several adapters take is the same with each of them, but for the need.
template <std::size_t kCount>
[[nodiscard]] constexpr bool keys_agree(const Adapter (&list)[kCount]) {
    bool agree = true;
    for_each_key(list, [&](const AdapterKey& key) {
        for (const Adapter& adapter : list) {
            if (!adapter.takes(key.name)) continue;
            const AdapterKey& other = adapter.keys[adapter.find(key.name)];
            agree = agree && other.kind == key.kind && other.least == key.least &&
                    other.most == key.most && other.otherwise == key.otherwise;
        }
    });
    return agree;
}

template <std::size_t kCount, std::size_t kKeys, std::size_t kNames>
class AdapterTables {
  public:
    constexpr explicit AdapterTables(const Adapter (&list)[kCount]) {
        std::size_t end = 0;
        for (std::size_t i = 0; i < kCount; ++i) {
            rows_[i] = {list[i].make, list[i].check, list[i].playback};
            for (const char c : list[i].name) names_[end++] = c;
            ++end;
        }
        std::size_t count = 0;
        for_each_key(list, [&](const AdapterKey& key) { keys_[count++] = merge(key, list); });
    }

    // Valid as long as the tables live.
    [[nodiscard]] constexpr Adapters view(const char* left_out = "") const {
        return {rows_, names_, keys_, left_out};
    }

  private:
    static constexpr Adapters::Key merge(const AdapterKey& key, const Adapter (&list)[kCount]) {
        Adapters::Key merged{{}, key.kind, 0, 0, key.least, key.most, key.otherwise};
        for (std::size_t i = 0; i < key.name.size(); ++i) merged.name[i] = key.name[i];
        for (std::size_t i = 0; i < kCount; ++i) {
            if (!list[i].takes(key.name)) continue;
            const auto bit = static_cast<std::uint16_t>(1U << i);
            merged.takers |= bit;
            const AdapterKey& taken = list[i].keys[list[i].find(key.name)];
            if (taken.need == AdapterKey::Need::required) merged.requirers |= bit;
        }
        return merged;
    }

    Adapters::Row rows_[kCount] = {};
    char names_[kNames] = {};
    Adapters::Key keys_[kKeys] = {};
};

// The tables of a constexpr list of descriptions.
template <const auto& list>
[[nodiscard]] constexpr auto tabulate() {
    static_assert(keys_agree(list), "a key is the same with every adapter that takes it");
    constexpr std::size_t kKeys = [] {
        std::size_t count = 0;
        for_each_key(list, [&count](const AdapterKey&) { ++count; });
        return count;
    }();
    constexpr std::size_t kNames = [] {
        std::size_t size = 0;
        for (const Adapter& adapter : list) size += adapter.name.size() + 1;
        return size;
    }();
    static_assert(kKeys <= kMaxAdapterKeys && std::size(list) <= 16);
    return AdapterTables<std::size(list), kKeys, kNames>(list);
}

}  // namespace cmagent::platform
