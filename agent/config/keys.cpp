// Every key of the configuration, with what it takes, where it goes, and its range. Defaults stand with the members of
// configuration.h and core/settings.h.

#include "agent/config/key.h"
#include "agent/config/values.h"

namespace cmagent::config {
namespace {

// contract.md: all time-outs take 100 ms to 120 s.
constexpr std::uint16_t kShortestMs = 100;
constexpr std::uint32_t kLongestMs = 120'000;
constexpr std::uint32_t kMaxGraceSeconds = 3600;  // contract.md
// A session that is paused holds its slot and is kept alive at CM: longer than a day is no pause.
constexpr std::uint32_t kMaxPauseSeconds = 86'400;
// What is left of cm::kMaxPairs for the device, besides what a request may give and agentReference.
constexpr std::uint32_t kMaxDevicePairs = cm::kMaxPairs - cm::kMaxRequestPairs - 1;

using C = Configuration;
using K = Key::Kind;
using S = Section;

template <class Enumeration>
constexpr std::size_t to(Enumeration value) {
    return static_cast<std::size_t>(value);
}

// Of the first player. Those of the others follow at the distance of their structure.
constexpr std::uint16_t kAdapter = offsetof(C, drivers[0].adapter);
constexpr std::uint16_t kSocket = offsetof(C, drivers[0].socket);
constexpr std::uint16_t kStopDeadline = offsetof(C, settings.players[0].stop_deadline);
constexpr std::uint16_t kLost = offsetof(C, settings.players[0].lost);

}  // namespace

constexpr Key kKeys[] = {
    {S::file, "cm", K::section, to(S::cm), 0, 0, true},
    {S::file, "http", K::section, to(S::http)},
    {S::file, "session", K::section, to(S::session)},
    {S::file, "device", K::section, to(S::device)},
    {S::file, "player", K::section, to(S::player)},
    {S::file, "players", K::sections, to(S::player), 0, core::kMaxPlayers - 1},
    {S::file, "state", K::section, to(S::state)},
    {S::file, "ui", K::section, to(S::ui)},
    {S::file, "log", K::section, to(S::log)},

    {S::cm, "url", K::text, to(Form::url), 1, 1024, true},
    {S::cm, "applicationId", K::text, to(Form::application_id), 1, cm::kMaxApplicationId, true},
    {S::cm, "applications", K::pairs, to(Form::application), 0, core::kMaxApplications - 1},
    {S::cm, "caFile", K::path, offsetof(C, trust.ca_file), 1, kMaxPath},
    {S::cm, "pins", K::texts, to(Form::pin), 0, kMaxPins},
    {S::cm, "clientCertFile", K::path, offsetof(C, trust.client_cert_file), 0, kMaxPath},
    {S::cm, "clientKeyFile", K::path, offsetof(C, trust.client_key_file), 0, kMaxPath},
    {S::cm, "connectTimeoutMs", K::number, offsetof(C, settings.connect_timeout), kShortestMs,
     kLongestMs},
    {S::cm, "requestTimeoutMs", K::number, offsetof(C, settings.request_timeout), kShortestMs,
     kLongestMs},

    {S::http, "listen", K::texts, to(Form::listen_address), 1, kMaxListen},
    {S::http, "allowedOrigins", K::texts, to(Form::origin), 0, kMaxOrigins},
    {S::http, "allowedHosts", K::texts, to(Form::host), 0, kMaxHosts},
    {S::http, "tokenFile", K::path, offsetof(C, http.token_file), 0, kMaxPath},

    {S::session, "maxSessions", K::count, offsetof(C, settings.max_sessions), 1,
     core::kMaxSessions},
    {S::session, "onConflict", K::word, offsetof(C, settings.on_conflict), kOnConflictWords, 2},
    {S::session, "onUnreachable", K::word, offsetof(C, settings.on_unreachable),
     kOnUnreachableWords, 2},
    {S::session, "graceSeconds", K::seconds, offsetof(C, settings.grace), 0, kMaxGraceSeconds},
    {S::session, "onRestart", K::word, offsetof(C, on_restart), kOnRestartWords, 2},
    {S::session, "onShutdown", K::word, offsetof(C, on_shutdown), kOnShutdownWords, 2},
    {S::session, "pauseSeconds", K::seconds, offsetof(C, settings.pause), 1, kMaxPauseSeconds},
    {S::session, "reference", K::flag, offsetof(C, settings.reference)},

    {S::device, "metadata", K::pairs, to(Form::metadata), 0, kMaxDevicePairs},

    {S::player, "adapter", K::word, kAdapter, kAdapterWords, 3},
    {S::player, "stop", K::texts, to(Form::stop_argument), 1, kMaxArguments},
    {S::player, "force", K::texts, to(Form::force_argument), 1, kMaxArguments},
    {S::player, "socket", K::path, kSocket, 1, kMaxSocketPath},
    {S::player, "stopDeadlineMs", K::number, kStopDeadline, kShortestMs, kLongestMs},
    {S::player, "lostSeconds", K::seconds, kLost, 1, kLongestMs / 1000},

    {S::state, "dir", K::path, offsetof(C, state_dir), 1, kMaxPath},
    {S::ui, "language", K::text, to(Form::language), 1, kMaxLanguage},
    {S::log, "level", K::word, offsetof(C, log_level), kLogLevelWords, kLogLevels},
};
static_assert(sizeof kKeys == sizeof(Key[kKeyCount]));

const char kWords[] =
    "ask\0terminate-oldest\0"
    "allow\0deny\0"
    "resume\0end\0"
    "end\0keep\0"
    "ui\0exec\0mpv\0"
    "error\0warning\0info\0debug";

namespace {

constexpr Why kNameRule = "must have a name of 1 to 64 bytes";

// Where the value of a key goes, which has the type that its kind says.
template <class T>
T& member(const Key& key, const Place& place) {
    const std::size_t size =
        key.to < offsetof(C, drivers) ? sizeof(core::PlayerSettings) : sizeof(PlayerDriver);
    return *reinterpret_cast<T*>(reinterpret_cast<char*>(&place.into) + key.to +
                                 place.player * size);
}

Why unless(bool taken, Why why) {
    return taken ? nullptr : why;
}

Why add(Texts& list, bool good, std::string_view text, Why why) {
    return unless(good && list.add(text), why);
}

Why set_application(core::Application& application, std::string_view id) {
    return unless(is_application_id(id) && application.id.assign(id),
                  "must be 1 to 128 bytes, without a colon");
}

Why add_application(core::Settings& settings, std::string_view name, std::string_view id) {
    core::Application& application = settings.applications[settings.application_count];
    if (name.empty() || !application.name.assign(name)) return kNameRule;
    ++settings.application_count;
    return set_application(application, id);
}

// There is room for each: the array is as long as the key says at most.
Why add_argument(Command& command, std::string_view argument) {
    if (argument.empty() && command.size() == 0) return "must name a program";
    (void)command.add(argument.data());
    return nullptr;
}

}  // namespace

void set_number(const Key& key, const Place& place, std::int64_t number) {
    switch (key.kind) {
        case K::number:
            member<Millis>(key, place) = number;
            break;
        case K::seconds:
            member<Millis>(key, place) = number * kSecond;
            break;
        case K::count:
            member<std::size_t>(key, place) = static_cast<std::size_t>(number);
            break;
        default:  // a byte
            member<std::uint8_t>(key, place) = static_cast<std::uint8_t>(number);
            if (key.to == kAdapter)
                place.player_settings().is_ui = place.driver().adapter == Adapter::ui;
            break;
    }
}

void set_path(const Key& key, const Place& place, const char* path) {
    member<const char*>(key, place) = path;
}

Why set_text(Form form, const Place& place, std::string_view name, std::string_view text) {
    C& into = place.into;
    switch (form) {
        case Form::url:
            return read_url(text, into.endpoint);
        case Form::application_id:
            return set_application(into.settings.applications[0], text);
        case Form::application:
            return add_application(into.settings, name, text);
        case Form::pin:
            return add(into.trust.pins, is_pin(text), text,
                       "must be sha256/ and the base64 of 32 bytes");
        case Form::listen_address:
            return add(into.http.listen, is_listen_address(text), text,
                       "must be 127.0.0.1:8790, [::1]:8790 or unix:/path in form");
        case Form::origin:
            return add(into.http.allowed_origins, is_origin(text), text,
                       "must be https://host or https://host:port in form, in lower case");
        case Form::host:
            return add(into.http.allowed_hosts, is_host(text), text,
                       "must be a host name or an address, a port behind it or not");
        case Form::metadata:
            return unless(into.settings.device.set(name, text),
                          "must have a name of 1 to 64 bytes and a value of at most 256");
        case Form::stop_argument:
            return add_argument(place.driver().stop, text);
        case Form::force_argument:
            return add_argument(place.driver().force, text);
        case Form::language:
            into.language = text;
            return unless(is_language(text),
                          "must be a language that is compiled in, such as en, or a variety of "
                          "one, such as en-GB");
    }
    return nullptr;
}

Why add_player(Place& place, std::string_view name) {
    core::Settings& settings = place.into.settings;
    place.player = settings.player_count;
    if (name.empty() || !place.player_settings().name.assign(name)) return kNameRule;
    ++settings.player_count;
    return nullptr;
}

namespace {

// The keys, and what they have against the others.
constexpr char kDisagreements[] =
    "clientKeyFile\0is missing: a certificate needs its key\0"
    "clientCertFile\0is missing: a key needs its certificate\0"
    "stop\0is missing: adapter exec needs it\0"
    "stop\0is for adapter exec only\0"
    "socket\0is missing: adapter mpv needs it\0"
    "socket\0is for adapter mpv only";
constexpr std::size_t kAgreement = count_words(kDisagreements) / 2;

// Its number in the list, or kAgreement.
std::size_t find_disagreement(Section section, const Place& place) {
    const Trust& trust = place.into.trust;
    const bool certificate = trust.client_cert_file[0] != '\0';
    const bool key = trust.client_key_file[0] != '\0';
    if (section == S::cm && certificate != key) return certificate ? 0 : 1;
    if (section != S::player) return kAgreement;
    // What an adapter needs, and nobody but it.
    const PlayerDriver& driver = place.driver();
    const bool exec = driver.adapter == Adapter::exec;
    const bool mpv = driver.adapter == Adapter::mpv;
    if (exec != (driver.stop.argv() != nullptr)) return exec ? 2 : 3;
    if (mpv != (driver.socket[0] != '\0')) return mpv ? 4 : 5;
    return kAgreement;
}

}  // namespace

Disagreement check_section(Section section, const Place& place) {
    const std::size_t number = find_disagreement(section, place);
    if (number == kAgreement) return {};
    return {nth_word(kDisagreements, number * 2), nth_word(kDisagreements, number * 2 + 1)};
}

}  // namespace cmagent::config
