// What is said of a configuration that is refused.
#include "agent/json/read.h"
#include "tests/unit/config_text.h"

namespace cmagent::config {
namespace {

// The words of the brief: key, line, and what is allowed.
TEST(Configuration, AFaultNamesFileLineKeyAndWhatIsAllowed) {
    EXPECT_EQ(refused("{\n" + kCm + ",\n\"session\": {\n\n  \"graceSeconds\":\n 4000}}"),
              "f:5: session.graceSeconds: 4000 is out of range, allowed is 0 to 3600");
}

TEST(Configuration, MissingKeysAreNamed) {
    EXPECT_EQ(refused("{}"), "f:1: cm.url: is missing");
    EXPECT_EQ(refused("{\n\n\"cm\": {}}"), "f:3: cm.url: is missing");
    EXPECT_EQ(refused("{\n\"cm\": {\"url\":\n\"https://cm.example\"}}"),
              "f:2: cm.applicationId: is missing");
}

TEST(Configuration, UnknownKeysAreRefusedAtEveryDepth) {
    const struct {
        std::string text;
        std::string fault;
    } kRows[] = {
        {with("\n\"sesion\": {}"),
         "f:2: sesion: is no key, allowed are: cm, http, session, device, player, players, state, "
         "process, ui, log"},
        {with("\"state\": {\n\"directory\": \"/\"}"),
         "f:2: state.directory: is no key, allowed are: dir"},
        {with("\"Log\": {}"),
         "f:1: Log: is no key, allowed are: cm, http, session, device, player, players, state, "
         "process, ui, log"},
        {with("\"players\": {\"tv\":\n{\n\"argv\": []}}"),
         "f:3: players.tv.argv: is no key, allowed are: adapter, " + listed_adapter_keys() +
             "exclusive, requireClientKey, stopDeadlineMs, lostSeconds" +
             platform::PlayerDrivers::kAdapters.left_out},
        {with("\"\": 1"),
         "f:1: \"\": is no key, allowed are: cm, http, session, device, player, players, state, "
         "process, ui, log"},
    };
    for (const auto& row : kRows) EXPECT_EQ(refused(row.text), row.fault);
    // A name of any length.
    const std::string longer = refused(with("\"" + std::string(1000, 'x') + "\": 1"));
    EXPECT_NE(longer.find("xxx...: is no key, allowed are: cm,"), std::string::npos) << longer;
}

TEST(Configuration, NoNameMayStandTwice) {
    const struct {
        std::string text;
        const char* fault;
    } kRows[] = {
        {with("\n" + kCm), "f:2: cm: stands here twice"},
        {with("\"log\": {\"level\": \"info\",\n\"level\": \"info\"}"),
         "f:2: log.level: stands here twice"},
        {with("\"log\": {\"level\": \"info\",\n\"lev\\u0065l\": \"info\"}"),
         "f:2: log.lev\\u0065l: stands here twice"},
        {with("\"device\": {\"metadata\": {\"a\": \"\", \n\"a\": \"\"}}"),
         "f:2: device.metadata.a: stands here twice"},
        {with("\"players\": {\"a\": {},\n\"a\": {}}"), "f:2: players.a: stands here twice"},
        {with_cm("\"applications\": {\"a\": \"b\",\n\"a\": \"b\"}"),
         "f:2: cm.applications.a: stands here twice"},
    };
    for (const auto& row : kRows) EXPECT_EQ(refused(row.text), row.fault);
}

TEST(Configuration, NumbersHaveRanges) {
    const struct {
        const char* section;
        const char* key;
        std::int64_t least;
        std::int64_t most;
    } kRows[] = {
        {"cm", "connectTimeoutMs", 100, 120000},   {"cm", "requestTimeoutMs", 100, 120000},
        {"session", "startsPerMinute", 1, 60000},  {"session", "maxSessions", 1, 16},
        {"session", "graceSeconds", 0, 3600},      {"session", "pauseSeconds", 1, 86400},
        {"player", "stopDeadlineMs", 100, 120000}, {"player", "lostSeconds", 1, 120},
        {"session", "heartbeatPercent", 50, 95},   {"process", "nice", -20, 0},
    };
    for (const auto& row : kRows) {
        const auto text = [&row](const std::string& value) {
            const std::string member = "\"" + std::string(row.key) + "\": " + value;
            return row.section == std::string("cm")
                       ? with_cm(member)
                       : with("\"" + std::string(row.section) + "\": {" + member + "}");
        };
        const std::string where = "f:1: " + std::string(row.section) + "." + row.key + ": ";
        const std::string range = std::to_string(row.least) + " to " + std::to_string(row.most);
        accepted(text(std::to_string(row.least)));
        accepted(text(std::to_string(row.most)));
        for (const std::int64_t value : {row.least - 1, row.most + 1, INT64_MIN, INT64_MAX}) {
            EXPECT_EQ(refused(text(std::to_string(value))),
                      where + std::to_string(value) + " is out of range, allowed is " + range);
        }
        for (const char* value :
             {"\"200\"", "100.5", "1e2", "true", "[]", "{}", "99999999999999999999"}) {
            EXPECT_EQ(refused(text(value)), where + "must be a whole number from " + range)
                << value;
        }
    }
}

TEST(Configuration, WordsAndFlagsAreOneOfAFew) {
    const struct {
        const char* section;
        const char* key;
        std::string rule;
    } kRows[] = {
        {"session", "onConflict", "must be one of: ask, terminate-oldest"},
        {"session", "onUnreachable", "must be one of: allow, deny"},
        {"session", "onRestart", "must be one of: resume, end"},
        {"session", "onShutdown", "must be one of: end, keep"},
        {"player", "adapter", "must be one of: " + listed_adapters()},
        {"ui", "cmMessages", "must be one of: after, prefer, never"},
        {"log", "level", "must be one of: error, warning, info, debug"},
        {"session", "reference", "must be true or false"},
    };
    for (const auto& row : kRows) {
        for (const char* value : {"\"\"", "\"Ask\"", "\"maybe\"", "1", "0", "[]", "{}"}) {
            const std::string text = with("\"" + std::string(row.section) + "\":\n{\"" + row.key +
                                          "\":\n" + value + "}");
            EXPECT_EQ(refused(text),
                      "f:2: " + std::string(row.section) + "." + row.key + ": " + row.rule);
        }
    }
}

TEST(Configuration, SectionsAreObjects) {
    for (const char* name : {"http", "session", "device", "player", "state", "ui", "log"}) {
        for (const char* value : {"1", "\"\"", "[]", "true"}) {
            const std::string fault = refused(with("\"" + std::string(name) + "\": " + value));
            EXPECT_EQ(
                fault.rfind("f:1: " + std::string(name) + ": must be an object with keys out of: ",
                            0),
                0U)
                << fault;
        }
    }
    EXPECT_EQ(refused(R"({"cm": null})"), "f:1: cm.url: is missing");
    EXPECT_EQ(refused(with("\"players\": []")),
              "f:1: players: must be an object of at most 7 objects");
    EXPECT_EQ(refused(with("\"players\": {\"a\": []}")), "f:1: players.a: must be an object");
    for (const char* root : {"1", "[]", "\"cm\"", "null"}) {
        EXPECT_EQ(refused(root), "f:1: must be one JSON object");
    }
}

TEST(Configuration, WhatIsNoJsonIsRefusedWithItsPlace) {
    EXPECT_EQ(refused(""),
              "f:1: " + std::string(json::describe(json::Error::empty)) + " (column 1)");
    EXPECT_EQ(refused("{\n  \"cm\" 1}"),
              "f:2: " + std::string(json::describe(json::Error::expected_colon)) + " (column 8)");
    EXPECT_EQ(refused("{" + kCm + ",}"),
              "f:1: " + std::string(json::describe(json::Error::expected_name)) + " (column " +
                  std::to_string(kCm.size() + 3) + ")");
}

TEST(Configuration, IsLimitedInSize) {
    const std::string text = "{" + kCm + "}";
    accepted(text + std::string(kMaxConfiguration - text.size(), ' '));
    EXPECT_EQ(refused(text + std::string(kMaxConfiguration + 1 - text.size(), ' '))
                  .rfind(std::string("f:1: ") + json::describe(json::Error::too_long), 0),
              0U);
    std::string many = "\"x\": [0";
    for (int i = 0; i < 2000; ++i) many += ",0";
    EXPECT_EQ(refused(with(many + "]"))
                  .rfind(std::string("f:1: ") + json::describe(json::Error::too_many_values), 0),
              0U);
}

TEST(Configuration, SecretsAreNotRepeated) {
    for (const std::string& fault :
         {refused(R"({"cm": {"url": "https://me:s3cret@cm.example", "applicationId": "a"}})"),
          refused(R"({"cm": {"url": "https://cm.example", "applicationId": "s3cret:"}})"),
          refused(with(R"("http": {"tokenFile": ["s3cret"]})"))}) {
        EXPECT_EQ(fault.find("s3cret"), std::string::npos) << fault;
    }
}

TEST(ConfigurationFault, IsCutWhereThereIsNoRoom) {
    ConfigurationFault fault;
    ASSERT_TRUE(fault.key.assign("key"));
    ASSERT_TRUE(fault.why.assign("caf\xC3\xA9 caf\xC3\xA9"));
    fault.file = "f";
    char bytes[14];
    EXPECT_EQ(print(fault, Buffer{bytes, sizeof bytes}), "f: key: caf...");
    EXPECT_EQ(print(fault, Buffer{bytes, 2}), "f:");
}

}  // namespace
}  // namespace cmagent::config
