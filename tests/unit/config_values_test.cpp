// The forms that single values of a configuration must have.
#include "tests/unit/config_text.h"

namespace cmagent::config {
namespace {

TEST(Configuration, UrlsOfCmAreJudged) {
    const struct {
        const char* url;
        const char* rule;
    } kRows[] = {
        {"cm.example", "must start with https://"},
        {"https://", "must have a host name or an address behind //"},
        {"https://cm.example:0", "must have a port from 1 to 65535, or none"},
        {"http://cm.example", "must start with https://; http:// is for loopback only"},
        {"https://cm.example/?a", "must have neither a query nor a fragment"},
        {"https://me:secret@cm.example", "must have neither a user nor a password"},
        {"https://cm.example/a b", "must have a path of at most 256 bytes, percent-encoded"},
    };
    for (const auto& row : kRows) {
        EXPECT_EQ(refused("{\"cm\": {\"applicationId\": \"a\",\n\"url\": \"" +
                          std::string(row.url) + "\"}}"),
                  "f:2: cm.url: " + std::string(row.rule));
    }
    accepted(R"({"cm": {"applicationId": "a", "url": "http://127.0.0.1:8443/v2"}})");
}

TEST(Configuration, TextsHaveLengthsAndForms) {
    const std::string long_path(kMaxPath + 1, 'p');
    const struct {
        std::string text;
        std::string fault;
    } kRows[] = {
        {R"({"cm": {"url": "https://h", "applicationId": ""}})",
         "cm.applicationId: must be a text of 1 to 128 bytes"},
        {R"({"cm": {"url": "https://h", "applicationId": ")" + std::string(129, 'a') + "\"}}",
         "cm.applicationId: must be a text of 1 to 128 bytes"},
        {R"({"cm": {"url": "https://h", "applicationId": "a:b"}})",
         "cm.applicationId: must be 1 to 128 bytes, without a colon"},
        {R"({"cm": {"url": "https://h", "applicationId": 1}})",
         "cm.applicationId: must be a text of 1 to 128 bytes"},
        {R"({"cm": {"url": "https://h", "applicationId": "a\u0000"}})",
         "cm.applicationId: must not contain control characters"},
        {with_cm(R"("applications": {"": "a"})"),
         "cm.applications.\"\": must have a name of 1 to 64 bytes"},
        {with_cm(R"("applications": {"default": "a"})"),
         "cm.applications.default: must have another name: default is the first one's"},
        {with_cm(R"("applications": {"a": ""})"),
         "cm.applications.a: must be 1 to 128 bytes, without a colon"},
        {with_cm(R"("applications": {"a": 1})"), "cm.applications.a: must be a text"},
        {with_cm(R"("applications": {"a\n": "1"})"),
         "cm.applications.a\\n: must have a name without control characters"},
        {with_cm(R"("applications": [])"), "cm.applications: must be an object of at most 7 texts"},
        {with_cm(R"("caFile": "")"), "cm.caFile: must be a text of 1 to 255 bytes"},
        {with_cm(R"("caFile": ")" + long_path + "\""),
         "cm.caFile: must be a text of 1 to 255 bytes"},
        {with_cm(R"("clientCertFile": "/c")"),
         "cm.clientKeyFile: is missing: a certificate needs its key"},
        {with_cm(R"("clientKeyFile": "/k", "clientCertFile": "")"),
         "cm.clientCertFile: is missing: a key needs its certificate"},
        {with(R"("http": {"tokenFile": false})"),
         "http.tokenFile: must be a text of 0 to 255 bytes"},
        {with(R"("http": {"socketGroup": "a b"})"),
         "http.socketGroup: must be a name of letters, digits and -._~"},
        {with(R"("http": {"socketMode": "660"})"),
         "http.socketMode: must be a text of 4 to 4 bytes"},
        {with(R"("http": {"socketMode": "0770"})"),
         "http.socketMode: must be 0 and three octal digits, to read (4) and to write (2), such as "
         "0660"},
        {with(R"("http": {"socketMode": "4660"})"),
         "http.socketMode: must be 0 and three octal digits, to read (4) and to write (2), such as "
         "0660"},
        {with(R"("process": {"user": "-x"})"),
         "process.user: must be a name of letters, digits and -._~"},
        {with(R"("state": {"dir": ""})"), "state.dir: must be a text of 1 to 255 bytes"},
        {with(R"("ui": {"language": "english!"})"),
         "ui.language: must be a language that is compiled in, such as en, or a variety of one, "
         "such as en-GB"},
        {with(R"("device": {"metadata": {"": ""}})"),
         "device.metadata.\"\": must have a name of 1 to 64 bytes and a value of at most 256"},
        {with(R"("device": {"metadata": {"a": ")" + std::string(257, 'v') + "\"}}"),
         "device.metadata.a: must have a name of 1 to 64 bytes and a value of at most 256"},
        {with(R"("device": {"metadata": {"a": "\n"}})"),
         "device.metadata.a: must not contain control characters"},
        {with(R"("device": {"metadata": {"a": 1}})"), "device.metadata.a: must be a text"},
        {with(R"("players": {"a\u0007": {}})"),
         "players.a\\u0007: must have a name without control characters"},
        {with(R"("players": {")" + std::string(65, 'n') + "\": {}}"),
         "players." + std::string(65, 'n') + ": must have a name of 1 to 64 bytes"},
        {with(R"("players": {"default": {}})"),
         "players.default: must have another name: default is the first one's"},
    };
    for (const auto& row : kRows) EXPECT_EQ(refused(row.text), "f:1: " + row.fault);
}

