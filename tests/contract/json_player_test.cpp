// What the configuration may say of players that are talked to by JSON-RPC.
#include <gtest/gtest.h>

#include <string>

#include "tests/contract/player_box.h"

namespace cmagent::contract {
namespace {

// The key that is refused; empty: none.
std::string refused(const platform::Adapter& adapter, const std::string& url,
                    const std::string& callsign = "YouTube") {
    Settings settings;
    settings.set("url", url).set("callsign", callsign);
    const platform::AdapterFault fault = adapter.check(settings);
    return fault ? fault.key : "";
}

TEST(JsonPlayers, AreOfThisBoxAlone) {
    const struct {
        const char* url;
        bool taken;
    } kRows[] = {
        {"tcp://127.0.0.1:9090", true},
        {"tcp://127.255.0.9:1", true},
        {"ws://[::1]:9090/jsonrpc", true},
        {"http://127.0.0.1:8080/jsonrpc?a", true},
        {"tcp://localhost:9090", false},  // a name
        {"tcp://192.168.1.2:9090", false},
        {"tcp://127.0.0.1.example:9090", false},
        {"tcp://[::ffff:10.0.0.1]:9090", false},
        {"tcp://127.0.0.1", false},
        {"tcp://127.0.0.1:0", false},
        {"tcp://127.0.0.1:70000", false},
        {"tcp://user@127.0.0.1:9090", false},
        {"tcp://[127.0.0.1]:9090", false},
        {"wss://127.0.0.1:9090", false},
        {"https://127.0.0.1:9090", false},
        {"TCP://127.0.0.1:9090", false},
        {"127.0.0.1:9090", false},
        {"tcp:/127.0.0.1:9090", false},
        {"http://127.0.0.1:8080/a b", false},
        {"", false},
    };
    for (const auto& row : kRows) {
        EXPECT_EQ(refused(platform::KodiPlayer::kAdapter, row.url), row.taken ? "" : "url")
            << row.url;
    }
}

TEST(JsonPlayers, ThunderHasNoJsonOverTcpAndPlainCallsigns) {
    const platform::Adapter& thunder = platform::ThunderPlayer::kAdapter;
    EXPECT_EQ(refused(thunder, "ws://127.0.0.1:9998/jsonrpc"), "");
    EXPECT_EQ(refused(thunder, "http://127.0.0.1:9998/jsonrpc", "org.rdk.HtmlApp-1"), "");
    EXPECT_EQ(refused(thunder, "tcp://127.0.0.1:9998"), "url");
    EXPECT_EQ(refused(thunder, "ws://127.0.0.1:9998/jsonrpc", "a\"b"), "callsign");
    EXPECT_EQ(refused(thunder, "ws://127.0.0.1:9998/jsonrpc", "a b"), "callsign");
}

TEST(JsonPlayers, AreTheSameByUrlAndCallsign) {
    Settings one;
    Settings other;
    const std::string url = "ws://127.0.0.1:9998/jsonrpc";
    const std::string youtube = "YouTube";
    const std::string netflix = "Netflix";
    one.set("url", url).set("callsign", youtube);
    other.set("url", url).set("callsign", netflix);
    const platform::AdapterSettings& a = one;
    EXPECT_TRUE(a.is_at_place_of(one));
    EXPECT_FALSE(a.is_at_place_of(other));
}

}  // namespace
}  // namespace cmagent::contract
