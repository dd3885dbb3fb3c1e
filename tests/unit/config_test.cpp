// What is read from a configuration, and how it is read again.
#include <vector>

#include "agent/json/read.h"
#include "tests/unit/config_text.h"

namespace cmagent::config {
namespace {

std::string_view adapter_of(const Configuration& configuration, std::size_t player) {
    const std::size_t adapter = configuration.adapters[player].adapter();
    return nth_word(platform::PlayerDrivers::kAdapters.names, adapter);
}

std::vector<std::string> words_of(const platform::Command& command) {
    std::vector<std::string> words;
    const char* word = command.words;
    for (std::size_t i = 0; i < command.count; ++i, word += words.back().size() + 1) {
        words.emplace_back(word);
    }
    return words;
}

TEST(Configuration, TheExampleOfTheContractIsAccepted) {
    const Pointer c = accepted(example_of("agent/ui/contract.md"));
    EXPECT_EQ(c->endpoint.host, "streams-stage.adobeprimetime.com");
    EXPECT_EQ(c->endpoint.base_path, "/v2");
    EXPECT_EQ(c->settings.application_count, 2U);
    EXPECT_EQ(c->settings.applications[0].id.view(), "demo-app");
    EXPECT_EQ(c->settings.applications[1].name.view(), "news");
    EXPECT_EQ(c->settings.applications[1].id.view(), "news-id");
    EXPECT_EQ(c->trust.pins.size(), 1U);
    EXPECT_EQ(c->settings.device.get("deviceId"), "stb-0001");
    EXPECT_EQ(c->settings.device.get("deviceName"), "Living room");
    EXPECT_EQ(c->settings.player_count, 2U);
    EXPECT_EQ(c->settings.players[1].name.view(), "bedroom");
    EXPECT_FALSE(c->settings.players[1].is_ui);
    EXPECT_EQ(adapter_of(*c, 1), "mpv");
    EXPECT_STREQ(c->adapters[1].text("socket"), "/run/mpv.sock");
}

TEST(Configuration, OnlyAUrlAndAnApplicationIdAreRequired) {
    const Pointer c = accepted("{" + kCm + "}");
    const core::Settings& s = c->settings;
    EXPECT_EQ(s.application_count, 1U);
    EXPECT_STREQ(c->trust.ca_file, "/etc/ssl/certs/ca-certificates.crt");
    EXPECT_STREQ(c->trust.client_cert_file, "");
    EXPECT_STREQ(c->trust.client_key_file, "");
    EXPECT_TRUE(c->trust.pins.empty());
    EXPECT_EQ(s.connect_timeout, 5000);
    EXPECT_EQ(s.request_timeout, 10000);
    ASSERT_EQ(c->http.listen.size(), 2U);
    EXPECT_EQ(c->http.listen[0], "127.0.0.1:8790");
    EXPECT_EQ(c->http.listen[1], "[::1]:8790");
    EXPECT_TRUE(c->http.allowed_origins.empty());
    EXPECT_TRUE(c->http.allowed_hosts.empty());
    EXPECT_STREQ(c->http.token_file, "");
    EXPECT_STREQ(c->http.socket_group, "");
    EXPECT_EQ(c->http.socket_mode, 0660U);
    EXPECT_STREQ(c->user, "");
    EXPECT_EQ(s.max_sessions, 8U);
    EXPECT_EQ(s.on_conflict, core::OnConflict::ask);
    EXPECT_EQ(s.on_unreachable, core::OnUnreachable::allow);
    EXPECT_EQ(s.grace, 180 * kSecond);
    EXPECT_EQ(c->on_restart, OnRestart::resume);
    EXPECT_EQ(c->on_shutdown, OnShutdown::end);
    EXPECT_EQ(s.pause, 1800 * kSecond);
    EXPECT_TRUE(s.reference);
    EXPECT_EQ(s.heartbeat_percent, 85U);
    EXPECT_EQ(s.device.size(), 0U);
    EXPECT_EQ(s.player_count, 1U);
    EXPECT_TRUE(s.players[0].is_ui);
    EXPECT_EQ(s.players[0].stop_deadline, 2000);
    EXPECT_EQ(s.players[0].lost, 60 * kSecond);
    EXPECT_EQ(adapter_of(*c, 0), "ui");
    EXPECT_TRUE(c->adapters[0].command("stop").empty());
    EXPECT_TRUE(c->adapters[0].command("force").empty());
    EXPECT_STREQ(c->state_dir, "/var/lib/cmagent");
    EXPECT_EQ(c->language, "en");
    EXPECT_EQ(c->cm_messages, ui::CmMessages::after);
    EXPECT_EQ(c->log_level, platform::LogLevel::info);
    EXPECT_EQ(c->log_target, platform::LogTarget::standard_error);
}

TEST(Configuration, EveryKeyReachesItsPlace) {
    const Pointer c = accepted(R"({
      "log": {"level": "debug", "to": "syslog"}, "ui": {"language": "fr-CA", "cmMessages": "never"}, "state": {"dir": "/data/cm"},
      "process": {"user": "cm_agent"},
      "players": {"tv": {"stopDeadlineMs": 100, "lostSeconds": 1},
                  "pip": {"adapter": "exec", "stop": ["stop", ""], "force": ["kill"]}},
      "player": {"adapter": "mpv", "socket": "/s", "force": ["/bin/reset", "-9", "player"],
                 "stopDeadlineMs": 120000, "lostSeconds": 120},
      "device": {"metadata": {"deviceName": "Küche \"1\"", "empty": ""}},
      "session": {"maxSessions": 16, "onConflict": "terminate-oldest", "onUnreachable": "deny",
                  "graceSeconds": 0, "onRestart": "end", "onShutdown": "keep", "pauseSeconds": 1,
                  "reference": false, "heartbeatPercent": 50, "startsPerMinute": 600},
      "http": {"listen": ["unix:/run/a.sock", "0.0.0.0:0"], "tokenFile": "/etc/tokens",
               "socketGroup": "tv-apps", "socketMode": "0666",
               "allowedOrigins": ["https://tv.example", "http://[::1]:8080"],
               "allowedHosts": ["box.lan", "192.168.1.2", "[fe80::1]"]},
      "cm": {"requestTimeoutMs": 120000, "connectTimeoutMs": 100, "clientKeyFile": "/k",
             "clientCertFile": "/c", "pins": [")" +
                               kPin + R"("], "caFile": "/ca.pem", "applications": {},
             "applicationId": "a\u00e9\/b", "url": "http://localhost:8080"}})");
    EXPECT_EQ(c->log_level, platform::LogLevel::debug);
    EXPECT_EQ(c->log_target, platform::LogTarget::syslog);
    EXPECT_EQ(c->language, "fr-CA");
    EXPECT_EQ(c->cm_messages, ui::CmMessages::never);
    EXPECT_STREQ(c->state_dir, "/data/cm");
    EXPECT_EQ(c->settings.starts_per_minute, 600U);
    ASSERT_EQ(c->settings.player_count, 3U);
    const core::PlayerSettings* players = c->settings.players;
    EXPECT_EQ(players[1].name.view(), "tv");
    EXPECT_TRUE(players[1].is_ui);
    EXPECT_EQ(players[1].stop_deadline, 100);
    EXPECT_EQ(players[1].lost, kSecond);
    EXPECT_EQ(players[2].name.view(), "pip");
    EXPECT_FALSE(players[2].is_ui);
    EXPECT_EQ(adapter_of(*c, 2), "exec");
    EXPECT_EQ(words_of(c->adapters[2].command("stop")), (std::vector<std::string>{"stop", ""}));
    EXPECT_EQ(words_of(c->adapters[2].command("force")), (std::vector<std::string>{"kill"}));
    EXPECT_TRUE(players[0].name.empty());
    EXPECT_EQ(adapter_of(*c, 0), "mpv");
    EXPECT_STREQ(c->adapters[0].text("socket"), "/s");
    EXPECT_EQ(words_of(c->adapters[0].command("force")),
              (std::vector<std::string>{"/bin/reset", "-9", "player"}));
    EXPECT_EQ(players[0].stop_deadline, 120 * kSecond);
    EXPECT_EQ(players[0].lost, 120 * kSecond);
    EXPECT_EQ(c->settings.device.get("deviceName"), "Küche \"1\"");
    EXPECT_TRUE(c->settings.device.has("empty"));
    EXPECT_EQ(c->settings.max_sessions, 16U);
    EXPECT_EQ(c->settings.on_conflict, core::OnConflict::terminate_oldest);
    EXPECT_EQ(c->settings.on_unreachable, core::OnUnreachable::deny);
    EXPECT_EQ(c->settings.grace, 0);
    EXPECT_EQ(c->settings.heartbeat_percent, 50U);
    EXPECT_EQ(c->on_restart, OnRestart::end);
    EXPECT_EQ(c->on_shutdown, OnShutdown::keep);
    EXPECT_EQ(c->settings.pause, kSecond);
    EXPECT_FALSE(c->settings.reference);
    ASSERT_EQ(c->http.listen.size(), 2U);
    EXPECT_EQ(c->http.listen[0], "unix:/run/a.sock");
    EXPECT_EQ(c->http.listen[1], "0.0.0.0:0");
    EXPECT_STREQ(c->http.token_file, "/etc/tokens");
    EXPECT_STREQ(c->http.socket_group, "tv-apps");
    EXPECT_EQ(c->http.socket_mode, 0666U);
    EXPECT_STREQ(c->user, "cm_agent");
    ASSERT_EQ(c->http.allowed_origins.size(), 2U);
    EXPECT_EQ(c->http.allowed_origins[1], "http://[::1]:8080");
    ASSERT_EQ(c->http.allowed_hosts.size(), 3U);
    EXPECT_EQ(c->http.allowed_hosts[2], "[fe80::1]");
    EXPECT_EQ(c->settings.request_timeout, 120 * kSecond);
    EXPECT_EQ(c->settings.connect_timeout, 100);
    EXPECT_STREQ(c->trust.client_key_file, "/k");
    EXPECT_STREQ(c->trust.client_cert_file, "/c");
    ASSERT_EQ(c->trust.pins.size(), 1U);
    EXPECT_EQ(c->trust.pins[0], kPin);
    EXPECT_STREQ(c->trust.ca_file, "/ca.pem");
    EXPECT_EQ(c->settings.application_count, 1U);
    EXPECT_EQ(c->settings.applications[0].id.view(), "aé/b");
    EXPECT_EQ(c->endpoint.host, "localhost");
    EXPECT_FALSE(c->endpoint.tls);
}

TEST(Configuration, NothingOfAnEarlierTextRemains) {
    auto configuration = std::make_unique<Configuration>();
    ASSERT_FALSE(
        parse(with(R"("device": {"metadata": {"a": "b"}}, "http": {"listen": ["[::1]:1"]})"),
              *configuration));
    ASSERT_FALSE(parse("{" + kCm + "}", *configuration));
    EXPECT_EQ(configuration->settings.device.size(), 0U);
    EXPECT_EQ(configuration->http.listen.size(), 2U);
}

// The supervisor's sockets take the place of all entries: then none need be given.
TEST(Configuration, ListenMayBeEmpty) {
    EXPECT_TRUE(accepted(with(R"("http": {"listen": []})"))->http.listen.empty());
}

// The strings of the largest file have room, also with all that an escape can save.
TEST(Configuration, KeepsAsManyStringsAsAFileCanHold) {
    auto strings = std::make_unique<Strings>();
    const std::string longest(kMaxConfiguration - 2, 's');
    EXPECT_EQ(strings->keep(json::String(longest)), longest);
    EXPECT_EQ(strings->keep(json::String("")), "");
}

std::vector<std::string> fixed_between(const std::string& started, const std::string& next) {
    const Pointer before = accepted(started);
    const Pointer after = accepted(next);
    std::vector<std::string> names;
    for (const FixedKey& key : keep_fixed(*before, *after)) names.emplace_back(key.path.view());
    return names;
}

TEST(ConfigurationReload, NamesWhatNeedsARestart) {
    const std::string before = "{" + kCm + "}";
    const struct {
        const char* key;
        std::string text;
    } kRows[] = {
        {"cm.url", R"({"cm": {"url": "https://cm.example/v3", "applicationId": "demo-app"}})"},
        {"cm.applicationId", R"({"cm": {"url": "https://cm.example/v2", "applicationId": "b"}})"},
        {"cm.applications", with_cm(R"("applications": {"a": "b"})")},
        {"cm.caFile", with_cm(R"("caFile": "/ca")")},
        {"cm.pins", with_cm("\"pins\": [\"" + kPin + "\"]")},
        {"http.listen", with(R"("http": {"listen": ["127.0.0.1:8790"]})")},
        {"http.listen", with(R"("http": {"listen": []})")},
        {"http.socketGroup", with(R"("http": {"socketGroup": "tv"})")},
        {"http.socketMode", with(R"("http": {"socketMode": "0600"})")},
        {"process.user", with(R"("process": {"user": "tv"})")},
        {"process.nice", with(R"("process": {"nice": -11})")},
        {"process.realtime", with(R"("process": {"realtime": true})")},
        {"player", with(R"("player": {"adapter": "exec", "stop": ["a"]})")},
        {"player", with(R"("player": {"force": ["a"]})")},
        {"players", with(R"("players": {"a": {}})")},
        {"state.dir", with(R"("state": {"dir": "/d"})")},
        {"log.to", with(R"("log": {"to": "syslog"})")},
    };
    for (const auto& row : kRows) {
        EXPECT_EQ(fixed_between(before, row.text), std::vector<std::string>{row.key});
        EXPECT_EQ(fixed_between(row.text, before), std::vector<std::string>{row.key});
        EXPECT_TRUE(fixed_between(row.text, row.text).empty());
    }
    EXPECT_EQ(fixed_between(before, with_cm(R"("clientCertFile": "/c", "clientKeyFile": "/k")")),
              (std::vector<std::string>{"cm.clientCertFile", "cm.clientKeyFile"}));
}

TEST(ConfigurationReload, KeepsWhatNeedsARestartAndTakesTheRest) {
    const Pointer before =
        accepted(with(R"("players": {"a": {"adapter": "mpv", "socket": "/old"}})"));
    const Pointer after = accepted(R"({
      "cm": {"url": "https://new.example", "applicationId": "new", "applications": {"x": "y"},
             "caFile": "/new", "connectTimeoutMs": 200, "requestTimeoutMs": 300},
      "http": {"listen": ["[::1]:1"], "allowedHosts": ["new"], "tokenFile": "/new"},
      "session": {"graceSeconds": 1}, "device": {"metadata": {"new": "1"}}, "state": {"dir": "/new"},
      "player": {"stopDeadlineMs": 700, "lostSeconds": 7},
      "players": {"b": {}, "c": {}}, "ui": {"language": "fr", "cmMessages": "prefer"},
      "log": {"level": "debug"}})");
    EXPECT_EQ(keep_fixed(*before, *after).size(), 7U);

    EXPECT_EQ(after->endpoint.host, "cm.example");
    EXPECT_EQ(after->settings.application_count, 1U);
    EXPECT_EQ(after->settings.applications[0].id.view(), "demo-app");
    EXPECT_TRUE(after->settings.applications[1].name.empty());
    EXPECT_STREQ(after->trust.ca_file, "/etc/ssl/certs/ca-certificates.crt");
    EXPECT_EQ(after->http.listen.size(), 2U);
    EXPECT_STREQ(after->state_dir, "/var/lib/cmagent");
    ASSERT_EQ(after->settings.player_count, 2U);
    EXPECT_EQ(after->settings.players[1].name.view(), "a");
    EXPECT_STREQ(after->adapters[1].text("socket"), "/old");

    EXPECT_EQ(after->settings.connect_timeout, 200);
    EXPECT_EQ(after->settings.request_timeout, 300);
    EXPECT_EQ(after->http.allowed_hosts[0], "new");
    EXPECT_STREQ(after->http.token_file, "/new");
    EXPECT_EQ(after->settings.grace, kSecond);
    EXPECT_TRUE(after->settings.device.has("new"));
    EXPECT_EQ(after->settings.players[0].stop_deadline, 700);
    EXPECT_EQ(after->settings.players[0].lost, 7 * kSecond);
    EXPECT_EQ(after->language, "fr");
    EXPECT_EQ(after->cm_messages, ui::CmMessages::prefer);
    EXPECT_EQ(after->log_level, platform::LogLevel::debug);
}

}  // namespace
}  // namespace cmagent::config