// A list of `count` texts, with their number behind a colon at their end.
std::string list_of(std::size_t count, const std::string& text) {
    std::string list = "[";
    for (std::size_t i = 0; i < count; ++i) {
        const std::string number = !text.empty() && text.back() == ':' ? std::to_string(i) : "";
        list += (i == 0 ? "\"" : ", \"") + text + number + "\"";
    }
    return list + "]";
}

// `count` members with names of their own.
std::string members(std::size_t count, const std::string& value) {
    std::string list = "{";
    for (std::size_t i = 0; i < count; ++i) {
        list += (i == 0 ? "\"n" : ", \"n") + std::to_string(i) + "\": " + value;
    }
    return list + "}";
}

TEST(Configuration, ListsHaveLimits) {
    const struct {
        std::string (*whole)(const std::string&);
        const char* key;
        std::string text;
        std::size_t least;
        std::size_t most;
    } kRows[] = {
        {with_cm, "\"pins\": ", kPin, 0, kMaxPins},
        {with, "\"http\": {\"listen\": ", "127.0.0.1:", 0, kMaxListen},
        {with, "\"http\": {\"allowedOrigins\": ", "https://a", 0, kMaxOrigins},
        {with, "\"http\": {\"allowedHosts\": ", "a", 0, kMaxHosts},
        {with, "\"player\": {\"force\": ", "a", 1, platform::Command::kMaxWords},
        {with, "\"player\": {\"adapter\": \"exec\", \"stop\": ", "a", 1,
         platform::Command::kMaxWords},
    };
    for (const auto& row : kRows) {
        const std::string key = row.key;
        const std::string end = key.find('{') == std::string::npos ? "" : "}";
        const auto text = [&](const std::string& value) { return row.whole(key + value + end); };
        const std::string rule = "must be a list of " + std::to_string(row.least) + " to " +
                                 std::to_string(row.most) + " texts";
        accepted(text(list_of(row.least, row.text)));
        accepted(text(list_of(row.most, row.text)));
        for (const std::string& value :
             {list_of(row.most + 1, row.text), std::string("\"a\""), std::string("{}")}) {
            EXPECT_NE(refused(text(value)).find(rule), std::string::npos) << text(value);
        }
        EXPECT_NE(refused(text("[1]")).find("[0]: must be a text"), std::string::npos);
    }
    EXPECT_EQ(refused(with("\"player\": {\"force\": []}")),
              "f:1: player.force: must be a list of 1 to 16 texts");
    EXPECT_EQ(refused(with("\"player\": {\"force\": [\"\"]}")),
              "f:1: player.force[0]: must name a program");

    accepted(with_cm("\"applications\": " + members(7, "\"x\"")));
    EXPECT_EQ(refused(with_cm("\"applications\": " + members(8, "\"x\""))),
              "f:1: cm.applications: must be an object of at most 7 texts");
    accepted(with("\"device\": {\"metadata\": " + members(15, "\"x\"") + "}"));
    EXPECT_EQ(refused(with("\"device\": {\"metadata\": " + members(16, "\"x\"") + "}")),
              "f:1: device.metadata: must be an object of at most 15 texts");
    accepted(with("\"players\": " + members(7, "{}")));
    EXPECT_EQ(refused(with("\"players\": " + members(8, "{}"))),
              "f:1: players: must be an object of at most 7 objects");
}

