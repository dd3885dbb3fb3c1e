#include "agent/config/place.h"

namespace cmagent::config {
namespace {

using C = Configuration;
using K = Key::Kind;

constexpr BrokenRule kNameRule = "must have a name of 1 to 64 bytes";

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
    if (name.empty() || !application.name.assign(name)) return kNameRule;
    ++settings.application_count;
    return put_application_id(application, id);
}

BrokenRule put_path(const Key& key, const Place& place, std::string_view path) {
    constexpr std::string_view kVariable = "$CREDENTIALS_DIRECTORY/";
    if (slice(path, 0, kVariable.size()) == kVariable) {
        if (place.credentials.empty()) {
            return "needs $CREDENTIALS_DIRECTORY, which is not set: LoadCredential= of the unit "
                   "sets it";
        }
        path = place.into.strings.join(place.credentials, slice(path, kVariable.size()));
        if (path.empty()) return "must be a path of at most 255 bytes";
    }
    member<const char*>(key, place) = path.data();
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
        default:  // a flag or a word: a byte
            member<std::uint8_t>(key, place) = static_cast<std::uint8_t>(number);
            break;
    }
}

BrokenRule put_text(const Key& key, const Place& place, std::string_view name,
                    std::string_view text) {
    C& into = place.into;
    switch (key.kind) {
        case K::path:
            if (key.section == Section::adapter) {
                place.adapter_settings().set(key.to, {text, 0});
                return nullptr;
            }
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
        const Place place{into, {}, i};
        place.adapter_settings().begin(adapters);
        choose_adapter(place, 0);
    }
}

BrokenRule add_player(Place& place, std::string_view name) {
    core::Settings& settings = place.into.settings;
    place.player = settings.player_count;
    if (name.empty() || !place.player_settings().name.assign(name)) return kNameRule;
    ++settings.player_count;
    return nullptr;
}

}  // namespace cmagent::config
