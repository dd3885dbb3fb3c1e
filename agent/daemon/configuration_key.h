#pragma once
// The language in which configuration_keys.cpp is written: what a key takes, and where its value goes.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/daemon/configuration.h"

namespace cmagent::daemon {

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

struct Section;

// A member of an object. Made by the functions below, one for each kind of value.
struct Key {
    enum class Kind : std::uint8_t {
        number,    // whole, `least` to `most`
        flag,      // true or false: 1 or 0
        word,      // one of `words`: its place among them
        text,      // `least` to `most` bytes
        texts,     // an array of `least` to `most` texts
        pairs,     // an object of at most `most` texts
        section,   // an object with the keys of `section`
        sections,  // an object of at most `most` such objects
    };

    std::string_view name;
    Kind kind;
    bool required = false;
    std::int32_t least = 0;
    std::int32_t most = 0;
    const std::string_view* words = nullptr;

    // number, flag, word
    void (*set_number)(const Place&, std::int64_t) = nullptr;
    // text, texts: each. Zero-terminated, without control characters, of the configuration's strings.
    Why (*set_text)(const Place&, std::string_view) = nullptr;
    // pairs: each
    Why (*set_pair)(const Place&, std::string_view name, std::string_view) = nullptr;
    // sections: before each, and may then change the place
    Why (*enter)(Place&, std::string_view name) = nullptr;
    const Section* section = nullptr;
};

// What several members of one object have against each other.
struct Disagreement {
    std::string_view key;
    Why why = nullptr;  // null: nothing
};

struct Section {
    const Key* keys;
    std::size_t count;
    Disagreement (*check)(const Place&) = nullptr;
};

constexpr Key key(std::string_view name, Key::Kind kind, std::size_t least, std::size_t most) {
    return {name, kind, false, static_cast<std::int32_t>(least), static_cast<std::int32_t>(most)};
}

constexpr Key number(std::string_view name, std::size_t least, std::size_t most,
                     void (*set)(const Place&, std::int64_t)) {
    Key made = key(name, Key::Kind::number, least, most);
    made.set_number = set;
    return made;
}

constexpr Key flag(std::string_view name, void (*set)(const Place&, std::int64_t)) {
    Key made = key(name, Key::Kind::flag, 0, 1);
    made.set_number = set;
    return made;
}

template <std::size_t N>
constexpr Key word(std::string_view name, const std::string_view (&words)[N],
                   void (*set)(const Place&, std::int64_t)) {
    Key made = key(name, Key::Kind::word, 0, N);
    made.words = words;
    made.set_number = set;
    return made;
}

constexpr Key text(std::string_view name, std::size_t least, std::size_t most,
                   Why (*set)(const Place&, std::string_view)) {
    Key made = key(name, Key::Kind::text, least, most);
    made.set_text = set;
    return made;
}

constexpr Key texts(std::string_view name, std::size_t least, std::size_t most,
                    Why (*set)(const Place&, std::string_view)) {
    Key made = key(name, Key::Kind::texts, least, most);
    made.set_text = set;
    return made;
}

constexpr Key pairs(std::string_view name, std::size_t most,
                    Why (*set)(const Place&, std::string_view, std::string_view)) {
    Key made = key(name, Key::Kind::pairs, 0, most);
    made.set_pair = set;
    return made;
}

constexpr Key section(std::string_view name, const Section& section) {
    Key made = key(name, Key::Kind::section, 0, 0);
    made.section = &section;
    return made;
}

constexpr Key sections(std::string_view name, std::size_t most, const Section& section,
                       Why (*enter)(Place&, std::string_view)) {
    Key made = key(name, Key::Kind::sections, 0, most);
    made.section = &section;
    made.enter = enter;
    return made;
}

constexpr Key required(Key made) {
    made.required = true;
    return made;
}

// The whole file.
extern const Section kConfigurationKeys;

}  // namespace cmagent::daemon