TEST(Configuration, PinsAreDigests) {
    accepted(with_cm("\"pins\": [\"sha256/0123456789abcdefghijABCDEFGHIJ+/KLMNOPQRST8=\"]"));
    for (const char* pin : {"", "sha256/", "sha1/AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                            "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                            "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                            "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                            "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=",
                            "sha256/AAAAAAAAAAAAAAAAAAAA-AAAAAAAAAAAAAAAAAAAAAA="}) {
        EXPECT_EQ(refused(with_cm("\"pins\": [\"" + kPin + "\",\n\"" + pin + "\"]")),
                  "f:2: cm.pins[1]: must be sha256/ and the base64 of 32 bytes")
            << pin;
    }
}

TEST(Configuration, AddressesToListenOn) {
    for (const char* address :
         {"127.0.0.1:8790", "0.0.0.0:1", "[::]:65535", "[fe80::1]:0", "unix:/run/cmagent.sock"}) {
        accepted(with("\"http\": {\"tokenFile\": \"/t\", \"listen\": [\"" + std::string(address) +
                      "\"]}"));
    }
    for (const std::string& address :
         {std::string(), std::string("8790"), std::string(":8790"), std::string("127.0.0.1"),
          std::string("127.0.0.1:"), std::string("127.0.0.1:65536"), std::string("127.0.0.1:http"),
          std::string("localhost:8790"), std::string("127.0.0.256:1"), std::string("::1:8790"),
          std::string("[::1]"), std::string("[::1]8790"), std::string("[::1]x:1"),
          std::string("[127.0.0.1]:1"), std::string("[:1"), std::string("unix:"),
          std::string("unix:relative"), std::string("unix:/"), "unix:/" + std::string(107, 's')}) {
        EXPECT_EQ(refused(with("\"http\": {\"listen\": [\"" + address + "\"]}")),
                  "f:1: http.listen[0]: must be 127.0.0.1:8790, [::1]:8790 or unix:/path in form")
            << address;
    }
    EXPECT_EQ(refused(with(R"("http": {"listen": ["127.0.0.1:1", "[::1]:1",
"127.0.0.1:1"]})")),
              "f:2: http.listen[2]: stands here twice");
}

TEST(Configuration, OriginsAreAsBrowsersWriteThem) {
    for (const char* origin :
         {"https://tv.example", "http://localhost:3000", "https://10.0.0.1:8443",
          "https://[2001:db8::1]", "https://[::1]:1", "app+x-y.z://main"}) {
        accepted(with("\"http\": {\"allowedOrigins\": [\"" + std::string(origin) + "\"]}"));
    }
    for (const char* origin : {"",
                               "*",
                               "NULL",
                               "file:",
                               "file:///",
                               "file:///opt",
                               "tv.example",
                               "https://",
                               "://a",
                               "https://tv.example/",
                               "https://a/b",
                               "https://*.example",
                               "https://TV.example",
                               "HTTPS://tv.example",
                               "https://a:b",
                               "https://a:",
                               "https://u@a",
                               "https://a?b",
                               "https://[::1",
                               "https://[::1]x",
                               "1a://b"}) {
        EXPECT_EQ(
            refused(with("\"http\": {\"allowedOrigins\": [\"" + std::string(origin) + "\"]}")),
            "f:1: http.allowedOrigins[0]: must be https://host or https://host:port in form, "
            "in lower case, or null or file://")
            << origin;
    }
}

TEST(Configuration, AnOriginThatNamesNobodyNeedsTokens) {
    for (const char* origin : {"null", "file://"}) {
        const std::string list =
            "\"allowedOrigins\": [\"https://tv.example\", \"" + std::string(origin) + "\"]";
        accepted(with("\"http\": {" + list + ", \"tokenFile\": \"/t\"}"));
        EXPECT_EQ(refused(with("\"http\": {" + list + "}")),
                  "f:1: http.allowedOrigins[1]: is any file's and any sandboxed frame's: "
                  "http.tokenFile must name those who may call");
    }
}

