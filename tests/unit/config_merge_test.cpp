// Several files that are one configuration (contract.md, "Configuration").
#include <cstdlib>
#include <cstring>
#include <map>
#include <vector>

#include "tests/unit/config_text.h"

namespace cmagent::config {
namespace {

// The box: its environment and its files.
std::map<std::string, std::string> g_variables;
std::map<std::string, std::string> g_files;
std::vector<std::string> g_set;

char* variable(const char* name) {
    const auto found = g_variables.find(name);
    return found == g_variables.end() ? nullptr : found->second.data();
}

const char* read(const char* name, Buffer into, std::string_view& text) {
    const auto found = g_files.find(name);
    if (found == g_files.end()) return "No such file or directory";
    const std::size_t size = std::min(into.size, found->second.size());
    std::memcpy(into.data, found->second.data(), size);
    text = {into.data, size};
    return nullptr;
}

void note(std::string_view key, const char* file, std::uint32_t line) {
    g_set.push_back(std::string(key) + ": " + file + ":" + std::to_string(line));
}

struct Merged : testing::Test {
    Merged() {
        g_variables.clear();
        g_files.clear();
        g_set.clear();
    }

    // The files a, b, c …: what is wrong with what they come to.
    std::string merge(const std::vector<std::string>& texts) {
        static const char* const kNames[] = {"a", "b", "c", "d"};
        std::string all;
        for (const std::string& text : texts) all += text;
        std::vector<Source> files;
        std::size_t at = 0;
        for (std::size_t i = 0; i < texts.size(); ++i) {
            files.push_back({kNames[i], std::string_view(all).substr(at, texts[i].size())});
            at += texts[i].size();
        }
        const auto fault =
            parse_configuration({files.data(), files.size()}, platform::PlayerDrivers::kAdapters,
                                *configuration, {variable, read, note});
        return fault ? text_of(fault) : "";
    }

    Pointer configuration = std::make_unique<Configuration>();
};

const std::string kVendor = "{" + kCm + R"(,
 "session": {"maxSessions": 2, "graceSeconds": 60},
 "device": {"metadata": {"model": "x1", "maker": "us"}},
 "players": {"tv": {"adapter": "mpv", "socket": "/run/tv.sock"}},
 "http": {"listen": ["127.0.0.1:1", "127.0.0.1:2"]}})";

TEST_F(Merged, ObjectsAreMergedKeyByKeyAndTheRestIsReplaced) {
    EXPECT_EQ(merge({kVendor, R"({"session": {"graceSeconds": 30},
        "device": {"metadata": {"maker": "them", "deviceId": "7"}},
        "players": {"tv": {"stopDeadlineMs": 500}, "bed": {"adapter": "ui"}},
        "http": {"listen": ["127.0.0.1:3"]}})"}),
              "");
    EXPECT_EQ(configuration->settings.max_sessions, 2U);
    EXPECT_EQ(configuration->settings.grace, 30 * kSecond);
    EXPECT_EQ(configuration->settings.device.get("model"), "x1");
    EXPECT_EQ(configuration->settings.device.get("maker"), "them");
    EXPECT_EQ(configuration->settings.device.get("deviceId"), "7");
    ASSERT_EQ(configuration->settings.player_count, 3U);
    EXPECT_EQ(configuration->settings.players[1].name.view(), "tv");
    EXPECT_EQ(configuration->settings.players[1].stop_deadline, 500);
    EXPECT_STREQ(configuration->adapters[1].text("socket"), "/run/tv.sock");
    ASSERT_EQ(configuration->http.listen.size(), 1U);
    EXPECT_EQ(configuration->http.listen[0], "127.0.0.1:3");
    ASSERT_EQ(configuration->files.size(), 2U);
    EXPECT_STREQ(configuration->files[1], "b");
    // Strings of the earlier files are kept, too: one behind the other.
    EXPECT_EQ(configuration->endpoint.host, "cm.example");
}

