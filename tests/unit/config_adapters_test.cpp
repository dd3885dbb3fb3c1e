// How the description of an adapter (platform/api/adapter.h) becomes keys of the configuration:
// with adapters that are made up here.
#include <memory>
#include <string>
#include <vector>

#include "tests/unit/config_text.h"

namespace cmagent::config {
namespace {

using platform::Adapter;
using platform::AdapterKey;
using platform::AdapterSettings;
using Kind = AdapterKey::Kind;
using Need = AdapterKey::Need;

constexpr AdapterKey kAddress{"address", Kind::place, 3, 9, Need::required};
constexpr AdapterKey kSecret{"secretFile", Kind::text, 0, 255, Need::optional};
constexpr AdapterKey kPort{"port", Kind::number, 1, 65535, Need::optional, 8080};
constexpr AdapterKey kQuiet{"quiet", Kind::flag, 0, 1, Need::optional, 1};
constexpr AdapterKey kVerify{"verify", Kind::command, 1, 3, Need::optional};

// None of these is ever made.
constexpr Adapter::Make kNever = nullptr;
constexpr AdapterKey kStandIn{"standIn", Kind::player, 1, 64, Need::optional};
constexpr AdapterKey kScreenKeys[] = {kStandIn, kVerify};
constexpr AdapterKey kRadioKeys[] = {kAddress, kPort, kQuiet};
constexpr AdapterKey kTunerKeys[] = {kAddress, kSecret, kVerify};
platform::AdapterFault check_tuner(const AdapterSettings& settings) {
    if (settings.text("address")[0] == '/') return {"address", "must not begin with /"};
    if (settings.text("secretFile")[0] != '\0' && settings.command("verify").empty())
        return {"verify", "is missing: a secret needs it"};
    return {};
}
constexpr Adapter kMadeUp[] = {
    {"screen", Adapter::Playback::in_ui, kScreenKeys, kNever},
    {"radio", Adapter::Playback::in_player, kRadioKeys, kNever},
    {"tuner", Adapter::Playback::in_player, kTunerKeys, kNever, check_tuner},
};
constexpr auto kTables = platform::tabulate<kMadeUp>();
constexpr platform::Adapters kAdapters = kTables.view();
constexpr std::size_t kScreen = 0;

Pointer read(const std::string& player) {
    auto configuration = std::make_unique<Configuration>();
    const std::string text = with("\"player\": " + player);
    EXPECT_EQ(text_of(parse_configuration(text, kAdapters, *configuration)), "f: ") << text;
    return configuration;
}

std::string fault(const std::string& player) {
    Configuration configuration;
    return text_of(parse_configuration(with("\"player\": " + player), kAdapters, configuration));
}

TEST(ConfigurationAdapters, TheFirstIsTheDefault) {
    const Pointer c = read("{}");
    EXPECT_EQ(c->adapters[0].adapter(), kScreen);
    EXPECT_TRUE(c->settings.players[0].is_ui);
}

TEST(ConfigurationAdapters, EveryKindOfKeyIsRead) {
    const Pointer radio =
        read(R"({"quiet": false, "port": 65535, "address": "a\u002eb", "adapter": "radio"})");
    const AdapterSettings& settings = radio->adapters[0];
    EXPECT_FALSE(radio->settings.players[0].is_ui);
    EXPECT_STREQ(settings.text("address"), "a.b");
    EXPECT_EQ(settings.number("port"), 65535U);
    EXPECT_FALSE(settings.flag("quiet"));

    const Pointer tuner =
        read(R"({"adapter": "tuner", "address": "abc", "verify": ["is\u002dit", "", "off"]})");
    const platform::Command verify = tuner->adapters[0].command("verify");
    EXPECT_EQ(std::string(verify.words, 11), std::string("is-it\0\0off\0", 11));
    EXPECT_EQ(verify.count, 3U);
}

TEST(ConfigurationAdapters, KeyThatIsNotGivenHasTheValueOfItsRow) {
    const Pointer radio = read(R"({"adapter": "radio", "address": "abc"})");
    EXPECT_EQ(radio->adapters[0].number("port"), 8080U);
    EXPECT_TRUE(radio->adapters[0].flag("quiet"));
    const Pointer tuner = read(R"({"adapter": "tuner", "address": "abc"})");
    EXPECT_STREQ(tuner->adapters[0].text("secretFile"), "");
    EXPECT_TRUE(tuner->adapters[0].command("verify").empty());
}

TEST(ConfigurationAdapters, FaultsNameWhatIsAllowed) {
    const struct {
        const char* player;
        const char* fault;
    } kRows[] = {
        {R"({"adapter": "ui"})", "adapter: must be one of: screen, radio, tuner"},
        {R"({"socket": ""})",
         "socket: is no key, allowed are: adapter, standIn, port, quiet, address, secretFile, "
         "verify, "
         "exclusive, requireClientKey, stopDeadlineMs, lostSeconds"},
        {R"({"adapter": "radio", "port": 0})", "port: 0 is out of range, allowed is 1 to 65535"},
        {R"({"adapter": "radio", "port": "1"})", "port: must be a whole number from 1 to 65535"},
        {R"({"adapter": "radio", "quiet": 0})", "quiet: must be true or false"},
        {R"({"adapter": "radio", "address": "ab"})", "address: must be a text of 3 to 9 bytes"},
        {R"({"adapter": "tuner", "verify": []})", "verify: must be a list of 1 to 3 texts"},
        {R"({"adapter": "tuner", "verify": [""]})", "verify[0]: must name a program"},
        {R"({"adapter": "tuner", "verify": ["a", 1]})", "verify[1]: must be a text"},
        {R"({"adapter": "tuner"})", "address: is missing: adapter tuner needs it"},
        {R"({"adapter": "tuner", "address": "abc", "port": 1})", "port: is for adapter radio only"},
        {R"({"address": "abc"})", "address: is for adapter radio or tuner only"},
        {R"({"adapter": "radio", "address": "abc", "verify": ["a", ""]})",
         "verify: is for adapter screen or tuner only"},
        {R"({"adapter": "tuner", "address": "/ab"})", "address: must not begin with /"},
        {R"({"adapter": "tuner", "address": "abc", "secretFile": "s"})",
         "verify: is missing: a secret needs it"},
    };
    for (const auto& row : kRows) {
        EXPECT_EQ(fault(row.player), "f:1: player." + std::string(row.fault));
    }
}

TEST(ConfigurationAdapters, TwoPlayersOfOneAdapterAndPlaceAreTheSame) {
    const std::string radio = R"({"adapter": "radio", "address": "abc"})";
    const struct {
        std::string other;
        bool same;
    } kRows[] = {
        {radio, true},
        {R"({"adapter": "radio", "address": "abc", "port": 1})", true},
        {R"({"adapter": "radio", "address": "abd"})", false},
        {R"({"adapter": "tuner", "address": "abc"})", false},
        {"{}", false},
    };
    const Pointer one = read(radio);
    EXPECT_STREQ(one->adapters[0].place_key(), "address");
    for (const auto& row : kRows) {
        EXPECT_EQ(read(row.other)->adapters[0].is_at_place_of(one->adapters[0]), row.same)
            << row.other;
    }
    EXPECT_FALSE(read("{}")->adapters[0].is_at_place_of(read("{}")->adapters[0]))
        << "they are nowhere";
}

// "player" and "players" of a file.
Pointer players(const std::string& members) {
    auto configuration = std::make_unique<Configuration>();
    EXPECT_EQ(text_of(parse_configuration(with(members), kAdapters, *configuration)), "f: ")
        << members;
    return configuration;
}

constexpr char kTuners[] = R"("a": {"adapter": "tuner", "address": "abc"},
    "b": {"adapter": "radio", "address": "abd"})";

TEST(ConfigurationAdapters, NameOfAnotherPlayerStandsForItsPlace) {
    const std::string first = R"("player": {"standIn": "b"}, )";
    const Pointer c =
        players(first + R"("players": {"tv": {"standIn": "\u0061"}, )" + kTuners + "}");
    EXPECT_EQ(c->settings.players[0].backup, 3);
    EXPECT_EQ(c->settings.players[1].backup, 2);
    EXPECT_EQ(c->settings.players[2].backup, core::PlayerSettings::kNoBackup);
    EXPECT_EQ(c->settings.last_word(0), 3);
    EXPECT_EQ(c->settings.last_word(1), 2);
    EXPECT_EQ(c->settings.last_word(3), 3);
}

TEST(ConfigurationAdapters, NamesOfNoPlayerThatPlaysByItselfAreRefused) {
    const struct {
        const char* members;
        const char* fault;
    } kRows[] = {
        {R"("player": {"standIn": "c"}, "players": {)", "player.standIn: is no name of players"},
        {R"("player": {"standIn": "c"}, "players": {"x": {}, )",
         "player.standIn: is no name of players"},
        {R"("players": {"tv": {"standIn": "tv"}, )",
         "players.tv.standIn: is a UI: only what plays by itself can take its place"},
        {R"("players": {"tv": {"standIn": "pc"}, "pc": {}, )",
         "players.tv.standIn: is a UI: only what plays by itself can take its place"},
        {R"("players": {"tv": {"adapter": "radio", "address": "xyz", "standIn": "a"}, )",
         "players.tv.standIn: is for adapter screen only"},
        {R"("player": {"standIn": ""}, "players": {)",
         "player.standIn: must be a text of 1 to 64 bytes"},
        {R"("player": {"standIn": 1}, "players": {)",
         "player.standIn: must be a text of 1 to 64 bytes"},
    };
    for (const auto& row : kRows) {
        Configuration configuration;
        const std::string text = with(row.members + std::string(kTuners) + "}");
        const std::string found = text_of(parse_configuration(text, kAdapters, configuration));
        EXPECT_EQ(found.substr(found.find(' ') + 1), row.fault);
    }
}

TEST(ConfigurationAdapters, PlaceThatANameHasMovedToNeedsARestart) {
    const std::string first = R"("player": {"standIn": "b"}, "players": {)";
    const Pointer before = players(first + kTuners + "}");
    const Pointer after = players(first + R"("new": {}, )" + kTuners + "}");
    (void)keep_fixed(*before, *after);
    EXPECT_EQ(after->settings.players[0].backup, 2);
    EXPECT_EQ(after->settings.players[2].name.view(), "b");
}

TEST(ConfigurationAdapters, ChangeOfAnyValueNeedsARestart) {
    const std::string radio = R"({"adapter": "radio", "address": "abc"})";
    const std::string tuner = R"({"adapter": "tuner", "address": "abc", "verify": ["a", "b"]})";
    const struct {
        std::string before;
        std::string after;
    } kRows[] = {
        {radio, tuner},
        {radio, R"({"adapter": "radio", "address": "abd"})"},
        {radio, R"({"adapter": "radio", "address": "abc", "port": 1})"},
        {radio, R"({"adapter": "radio", "address": "abc", "quiet": false})"},
        {tuner, R"({"adapter": "tuner", "address": "abc", "verify": ["a", "c"]})"},
        {tuner, R"({"adapter": "tuner", "address": "abc", "verify": ["a", "b", ""]})"},
        {tuner, R"({"adapter": "tuner", "address": "abc"})"},
        {tuner,
         R"({"adapter": "tuner", "address": "abc", "verify": ["a", "b"], "secretFile": "s"})"},
    };
    for (const auto& row : kRows) {
        const Pointer before = read(row.before);
        EXPECT_TRUE(keep_fixed(*before, *read(row.before)).empty());
        const Pointer after = read(row.after);
        const FixedKeys changed = keep_fixed(*before, *after);
        ASSERT_EQ(changed.size(), 1U) << row.after;
        EXPECT_EQ(changed[0].path.view(), "player");
        EXPECT_TRUE(after->adapters[0] == before->adapters[0]);
    }
}

TEST(ConfigurationAdapters, KeyIsTheSameWithEveryAdapter) {
    constexpr AdapterKey kOtherKind[] = {{"verify", Kind::text, 1, 3, Need::optional}};
    constexpr AdapterKey kOtherRange[] = {{"verify", Kind::command, 1, 4, Need::optional}};
    constexpr AdapterKey kOtherNeed[] = {{"verify", Kind::command, 1, 3, Need::required}};
    const auto agrees = [](const auto& keys) {
        const Adapter adapters[] = {kMadeUp[2], {"other", Adapter::Playback::in_ui, keys, kNever}};
        return platform::keys_agree(adapters);
    };
    EXPECT_FALSE(agrees(kOtherKind));
    EXPECT_FALSE(agrees(kOtherRange));
    EXPECT_TRUE(agrees(kOtherNeed));
}

}  // namespace
}  // namespace cmagent::config
