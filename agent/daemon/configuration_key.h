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
    std::int64_t least = 0;
    std::int64_t most = 0;
    bool required = false;
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

constexpr Key number(std::string_view name, std::int64_t least, std::int64_t most,
                     void (*set)(const Place&, std::int64_t)) {
    Key key{name, Key::Kind::number, least, most};
    key.set_number = set;
    return key;
}

constexpr Key flag(std::string_view name, void (*set)(const Place&, std::int64_t)) {
    Key key{name, Key::Kind::flag};
    key.set_number = set;
    return key;
}

template <std::size_t N>
constexpr Key word(std::string_view name, const std::string_view (&words)[N],
                   void (*set)(const Place&, std::int64_t)) {
    Key key{name, Key::Kind::word, 0, N};
    key.words = words;
    key.set_number = set;
    return key;
}

constexpr Key text(std::string_view name, std::size_t least, std::size_t most,
                   Why (*set)(const Place&, std::string_view)) {
    Key key{name, Key::Kind::text, static_cast<std::int64_t>(least),
            static_cast<std::int64_t>(most)};
    key.set_text = set;
    return key;
}

constexpr Key texts(std::string_view name, std::size_t least, std::size_t most,
                    Why (*set)(const Place&, std::string_view)) {
    Key key = text(name, least, most, set);
    key.kind = Key::Kind::texts;
    return key;
}

constexpr Key pairs(std::string_view name, std::size_t most,
                    Why (*set)(const Place&, std::string_view, std::string_view)) {
    Key key{name, Key::Kind::pairs, 0, static_cast<std::int64_t>(most)};
    key.set_pair = set;
    return key;
}

constexpr Key section(std::string_view name, const Section& section) {
    Key key{name, Key::Kind::section};
    key.section = &section;
    return key;
}

constexpr Key sections(std::string_view name, std::size_t most, const Section& section,
                       Why (*enter)(Place&, std::string_view)) {
    Key key{name, Key::Kind::sections, 0, static_cast<std::int64_t>(most)};
    key.section = &section;
    key.enter = enter;
    return key;
}

constexpr Key required(Key key) {
    key.required = true;
    return key;
}

// The whole file.
extern const Section kConfigurationKeys;

}  // namespace cmagent::daemon