TEST_F(Merged, NullGivesTheDefaultBack) {
    EXPECT_EQ(merge({kVendor,
                     R"({"session": {"graceSeconds": null}, "device": {"metadata": {"model": null}},
        "players": {"tv": null}, "http": null})"}),
              "");
    EXPECT_EQ(configuration->settings.grace, core::Settings().grace);
    EXPECT_EQ(configuration->settings.max_sessions, 2U);
    EXPECT_FALSE(configuration->settings.device.has("model"));
    EXPECT_TRUE(configuration->settings.device.has("maker"));
    EXPECT_EQ(configuration->settings.player_count, 1U);
    EXPECT_EQ(configuration->http.listen.size(), 2U);
    EXPECT_EQ(configuration->http.listen[0], "127.0.0.1:8790");
    EXPECT_EQ(merge({"{" + kCm + R"(, "log": null, "session": {"maxSessions": null}})"}), "");
    // What was taken back may be said again, and nothing of before is left then.
    EXPECT_EQ(merge({kVendor, R"({"players": {"tv": null}})", R"({"players": {"tv": {}}})"}), "");
    EXPECT_STREQ(configuration->adapters[1].text("socket"), "");
    EXPECT_EQ(merge({kVendor, R"({"session": null})", R"({"session": {"maxSessions": 3}})"}), "");
    EXPECT_EQ(configuration->settings.grace, core::Settings().grace);
    EXPECT_EQ(configuration->settings.max_sessions, 3U);
}

TEST_F(Merged, ANameIsTheSameHoweverItIsWritten) {
    EXPECT_EQ(
        merge(
            {kVendor,
             R"({"players": {"\u0074v": {"socket": "/b"}}, "sessio\u006e": {"maxSessions": 5}})"}),
        "");
    EXPECT_EQ(configuration->settings.player_count, 2U);
    EXPECT_STREQ(configuration->adapters[1].text("socket"), "/b");
    EXPECT_EQ(configuration->settings.max_sessions, 5U);
    EXPECT_EQ(merge({"{" + kCm + R"(, "players": {"a\"b": {}}})",
                     R"({"players": {"\u0061\u0022b": {"exclusive": true}}})"}),
              "");
    EXPECT_EQ(configuration->settings.player_count, 2U);
    EXPECT_TRUE(configuration->settings.players[1].exclusive);
}

// A player's name may hold what an escape begins with.
TEST_F(Merged, APlayersNameIsNoTextOfJson) {
    EXPECT_EQ(
        merge(
            {"{" + kCm +
             R"(, "players": {"a\\": {"adapter": "ui", "backup": "b"}, "b": {"adapter": "mpv", "socket": "/s"}}})"}),
        "");
    EXPECT_EQ(configuration->settings.players[1].backup, 2);
}

TEST_F(Merged, EachFileIsHeldToTypesAndRangesByItself) {
    EXPECT_EQ(merge({"{" + kCm + ",\n\"session\": {\"maxSessions\": 99}}",
                     R"({"session": {"maxSessions": 1}})"}),
              "a:2: session.maxSessions: 99 is out of range, allowed is 1 to 16");
    EXPECT_EQ(merge({kVendor, "{\n\n\"sesion\": null}"}).substr(0, 23), "b:3: sesion: is no key,");
    EXPECT_EQ(merge({kVendor, "{\"log\": {\"level\": \"info\",\n\"level\": null}}"}),
              "b:2: log.level: stands here twice");
    EXPECT_EQ(merge({kVendor, "{\"log\":\n[]}"}).substr(0, 12), "b:1: log: mu");
    EXPECT_EQ(merge({kVendor, "{\n\n\"log\" {}}"}), "b:3: expected a colon (column 7)");
    EXPECT_EQ(merge({kVendor, "null"}), "b:1: must be one JSON object");
    EXPECT_EQ(merge({kVendor, ""}), "b:1: no value (column 1)");
    EXPECT_EQ(merge({kVendor, R"({"http": {"listen": [null]}})"}),
              "b:1: http.listen[0]: must be a text");
}