TEST(Configuration, HostsAreWithOrWithoutAPort) {
    for (const char* host :
         {"box", "box.lan:8790", "192.168.1.2", "192.168.1.2:80", "[::1]", "[::1]:80"}) {
        accepted(with("\"http\": {\"allowedHosts\": [\"" + std::string(host) + "\"]}"));
    }
    for (const char* host :
         {"", ":80", "box:", "box:http", "box:65536", "a:1:2", "::1", "[::1]80", "[::1]x:80",
          "box lan", "http://box", "*", "[box]", "[::1", "[", "box/"}) {
        EXPECT_EQ(
            refused(with("\"http\": {\"allowedHosts\": [\"" + std::string(host) + "\"]}")),
            "f:1: http.allowedHosts[0]: must be a host name or an address, a port behind it or not")
            << host;
    }
}

TEST(Configuration, LanguagesAreCompiledIn) {
    for (const char* tag : {"en", "EN", "fr-CA", "fr-Latn-CA"}) {
        accepted(with("\"ui\": {\"language\": \"" + std::string(tag) + "\"}"));
    }
    for (const char* tag : {"tlh", "e", "en-", "-en", "en--GB", "en_GB", "1a", "abcdefghi",
                            "en-abcdefghi", "en GB"}) {
        EXPECT_EQ(refused(with("\"ui\": {\"language\": \"" + std::string(tag) + "\"}")),
                  "f:1: ui.language: must be a language that is compiled in, such as en, or a "
                  "variety of one, such as en-GB")
            << tag;
    }
}

TEST(Configuration, AdaptersNeedWhatTheyUse) {
    const struct {
        const char* player;
        const char* fault;
    } kRows[] = {
        {R"({"adapter": "exec"})", "stop: is missing: adapter exec needs it"},
        {R"({"adapter": "mpv"})", "socket: is missing: adapter mpv needs it"},
        {R"({"adapter": "mpv", "socket": ""})", "socket: must be a text of 1 to 107 bytes"},
        {R"({"stop": ["a"]})", "stop: is for adapter exec only"},
        {R"({"adapter": "mpv", "socket": "/s", "stop": ["a"]})", "stop: is for adapter exec only"},
        {R"({"socket": "/s"})", "socket: is for adapter mpv only"},
        {R"({"adapter": "exec", "stop": ["a"], "socket": "/s"})",
         "socket: is for adapter mpv only"},
    };
    for (const auto& row : kRows) {
        EXPECT_EQ(refused(with("\"player\": " + std::string(row.player))),
                  "f:1: player." + std::string(row.fault));
        EXPECT_EQ(
            refused(with("\"players\": {\"a\": {}, \n\"b\": " + std::string(row.player) + "}")),
            "f:2: players.b." + std::string(row.fault));
    }
}

// Whoever reaches the box could start and stop (contract.md, "http.listen").
TEST(Configuration, WhereOthersMayCallTheyNeedTokens) {
    const std::string port = "is no loopback address: http.tokenFile must name those who may call";
    const struct {
        const char* http;
        std::string fault;
    } kRows[] = {
        {R"("listen": ["127.0.0.1:1",
"0.0.0.0:8790"])",
         "f:2: http.listen[1]: " + port},
        {R"("listen": ["[::]:8790"])", "f:1: http.listen[0]: " + port},
        {R"("listen": ["192.168.1.2:8790"], "tokenFile": "")", "f:1: http.listen[0]: " + port},
        {R"("listen": ["[::ffff:127.0.0.1]:8790"])", "f:1: http.listen[0]: " + port},
        {R"("socketMode": "0662")",
         "f:1: http.socketMode: admits everybody: http.tokenFile must name those who may call"},
        {R"("listen": ["127.0.0.2:1", "[::1]:1", "unix:/run/a/b"])", "f: "},
        {R"("tokenFile": "/t", "listen": ["0.0.0.0:1"], "socketMode": "0666")", "f: "},
    };
    for (const auto& row : kRows) {
        EXPECT_EQ(refused(with("\"http\": {" + std::string(row.http) + "}")), row.fault);
    }
}

}  // namespace
}  // namespace cmagent::config
