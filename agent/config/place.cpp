#include "agent/config/place.h"

#include "agent/base/characters.h"

namespace cmagent::config {
namespace {

using C = Configuration;
using K = Key::Kind;

// Of an application or a player beside the first. By the first one's name nobody could tell which of
// the two is meant: a token, the status, a check.
template <std::size_t N>
BrokenRule put_name(Text<N>& into, std::string_view name) {
    if (name == core::kDefaultName) return "must have another name: default is the first one's";
    return !name.empty() && into.assign(name) ? nullptr : "must have a name of 1 to 64 bytes";
}

// The member that a key's value goes to. T is the type that the key's kind says.
template <class T>
T& member(const Key& key, const Place& place) {
    return *reinterpret_cast<T*>(reinterpret_cast<char*>(&place.into) + key.to +
                                 place.player * sizeof(core::PlayerSettings));
}

BrokenRule put_application_id(core::Application& application, std::string_view id) {
    const BrokenRule why = check_form(K::application_id, id);
    if (why == nullptr) (void)application.id.assign(id);
    return why;
}

BrokenRule add_application(core::Settings& settings, std::string_view name, std::string_view id) {
    core::Application& application = settings.applications[settings.application_count];
    if (const BrokenRule why = put_name(application.name, name)) return why;
    ++settings.application_count;
    return put_application_id(application, id);
}

// "$NAME", alone or up to a slash, stands for what the variable holds.
BrokenRule expand(const Place& place, std::string_view& path) {
    const Surroundings* const box = place.surroundings;
    if (box == nullptr || box->variable == nullptr || slice(path, 0, 1) != "$") return nullptr;
    Strings& strings = place.into.strings;
    const std::string_view variable = slice(path, 0, path.find('/'));
    const std::string_view name = strings.join(slice(variable, 1), "");
    const auto is_allowed = [](char c) { return is_alphanumeric(c) || c == '_'; };
    if (name.empty() || name.size() > kMaxVariable || !all_of(name, is_allowed)) {
        return "must begin with $NAME of at most 64 letters, digits and _, alone or up to a slash";
    }
    const char* const value = box->variable(name.data());
    if (value == nullptr || value[0] == '\0') {
        constexpr char kWhy[] = " is not set: Environment= or LoadCredential= of the unit sets it";
        return strings.join(variable, kWhy).data();
    }
    path = strings.join(value, slice(path, variable.size()));
    return path.empty() ? "must be a path of at most 255 bytes" : nullptr;
}

BrokenRule put_path(const Key& key, const Place& place, std::string_view path) {
    if (const BrokenRule why = expand(place, path)) return why;
    if (key.section == Section::adapter) {
        place.adapter_settings().set(key.to, {path, 0});
    } else {
        member<const char*>(key, place) = path.data();
    }
    return nullptr;
}

std::size_t octal(std::string_view digits) {
    std::size_t number = 0;
    for (const char c : digits) number = number * 8 + static_cast<std::size_t>(c - '0');
    return number;
}

// What is listened on twice would be told as another program's.
BrokenRule add(const Key& key, Texts& into, std::string_view text) {
    for (const std::string_view before : into) {
        if (key.kind == K::listen_addresses && before == text) return "stands here twice";
    }
    (void)into.add(text);  // There is room: a list is as long as its key says at most.
    return nullptr;
}

// A text of which nothing but its form is to be right.
BrokenRule put_plain(const Key& key, const Place& place, std::string_view text) {
    if (const BrokenRule why = check_form(key.kind, text)) return why;
    switch (key.kind) {
        case K::account:
            member<const char*>(key, place) = text.data();
            break;
        case K::rights:
            member<std::size_t>(key, place) = octal(text);
            break;
        case K::language:
            member<std::string_view>(key, place) = text;
            break;
        default:
            return add(key, member<Texts>(key, place), text);
    }
    return nullptr;
}

void choose_adapter(const Place& place, std::size_t adapter) {
    using Playback = platform::Adapter::Playback;
    place.adapter_settings().choose(adapter);
    core::PlayerSettings& player = place.player_settings();
    player.is_ui = place.adapter_settings().row().playback == Playback::in_ui;
    player.exclusive = !player.is_ui;
}

}  // namespace

void put_number(const Key& key, const Place& place, std::int64_t number) {
    if (key.section == Section::adapter) {
        place.adapter_settings().set(key.to, {"", static_cast<std::uint32_t>(number)});
        return;
    }
    switch (key.kind) {
        case K::millis:
            member<Millis>(key, place) = number;
            break;
        case K::seconds:
            member<Millis>(key, place) = number * kSecond;
            break;
        case K::count:
            member<std::size_t>(key, place) = static_cast<std::size_t>(number);
            break;
        case K::adapter:
            choose_adapter(place, static_cast<std::size_t>(number));
            break;
        default:  // a flag, a word or a niceness: a byte
            member<std::uint8_t>(key, place) = static_cast<std::uint8_t>(number);
            break;
    }
}

BrokenRule put_text(const Key& key, const Place& place, std::string_view name,
                    std::string_view text) {
    C& into = place.into;
    switch (key.kind) {
        case K::path:
            return put_path(key, place, text);
        case K::url:
            return read_url(text, into.endpoint);
        case K::application_id:
            return put_application_id(into.settings.applications[0], text);
        case K::applications:
            return add_application(into.settings, name, text);
        case K::metadata:
            return into.settings.device.set(name, text)
                       ? nullptr
                       : "must have a name of 1 to 64 bytes and a value of at most 256";
        case K::command:
            return nullptr;  // put as a whole
        default:
            return put_plain(key, place, text);
    }
}

void begin_list(const Key& key, const Place& place) {
    if (key.kind != K::command) member<Texts>(key, place).clear();
}

void begin_players(Configuration& into, const platform::Adapters& adapters) {
    for (std::size_t i = 0; i < core::kMaxPlayers; ++i) {
        const Place place{into, nullptr, i};
        place.adapter_settings().begin(adapters);
        choose_adapter(place, 0);
    }
}

BrokenRule add_player(Place& place, std::string_view name) {
    core::Settings& settings = place.into.settings;
    place.player = settings.player_count;
    const BrokenRule why = put_name(place.player_settings().name, name);
    if (why == nullptr) ++settings.player_count;
    return why;
}

}  // namespace cmagent::config