TEST_F(Merged, WhatOnlyTheWholeCanBeHeldToNamesTheFileOfTheKey) {
    EXPECT_EQ(merge({"{\"log\": {}}", "{\n\"cm\": {\"url\": \"https://h\"}}"}),
              "cm.applicationId: is missing in a, b");
    EXPECT_EQ(merge({kVendor, "{\n\"cm\": null}"}), "cm.url: is missing in a, b");
    EXPECT_EQ(merge({kVendor, "{}", R"({"players": {"tv": {"adapter": "exec", "stop": ["x"]}}})"}),
              "a:4: players.tv.socket: is for adapter mpv only");
    EXPECT_EQ(
        merge({kVendor, "{\n\"players\": {\"tv\":\n{\"adapter\": \"exec\", \"socket\": null}}}"}),
        "b:2: players.tv.stop: is missing: adapter exec needs it");
    EXPECT_EQ(merge({kVendor, "{\"http\": {\n\"listen\": [\"0.0.0.0:1\"]}}", "{}"}).substr(0, 20),
              "b:2: http.listen[0]:");
    EXPECT_EQ(merge({kVendor, "{\"http\": {\n\"listen\": [\"0.0.0.0:1\"]}}",
                     R"({"http": {"tokenFile": "/t"}})"}),
              "");
    EXPECT_EQ(merge({kVendor, "{\"cm\":\n{\"clientKeyFile\": \"/k\"}}", "{}"}).substr(0, 5),
              "b:1: ");
    EXPECT_EQ(
        merge({kVendor, "{\"player\": {\n\"backup\": \"tv\"}}", "{\"players\": {\"tv\": null}}"}),
        "b:2: player.backup: is no name of players");
}

TEST_F(Merged, LimitsCountWhatIsLeft) {
    std::string first = "{" + kCm + ", \"players\": {";
    std::string second = "{\"players\": {";
    for (int i = 0; i < 7; ++i) {
        first += (i > 0 ? ", " : "") + ("\"a" + std::to_string(i)) + "\": {}";
        second += (i > 0 ? ", " : "") + ("\"a" + std::to_string(i)) + "\": null, \"b" +
                  std::to_string(i) + "\": {}";
    }
    EXPECT_EQ(merge({first + "}}", second + "}}"}), "");
    EXPECT_EQ(configuration->settings.player_count, 8U);
    EXPECT_EQ(configuration->settings.players[7].name.view(), "b6");
    EXPECT_EQ(merge({first + "}}", "{\n\"players\": {\"b\": {}}}"}),
              "b:2: players: must be an object of at most 7 objects");
    std::string many = "{\"device\": {\"metadata\": {";
    for (int i = 0; i < 300; ++i) many += (i > 0 ? ", \"" : "\"") + std::to_string(i) + "\": null";
    EXPECT_EQ(merge({kVendor, many + "}}}"}), "");
    EXPECT_EQ(merge({kVendor, many + "}}}", many + "}}}"}).substr(0, 21), "c:1: too many values ");
}

TEST_F(Merged, EachKeyIsToldWithTheFileThatHasTheLastWord) {
    EXPECT_EQ(merge({kVendor, "{\"session\": {\n\"graceSeconds\": 30, \"maxSessions\": null}}"}),
              "");
    const std::vector<std::string> expected = {
        "cm.url: a:1",
        "cm.applicationId: a:1",
        "session.graceSeconds: b:2",
        "device.metadata.model: a:3",
        "device.metadata.maker: a:3",
        "players.tv.adapter: a:4",
        "players.tv.socket: a:4",
        "http.listen: a:5",
    };
    EXPECT_EQ(g_set, expected);
}

