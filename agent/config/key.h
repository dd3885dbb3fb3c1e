#pragma once
// The language in which keys.cpp is written: the values that a key of the configuration takes, and
// the member of Configuration that the value goes to.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/config/configuration.h"

namespace cmagent::config {

// An object of the file. `file` is the outermost; `player` is also each of `players`; `adapter` is
// the part of a player that the adapters describe (platform/api/adapter.h), not keys.cpp.
enum class Section : std::uint8_t {
    file,
    cm,
    http,
    session,
    device,
    player,
    adapter,
    state,
    process,
    ui,
    log
};

// The enumerations whose words a key can take.
enum class Enumeration : std::uint8_t {
    on_conflict,
    on_unreachable,
    zap,
    on_restart,
    on_shutdown,
    cm_messages,
    log_level,
    log_target
};

// A member of an object. A row is without pointers, each of which would cost a note to the loader.
struct Key {
    // The form that the value has in the file, and the type of the member of Configuration that the
    // value goes to.
    enum class Kind : std::uint8_t {
        // A whole number from `least` to `most`.
        millis,   // to a Millis
        seconds,  // to a Millis
        count,    // to a std::size_t; of an adapter: to its value
        // A whole number from -`least` to `most`.
        niceness,  // to a std::int8_t
        // true or false.
        flag,  // to a bool; of an adapter: to its value
        // A word out of a list.
        word,     // of enumeration(), to an enumerator of it, which takes a byte
        adapter,  // the name of an adapter; the keys of all adapters come behind it
        // A text of `least` to `most` bytes.
        path,            // to a const char*, zero-terminated; of an adapter: to its value
        account,         // a user or a group: to a const char*, zero-terminated
        rights,          // of a file, as octal digits: to a std::size_t
        language,        // to a std::string_view
        url,             // to a cm::Endpoint
        application_id,  // to the first of settings.applications
        // A list of `least` to `most` texts.
        pins,              // to a Texts, as are the three that follow
        listen_addresses,  //
        origins,           //
        hosts,             //
        command,           // of an adapter only: to its value
        // An object of at most `most` texts with names.
        applications,  // to settings.applications, from the second on
        metadata,      // to settings.device
        // An object with the keys of `to`.
        section,
        player,  // the first player
        // An object of at most `most` players with names.
        players,
    };

    // Marks.
    static constexpr std::uint8_t kRequired = 1;  // the file must give it
    static constexpr std::uint8_t kFixed = 2;     // a change takes effect after a restart only

    constexpr Key(Section in, std::string_view called, Kind what, std::size_t where,
                  std::size_t at_least, std::size_t at_most, std::uint8_t marked = 0)
        : section(in),
          kind(what),
          marks(marked),
          to(static_cast<std::uint16_t>(where)),
          least(static_cast<std::uint16_t>(at_least)),
          most(static_cast<std::uint32_t>(at_most)) {
        for (std::size_t i = 0; i < called.size(); ++i) name[i] = called[i];
    }
    constexpr Key(Section in, std::string_view called, Kind what, std::size_t where)
        : Key(in, called, what, where, 0, 0) {}
    constexpr Key(Section in, std::string_view called, Enumeration out_of, std::size_t where,
                  std::uint8_t marked = 0)
        : Key(in, called, Kind::word, where, 0, static_cast<std::size_t>(out_of), marked) {}
    constexpr Key(Section in, std::string_view called, Section keys, std::uint8_t marked = 0)
        : Key(in, called, Kind::section, static_cast<std::size_t>(keys), 0, 0, marked) {}

    [[nodiscard]] constexpr bool required() const { return (marks & kRequired) != 0; }
    [[nodiscard]] constexpr bool fixed() const { return (marks & kFixed) != 0; }
    [[nodiscard]] constexpr Enumeration enumeration() const {
        return static_cast<Enumeration>(most);
    }
    // Of a number: the lowest that it takes.
    [[nodiscard]] constexpr std::int64_t lowest() const {
        return kind == Kind::niceness ? -std::int64_t{least} : std::int64_t{least};
    }
    // Of a section, a player or players: where the keys of the object stand.
    [[nodiscard]] constexpr Section keys() const {
        return kind == Kind::section ? static_cast<Section>(to) : Section::player;
    }

    char name[kMaxKeyName + 1] = {};  // zero-terminated
    Section section;
    Kind kind;
    std::uint8_t marks;
    // The offset of a member of Configuration; of a section, see keys(); of a key of the adapters,
    // its place in Adapters::keys.
    std::uint16_t to;
    std::uint16_t least;
    std::uint32_t most;  // of a word, see enumeration()
};

// Every key that is not an adapter's. Those of a section stand in the order in which they are read.
[[nodiscard]] Span<const Key> keys();

// The place of a fixed key, of keys(), in Configuration::fixed.
[[nodiscard]] std::size_t place_of_fixed(const Key& key);

// The words of an enumeration, in the order of its enumerators, for nth_word().
struct WordList {
    const char* words;
    std::size_t count;
};
[[nodiscard]] WordList words_of(Enumeration enumeration);

}  // namespace cmagent::config
