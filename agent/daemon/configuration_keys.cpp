// Every key of the configuration, with what it takes, where it goes, and its range. Defaults stand with the members of
// configuration.h and core/settings.h.

#include "agent/daemon/configuration_key.h"
#include "agent/daemon/configuration_values.h"

namespace cmagent::daemon {
namespace {

// contract.md: all time-outs take 100 ms to 120 s.
constexpr std::size_t kShortestMs = 100;
constexpr std::size_t kLongestMs = 120'000;
constexpr std::size_t kMaxGraceSeconds = 3600;  // contract.md
// A session that is paused holds its slot and is kept alive at CM: longer than a day is no pause.
constexpr std::size_t kMaxPauseSeconds = 86'400;
// What is left of cm::kMaxPairs for the device, besides what a request may give and agentReference.
constexpr std::size_t kMaxDevicePairs = cm::kMaxPairs - cm::kMaxRequestPairs - 1;

// The words in the order of their enumerations.
constexpr std::string_view kOnConflict[] = {"ask", "terminate-oldest"};
constexpr std::string_view kOnUnreachable[] = {"allow", "deny"};
constexpr std::string_view kOnRestart[] = {"resume", "end"};
constexpr std::string_view kOnShutdown[] = {"end", "keep"};
constexpr std::string_view kAdapters[] = {"ui", "exec", "mpv"};

// --- cm ---

Why add_application(const Place& place, std::string_view name, std::string_view id) {
    core::Settings& settings = place.into.settings;
    core::Application& application = settings.applications[settings.application_count];
    if (name.empty() || !application.name.assign(name)) return "must have a name of 1 to 64 bytes";
    if (!is_application_id(id) || !application.id.assign(id)) return kApplicationIdRule;
    ++settings.application_count;
    return nullptr;
}

Disagreement check_cm(const Place& place) {
    const Trust& trust = place.into.trust;
    const bool certificate = trust.client_cert_file[0] != '\0';
    const bool key = trust.client_key_file[0] != '\0';
    if (certificate && !key) return {"clientKeyFile", "is missing: a certificate needs its key"};
    if (key && !certificate) return {"clientCertFile", "is missing: a key needs its certificate"};
    return {};
}

constexpr Key kCmKeys[] = {
    required(text("url", 1, 1024,
                  [](const Place& p, std::string_view v) { return read_url(v, p.into.endpoint); })),
    required(text("applicationId", 1, cm::kMaxApplicationId,
                  [](const Place& p, std::string_view v) -> Why {
                      const bool taken =
                          is_application_id(v) && p.into.settings.applications[0].id.assign(v);
                      return taken ? nullptr : kApplicationIdRule;
                  })),
    pairs("applications", core::kMaxApplications - 1, add_application),
    text("caFile", 1, kMaxPath,
         [](const Place& p, std::string_view v) -> Why {
             p.into.trust.ca_file = v.data();
             return nullptr;
         }),
    texts("pins", 0, kMaxPins,
          [](const Place& p, std::string_view v) -> Why {
              const bool taken = is_pin(v) && p.into.trust.pins.add(v);
              return taken ? nullptr : "must be sha256/ and the base64 of 32 bytes";
          }),
    text("clientCertFile", 0, kMaxPath,
         [](const Place& p, std::string_view v) -> Why {
             p.into.trust.client_cert_file = v.data();
             return nullptr;
         }),
    text("clientKeyFile", 0, kMaxPath,
         [](const Place& p, std::string_view v) -> Why {
             p.into.trust.client_key_file = v.data();
             return nullptr;
         }),
    number("connectTimeoutMs", kShortestMs, kLongestMs,
           [](const Place& p, std::int64_t v) { p.into.settings.connect_timeout = v; }),
    number("requestTimeoutMs", kShortestMs, kLongestMs,
           [](const Place& p, std::int64_t v) { p.into.settings.request_timeout = v; }),
};

// --- http ---

constexpr Key kHttpKeys[] = {
    texts("listen", 1, kMaxListen,
          [](const Place& p, std::string_view v) -> Why {
              const bool taken = is_listen_address(v) && p.into.http.listen.add(v);
              return taken ? nullptr : "must be 127.0.0.1:8790, [::1]:8790 or unix:/path in form";
          }),
    texts("allowedOrigins", 0, kMaxOrigins,
          [](const Place& p, std::string_view v) -> Why {
              const bool taken = is_origin(v) && p.into.http.allowed_origins.add(v);
              return taken ? nullptr
                           : "must be https://host or https://host:port in form, in lower case";
          }),
    texts("allowedHosts", 0, kMaxHosts,
          [](const Place& p, std::string_view v) -> Why {
              const bool taken = is_host(v) && p.into.http.allowed_hosts.add(v);
              return taken ? nullptr : "must be a host name or an address, a port behind it or not";
          }),
    text("tokenFile", 0, kMaxPath,
         [](const Place& p, std::string_view v) -> Why {
             p.into.http.token_file = v.data();
             return nullptr;
         }),
};

// --- session ---

constexpr Key kSessionKeys[] = {
    number("maxSessions", 1, core::kMaxSessions,
           [](const Place& p, std::int64_t v) {
               p.into.settings.max_sessions = static_cast<std::size_t>(v);
           }),
    word("onConflict", kOnConflict,
         [](const Place& p, std::int64_t v) {
             p.into.settings.on_conflict = static_cast<core::OnConflict>(v);
         }),
    word("onUnreachable", kOnUnreachable,
         [](const Place& p, std::int64_t v) {
             p.into.settings.on_unreachable = static_cast<core::OnUnreachable>(v);
         }),
    number("graceSeconds", 0, kMaxGraceSeconds,
           [](const Place& p, std::int64_t v) { p.into.settings.grace = v * core::kSecond; }),
    word("onRestart", kOnRestart,
         [](const Place& p, std::int64_t v) { p.into.on_restart = static_cast<OnRestart>(v); }),
    word("onShutdown", kOnShutdown,
         [](const Place& p, std::int64_t v) { p.into.on_shutdown = static_cast<OnShutdown>(v); }),
    number("pauseSeconds", 1, kMaxPauseSeconds,
           [](const Place& p, std::int64_t v) { p.into.settings.pause = v * core::kSecond; }),
    flag("reference", [](const Place& p, std::int64_t v) { p.into.settings.reference = v != 0; }),
};

// --- device, state, ui, log ---

constexpr Key kDeviceKeys[] = {
    pairs("metadata", kMaxDevicePairs,
          [](const Place& p, std::string_view name, std::string_view v) -> Why {
              const bool taken = p.into.settings.device.set(name, v);
              return taken ? nullptr
                           : "must have a name of 1 to 64 bytes and a value of at most 256";
          }),
};

constexpr Key kStateKeys[] = {
    text("dir", 1, kMaxPath,
         [](const Place& p, std::string_view v) -> Why {
             p.into.state_dir = v.data();
             return nullptr;
         }),
};

constexpr Key kUiKeys[] = {
    text("language", 1, kMaxLanguage,
         [](const Place& p, std::string_view v) -> Why {
             p.into.language = v;
             return is_language(v) ? nullptr
                                   : "must be a language that is compiled in, such as en, or a "
                                     "variety of one, such as en-GB";
         }),
};

constexpr Key kLogKeys[] = {
    word("level", kLogLevels,
         [](const Place& p, std::int64_t v) {
             p.into.log_level = static_cast<platform::LogLevel>(v);
         }),
};

// --- player, players ---

Why add_argument(Command& command, std::string_view argument) {
    if (argument.empty() && command.size() == 0) return "must name a program";
    const bool taken = command.add(argument.data());
    return taken ? nullptr : "must be one argument fewer";
}

Why enter_player(Place& place, std::string_view name) {
    core::Settings& settings = place.into.settings;
    place.player = settings.player_count;
    if (name.empty() || !place.player_settings().name.assign(name)) {
        return "must have a name of 1 to 64 bytes";
    }
    ++settings.player_count;
    return nullptr;
}

// What an adapter needs, and nobody but it.
Disagreement check_player(const Place& place) {
    const PlayerDriver& driver = place.driver();
    const bool stop = driver.stop.argv() != nullptr;
    const bool socket = driver.socket[0] != '\0';
    const bool exec = driver.adapter == Adapter::exec;
    const bool mpv = driver.adapter == Adapter::mpv;
    if (exec && !stop) return {"stop", "is missing: adapter exec needs it"};
    if (!exec && stop) return {"stop", "is for adapter exec only"};
    if (mpv && !socket) return {"socket", "is missing: adapter mpv needs it"};
    if (!mpv && socket) return {"socket", "is for adapter mpv only"};
    return {};
}

constexpr Key kPlayerKeys[] = {
    word("adapter", kAdapters,
         [](const Place& p, std::int64_t v) {
             p.driver().adapter = static_cast<Adapter>(v);
             p.player_settings().is_ui = p.driver().adapter == Adapter::ui;
         }),
    texts("stop", 1, kMaxArguments,
          [](const Place& p, std::string_view v) { return add_argument(p.driver().stop, v); }),
    texts("force", 1, kMaxArguments,
          [](const Place& p, std::string_view v) { return add_argument(p.driver().force, v); }),
    text("socket", 1, kMaxSocketPath,
         [](const Place& p, std::string_view v) -> Why {
             p.driver().socket = v.data();
             return nullptr;
         }),
    number("stopDeadlineMs", kShortestMs, kLongestMs,
           [](const Place& p, std::int64_t v) { p.player_settings().stop_deadline = v; }),
    number("lostSeconds", 1, kLongestMs / 1000,
           [](const Place& p, std::int64_t v) { p.player_settings().lost = v * core::kSecond; }),
};

template <std::size_t N>
constexpr Section section_of(const Key (&keys)[N], Disagreement (*check)(const Place&) = nullptr) {
    return {keys, N, check};
}

constexpr Section kCm = section_of(kCmKeys, check_cm);
constexpr Section kHttp = section_of(kHttpKeys);
constexpr Section kSession = section_of(kSessionKeys);
constexpr Section kDevice = section_of(kDeviceKeys);
constexpr Section kPlayer = section_of(kPlayerKeys, check_player);
constexpr Section kState = section_of(kStateKeys);
constexpr Section kUi = section_of(kUiKeys);
constexpr Section kLog = section_of(kLogKeys);

constexpr Key kKeys[] = {
    required(section("cm", kCm)), section("http", kHttp),
    section("session", kSession), section("device", kDevice),
    section("player", kPlayer),   sections("players", core::kMaxPlayers - 1, kPlayer, enter_player),
    section("state", kState),     section("ui", kUi),
    section("log", kLog),
};

}  // namespace

const Section kConfigurationKeys = section_of(kKeys);

}  // namespace cmagent::daemon