TEST_F(Merged, AFixedKeyThatHasChangedIsNamedWithItsFile) {
    EXPECT_EQ(merge({kVendor}), "");
    const Pointer started = std::move(configuration);
    configuration = std::make_unique<Configuration>();
    EXPECT_EQ(merge({kVendor,
                     "{\"session\": {\"maxSessions\": 1},\n\"http\": {\n\"listen\": []},\n"
                     "\"players\": {\"tv\": {\"socket\": \"/other\"}}}"}),
              "");
    const FixedKeys changed = keep_fixed(*started, *configuration);
    ASSERT_EQ(changed.size(), 2U);
    EXPECT_EQ(changed[1].path.view(), "players");
    EXPECT_STREQ(changed[1].origin.file, "b");
    EXPECT_EQ(changed[1].origin.line, 4U);
    EXPECT_EQ(changed[0].path.view(), "http.listen");
    EXPECT_STREQ(changed[0].origin.file, "b");
    EXPECT_EQ(changed[0].origin.line, 3U);
}

// Who asks what the files say has not what the daemon has.
TEST_F(Merged, WithoutTheBoxNamesStayAsTheyAreWritten) {
    const std::string text =
        "{" + kCm + R"(, "http": {"tokenFile": "$NONE/x"}, "device": {"deviceIdFile": "/none"}})";
    const Source file[] = {{"f", text}};
    EXPECT_EQ(text_of(parse_configuration(file, platform::PlayerDrivers::kAdapters, *configuration,
                                          {nullptr, nullptr, note})),
              "f: ");
    EXPECT_STREQ(configuration->http.token_file, "$NONE/x");
    EXPECT_EQ(g_set.back(), "device.deviceIdFile: f:1");
}

// --- what the box says ---

TEST_F(Merged, AFileNameMayBeginWithAVariable) {
    if (!has_adapter("thunder")) GTEST_SKIP() << "a build without the adapter thunder";
    g_variables = {
        {"CREDENTIALS_DIRECTORY", "/run/c"}, {"TOKENS", "/t"}, {"EMPTY", ""}, {"_x9", "/x"}};
    const std::string text = R"({"cm": {"url": "https://h", "applicationId": "a",
        "caFile": "$_x9/ca", "clientCertFile": "/cert", "clientKeyFile": "$CREDENTIALS_DIRECTORY/sub/key"},
        "http": {"tokenFile": "$TOKENS"}, "state": {"dir": "$_x9/"},
        "player": {"adapter": "thunder", "url": "ws://127.0.0.1:1/", "callsign": "c",
                   "secretFile": "$CREDENTIALS_DIRECTORY/s"},
        "players": {"p": {"adapter": "mpv", "socket": "$_x9/sock"}}})";
    EXPECT_EQ(merge({text}), "");
    EXPECT_STREQ(configuration->trust.ca_file, "/x/ca");
    EXPECT_STREQ(configuration->trust.client_cert_file, "/cert");
    EXPECT_STREQ(configuration->trust.client_key_file, "/run/c/sub/key");
    EXPECT_STREQ(configuration->http.token_file, "/t");
    EXPECT_STREQ(configuration->state_dir, "/x/");
    EXPECT_STREQ(configuration->adapters[0].text("secretFile"), "/run/c/s");
    EXPECT_STREQ(configuration->adapters[1].text("socket"), "/x/sock");

    const auto tokens = [this](const std::string& name) {
        return merge({"{" + kCm + ",\n\"http\": {\"tokenFile\": \"" + name + "\"}}"});
    };
    const std::string where = "a:2: http.tokenFile: ";
    const std::string unset = " is not set: Environment= or LoadCredential= of the unit sets it";
    EXPECT_EQ(tokens("$NONE/x"), where + "$NONE" + unset);
    EXPECT_EQ(tokens("$EMPTY"), where + "$EMPTY" + unset);
    const std::string form =
        where + "must begin with $NAME of at most 64 letters, digits and _, alone or up to a slash";
    for (const std::string name : {"$", "$/x", "${TOKENS}/x", "$TOKENS.d/x", "$$"})
        EXPECT_EQ(tokens(name), form);
    EXPECT_EQ(tokens("$" + std::string(65, 'N')), form);
    EXPECT_EQ(tokens("$" + std::string(240, 'N')), form);
    EXPECT_EQ(tokens("$" + std::string(64, 'N')), where + "$" + std::string(64, 'N') + unset);
    EXPECT_EQ(tokens("/a$TOKENS"), "");
    EXPECT_STREQ(configuration->http.token_file, "/a$TOKENS");
    g_variables["TOKENS"] = std::string(250, 'd');
    EXPECT_EQ(tokens("$TOKENS/12345"), where + "must be a path of at most 255 bytes");
    EXPECT_EQ(tokens("$TOKENS/1234"), "");
    EXPECT_EQ(std::string_view(configuration->http.token_file).size(), kMaxPath);
    // One that another file replaces is asked for by nobody.
    EXPECT_EQ(merge({"{" + kCm + ", \"http\": {\"tokenFile\": \"$NONE/x\"}}",
                     R"({"http": {"tokenFile": "/t"}})"}),
              "");
}

