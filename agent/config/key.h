#pragma once
// The language in which configuration_keys.cpp is written: what a key takes, and where its value goes.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/config/configuration.h"

namespace cmagent::config {

// An object of the file, the outermost being `file`. `player` is each of `players`, too.
enum class Section : std::uint8_t { file, cm, http, session, device, player, state, ui, log };

// Texts that set_text() takes: what has a form, or goes to more than one place.
enum class Form : std::uint8_t {
    url,
    application_id,
    application,
    pin,
    listen_address,
    origin,
    host,
    metadata,
    stop_argument,
    force_argument,
    language,
};

// A member of an object. Its rows are without pointers, each of which would cost a note to the loader.
struct Key {
    // What is said of them stands in the same order in configuration_reader.cpp.
    enum class Kind : std::uint8_t {
        number,   // whole, `least` to `most`. To a Millis
        seconds,  // the same, in thousands
        count,    // the same. To a std::size_t
        flag,     // true or false. To a bool
        word,  // one of `most` words of kWords, of which the first is number `least`. To an enumeration of a byte
        path,      // `least` to `most` bytes. To a const char*, zero-terminated
        text,      // `least` to `most` bytes of the form `to`
        texts,     // an array of `least` to `most` of them
        pairs,     // an object of at most `most` of them
        section,   // an object with the keys of `to`
        sections,  // an object of at most `most` such objects
    };

    constexpr Key(Section in, std::string_view called, Kind what, std::size_t where,
                  std::size_t at_least = 0, std::size_t at_most = 0, bool must_be = false)
        : section(in),
          required(must_be),
          kind(what),
          to(static_cast<std::uint16_t>(where)),
          least(static_cast<std::uint16_t>(at_least)),
          most(static_cast<std::uint32_t>(at_most)) {
        for (std::size_t i = 0; i < called.size(); ++i) name[i] = called[i];
    }

    char name[17] = {};  // zero-terminated
    Section section;
    bool required;
    Kind kind;
    std::uint16_t to;  // a member of Configuration, by offset; a Form; or a Section
    std::uint16_t least;
    std::uint32_t most;
};

// Every key, those of a section in the order in which they are read.
inline constexpr std::size_t kKeyCount = 40;
extern const Key kKeys[kKeyCount];

// The words of all keys, in the order of their enumerations, for nth_word(); and the numbers of the first of each.
extern const char kWords[];
inline constexpr std::uint16_t kOnConflictWords = 0;
inline constexpr std::uint16_t kOnUnreachableWords = 2;
inline constexpr std::uint16_t kOnRestartWords = 4;
inline constexpr std::uint16_t kOnShutdownWords = 6;
inline constexpr std::uint16_t kAdapterWords = 8;
inline constexpr std::uint16_t kLogLevelWords = 11;
inline constexpr std::uint32_t kLogLevels = 4;

// Where values go: into the configuration, and there to this player.
struct Place {
    Configuration& into;
    std::size_t player = 0;

    [[nodiscard]] core::PlayerSettings& player_settings() const {
        return into.settings.players[player];
    }
    [[nodiscard]] PlayerDriver& driver() const { return into.drivers[player]; }
};

// Why a value is refused: "must be …". Null: it is not.
using Why = const char*;

// Of number, seconds, count, flag, word and path: what the key describes, in this place.
void set_number(const Key& key, const Place& place, std::int64_t number);
void set_path(const Key& key, const Place& place, const char* path);
// Of text, texts and pairs: each. Zero-terminated, without control characters, of the configuration's strings; the name
// is that of a pair.
[[nodiscard]] Why set_text(Form form, const Place& place, std::string_view name,
                           std::string_view text);
// Makes place for one of `players`.
[[nodiscard]] Why add_player(Place& place, std::string_view name);

// What the members of one object have against each other.
struct Disagreement {
    std::string_view key;
    std::string_view why;  // empty: nothing
};
[[nodiscard]] Disagreement check_section(Section section, const Place& place);

}  // namespace cmagent::config