TEST_F(Merged, TheDeviceSaysWhoItIs) {
    const auto id_of = [this](const std::string& text) {
        g_files["/serial"] = text;
        const std::string fault =
            merge({"{" + kCm + ", \"device\": {\n\"deviceIdFile\": \"/serial\"}}"});
        return fault.empty() ? std::string(configuration->settings.device.get("deviceId")) : fault;
    };
    for (const std::string text : {"box 7", "box 7\n", "  box 7\t\r\nmore\n", "box 7 ",
                                   "\xEF\xBB\xBF"
                                   "box 7\r\n"})
        EXPECT_EQ(id_of(text), "box 7");
    EXPECT_EQ(id_of(std::string("box 7\0\0", 7)), "box 7");
    EXPECT_EQ(id_of("#7"), "#7");
    EXPECT_EQ(id_of(std::string(256, 'x') + "\n" + std::string(900, 'y')), std::string(256, 'x'));
    const std::string rule =
        "a:2: device.deviceIdFile: its first line is no value of metadata (1 to 256 bytes of "
        "UTF-8), or there are 15 pairs already";
    for (const std::string text : {"", "\n", " \t\nbox", "\xff", "a\x01z", "caf\xC3"})
        EXPECT_EQ(id_of(text), rule);
    EXPECT_EQ(id_of(std::string(257, 'x')), rule);
    EXPECT_EQ(id_of(std::string(9000, 'x')), rule);
    g_files.clear();
    EXPECT_EQ(merge({kVendor, "{\n\"device\": {\"deviceIdFile\": \"/none\"}}"}),
              "b:2: device.deviceIdFile: No such file or directory");
    g_files["/serial"] = "7";
    EXPECT_EQ(merge({kVendor, R"({"device": {"metadata": {"deviceId": "1"}}})",
                     "{\n\"device\": {\"deviceIdFile\": \"/serial\"}}"}),
              "c:2: device.deviceIdFile: and device.metadata.deviceId: only one of them may be");
    EXPECT_EQ(merge({kVendor, R"({"device": {"deviceIdFile": "/serial"}})",
                     R"({"device": {"deviceIdFile": null}})"}),
              "");
    EXPECT_FALSE(configuration->settings.device.has("deviceId"));
    std::string full =
        "{" + kCm + ", \"device\": {\n\"deviceIdFile\": \"/serial\", \"metadata\": {";
    for (int i = 0; i < 15; ++i)
        full += (i > 0 ? ", \"m" : "\"m") + std::to_string(i) + "\": \"v\"";
    EXPECT_EQ(merge({full + "}}}"}), rule);
}

}  // namespace
}  // namespace cmagent::config
