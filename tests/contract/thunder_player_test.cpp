// ThunderPlayer with a scripted Thunder. Its answers are those that the sources of R5.3 and R4.4
// make: Source/Thunder/Controller.cpp (Deactivate, Suspend, Services), Source/core/JSONRPC.h
// (Message::Info::SetError), Source/plugins/Metadata.cpp (Service), Source/Thunder/PluginServer.h
// (Channel::StateChange, Channel::Allowed), Source/websocket/WebSocketLink.cpp (Protocol).
#include "platform/players/thunder_player.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/contract/scripted_peer.h"

namespace cmagent::contract {
namespace {

using std::literals::string_literals::operator""s;

constexpr char kUpgraded[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

// As Service writes it, with the configuration of a browser.
std::string status(const std::string& state, bool array = true) {
    const std::string one =
        R"({"callsign":"YouTube","locator":"libThunderCobalt.so","classname":"Cobalt",)"
        R"("module":"Plugin_Cobalt","state":")" +
        state +
        R"(","startmode":"Deactivated","resumed":false,"version":{"hash":"0","major":1,"minor":0},)"
        R"("configuration":{"url":"https://a/?b={\"c\":[1]}","state":"Deactivated","root":{"mode":)"
        R"("Local","x":")" +
        std::string(3000, 'x') + R"("}},"observers":1})";
    return "\"result\":" + (array ? "[" + one + "]" : one);
}

class ThunderTest : public testing::Test {
  protected:
    explicit ThunderTest(const std::string& scheme)
        : url_(scheme + "://" + peer_.authority() + "/jsonrpc") {
        settings_.set("url", url_).set("callsign", callsign_);
    }
    void use_token(const std::string& text) {
        (void)box_.folder.write("token", text);
        settings_.set("secretFile", token_file_);
    }
    platform::Player& player() {
        driver_ = std::make_unique<platform::ThunderPlayer>(box_.services, settings_, box_.news);
        return driver_->player();
    }
    platform::Player& now() { return driver_->player(); }
    // What a question says up to its id, and what follows; question_ is its id.
    bool asked() {
        if (!peer_.hears(R"("Controller.1.status@YouTube","id":)")) return false;
        return box_.loop.until([this] {
            const std::string rest = peer_.rest(0);
            if (!rest.empty()) question_ = rest[0];
            return !rest.empty();
        });
    }
    static std::string message(char id, const std::string& result) {
        return R"({"jsonrpc":"2.0","id":)" + std::string(1, id) + "," + result + "}";
    }
    void expect(PlayerNews news) {
        ASSERT_TRUE(box_.hears(1));
        EXPECT_EQ(box_.news.all[0], news);
        EXPECT_EQ(box_.news.all.size(), 1U);
    }
    void expect_nothing_yet() {
        box_.pass(20);
        EXPECT_TRUE(box_.news.all.empty());
    }

    Box box_;
    ScriptedPeer peer_{box_};
    char question_ = '0';
    std::string url_;
    std::string callsign_ = "YouTube";
    Settings settings_;
    std::string token_file_ = box_.folder.file("token");
    std::unique_ptr<platform::ThunderPlayer> driver_;
};

constexpr char kDeactivate[] =
    R"("Controller.1.deactivate","params":{"callsign":"YouTube"},"id":0})";
constexpr char kSuspend[] = R"("Controller.1.suspend","params":{"callsign":"YouTube"},"id":0})";

class ThunderOverWebSocket : public ThunderTest {
  protected:
    ThunderOverWebSocket() : ThunderTest("ws") {}
    static std::string frame(int first, const std::string& text) {
        std::string bytes(1, static_cast<char>(first));
        if (text.size() < 126) {
            bytes += static_cast<char>(text.size());
        } else {
            bytes += "\x7E"s + static_cast<char>(text.size() >> 8) + static_cast<char>(text.size());
        }
        return bytes + text;
    }
    void tell(const std::string& text) { peer_.say(frame(0x81, text)); }
    void answer(char id, const std::string& result) { tell(message(id, result)); }
    void join(const std::string& state) {
        player().join();
        ASSERT_TRUE(peer_.accept());
        ASSERT_TRUE(peer_.hears("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        peer_.say(kUpgraded);
        ASSERT_TRUE(peer_.hears(R"("Controller.1.register","params":{"event":"statechange")"));
        ASSERT_TRUE(asked());
        answer(question_, status(state));
        box_.pass(20);
    }
    void take(const std::string& order) {
        ASSERT_TRUE(peer_.hears(order));
        ASSERT_TRUE(asked());
    }
};

TEST_F(ThunderOverWebSocket, IsUpgradedAsTheRfcSays) {
    player().join();
    ASSERT_TRUE(peer_.accept());
    ASSERT_TRUE(peer_.hears("GET /jsonrpc HTTP/1.1\r\nHost: " + peer_.authority() +
                            "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            "Sec-WebSocket-Version: 13\r\n"));
    EXPECT_EQ(peer_.rest(50), "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        << "and asks for no subprotocol; nothing is said before it is one";
    peer_.say(kUpgraded);
    const std::string call = R"({"jsonrpc":"2.0","method":"Controller.1.register",)"
                             R"("params":{"event":"statechange","id":"cmagent"},"id":10})";
    EXPECT_TRUE(
        peer_.hears("\x81"s + static_cast<char>(0x80 | call.size()) + std::string(4, '\0') + call))
        << "one masked frame";
}

TEST_F(ThunderOverWebSocket, Hazard47TheAnswerToAnOrderIsNoStop) {
    join("Activated");
    now().stop();
    take(kDeactivate);
    answer('0', R"("result":null)");
    answer(question_, status("Activated"));
    expect_nothing_yet();
    ASSERT_TRUE(asked());
    answer(question_, status("Deactivation"));
    expect_nothing_yet();
    ASSERT_TRUE(asked());
    answer(question_, status("Deactivated"));
    expect(PlayerNews::stopped);
}

TEST_F(ThunderOverWebSocket, Hazard46TheStatusOfAForceCommandIsNoStop) {
    const Words force{"true"};
    settings_.set("force", force);
    join("Activated");
    now().force();
    take(kDeactivate);
    answer(question_, status("Activated"));
    expect_nothing_yet();
    ASSERT_TRUE(asked());
    answer(question_, status("Deactivated"));
    expect(PlayerNews::forced);
}

TEST_F(ThunderOverWebSocket, StatesAreUnderstoodInBothFormsAndCases) {
    const struct {
        std::string result;
        bool stops;
    } kRows[] = {
        {status("Deactivated", false), true}, {status("deactivated"), true},
        {status("Unavailable"), true},        {status("Precondition", false), true},
        {status("Hibernated"), true},         {status("Destroyed"), true},
        {status("Suspended"), false},         {status("Resumed", false), false},
        {status("Activation"), false},        {R"("result":[])", false},
    };
    for (const auto& row : kRows) {
        join("Activated");
        box_.news.all.clear();
        now().stop();
        take(kDeactivate);
        answer(question_, row.result);
        box_.pass(20);
        EXPECT_EQ(box_.news.all.size(), row.stops ? 1U : 0U) << row.result.substr(0, 160);
        driver_.reset();
    }
}

TEST_F(ThunderOverWebSocket, IsSuspendedWhereThatIsWanted) {
    settings_.set_flag("suspend");
    join("Resumed");
    now().stop();
    take(kSuspend);
    answer(question_, status("Resumed"));
    ASSERT_TRUE(asked());
    answer(question_, status("Suspended"));
    expect(PlayerNews::stopped);
    box_.news.all.clear();
    now().force();
    take(kDeactivate);
    answer(question_, status("Deactivated"));
    expect(PlayerNews::forced);
}

TEST_F(ThunderOverWebSocket, AnErrorOfTheQuestionIsUnreachableWithItsReason) {
    join("Activated");
    now().stop();
    take(kDeactivate);
    answer('0', R"("error":{"code":-31022,"message":"ERROR_UNKNOWN_KEY"})");
    answer(question_, R"("error":{"code":-31022,"message":"ERROR_UNKNOWN_KEY"})");
    expect(PlayerNews::unreachable);
    ASSERT_EQ(box_.news.lines.size(), 1U);
    EXPECT_NE(box_.news.lines[0].find("ERROR_UNKNOWN_KEY"), std::string::npos);
}

TEST_F(ThunderOverWebSocket, AMissingRightIsUnreachable) {
    join("Activated");
    now().stop();
    take(kDeactivate);
    answer('0', R"("error":{"code":-32604,"message":"Method invocation not allowed."})");
    answer(question_, status("Activated"));
    expect(PlayerNews::unreachable);
}

// Another has deactivated it already, or it is still on its way up.
TEST_F(ThunderOverWebSocket, AnOrderThatComesWhileItMovesIsNoError) {
    join("Activated");
    now().stop();
    take(kDeactivate);
    answer('0', R"("error":{"code":-31012,"message":"ERROR_INPROGRESS"})");
    answer(question_, status("Deactivation", false));
    expect_nothing_yet();
    ASSERT_TRUE(asked());
    answer(question_, status("Deactivated", false));
    expect(PlayerNews::stopped);
    box_.news.all.clear();
    now().stop();
    take(kDeactivate);
    answer('0', R"("error":{"code":-31005,"message":"The service is in an illegal state."})");
    for (int question = 0; question < 7; ++question) {
        answer(question_, status("Activation"));
        ASSERT_TRUE(asked());
    }
    answer(question_, status("Activation"));
    take(kDeactivate);
    expect_nothing_yet();
}

TEST_F(ThunderOverWebSocket, AnswersThatOvertakeOneAnotherAreToldApart) {
    join("Activated");
    now().stop();
    take(kDeactivate);
    const char first = question_;
    now().stop();
    take(kDeactivate);
    answer(first, status("Deactivated"));
    expect_nothing_yet();
    answer(question_, status("Deactivated"));
    expect(PlayerNews::stopped);
}

TEST_F(ThunderOverWebSocket, ItsOwnEndIsANotificationAndAQuestion) {
    join("Activated");
    tell(R"({"jsonrpc":"2.0","method":"cmagent.statechange",)"
         R"("params":{"callsign":"Other","state":"Deactivated","reason":"Requested"}})");
    ASSERT_TRUE(asked());
    answer(question_, status("Activated"));
    expect_nothing_yet();
    tell(R"({"jsonrpc":"2.0","method":"cmagent.statechange",)"
         R"("params":{"callsign":"YouTube","state":"Deactivated","reason":"Failure"}})");
    ASSERT_TRUE(asked());
    answer(question_, status("Deactivated"));
    expect(PlayerNews::exited);
}

TEST_F(ThunderOverWebSocket, PingsAreAnsweredBetweenThePiecesOfAText) {
    join("Activated");
    now().stop();
    take(kDeactivate);
    const std::string text = message(question_, status("Deactivated"));
    const std::string pieces = frame(0x01, text.substr(0, 40)) + frame(0x89, "") +
                               frame(0x00, text.substr(40, 200)) + frame(0x89, "are you there") +
                               frame(0x80, text.substr(240));
    for (const char c : pieces) {
        peer_.say({&c, 1});
        box_.loop.turn();
    }
    EXPECT_TRUE(peer_.hears("\x8A\x80"s + std::string(4, '\0') + "\x8A\x8D"s +
                            std::string(4, '\0') + "are you there"));
    expect(PlayerNews::stopped);
}

TEST_F(ThunderOverWebSocket, AFrameOfAnyLengthIsUnderstood) {
    join("Activated");
    now().stop();
    take(kDeactivate);
    const std::string text = message(question_, status("Deactivated")) + std::string(70'000, ' ');
    std::string bytes = "\x81\x7F"s + std::string(4, '\0');
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(text.size() >> shift);
    bytes += text;
    for (std::size_t at = 0; at < bytes.size(); at += 1000) {
        peer_.say(bytes.substr(at, 1000));
        box_.loop.turn();
    }
    expect(PlayerNews::stopped);
}

TEST_F(ThunderOverWebSocket, ACloseIsAnsweredAndLookedInto) {
    join("Activated");
    now().stop();
    take(kDeactivate);
    peer_.say(frame(0x88, "\x03\xE8"));
    EXPECT_TRUE(peer_.hears("\x88\x82"s + std::string(4, '\0') + "\x03\xE8"));
    peer_.close();
    EXPECT_TRUE(peer_.accept());
    expect_nothing_yet();
}

TEST_F(ThunderOverWebSocket, IsNoneWithoutTheRightAnswer) {
    const char* const kAnswers[] = {
        "HTTP/1.1 403 Forbidden\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: AAAA\r\n\r\n",
        "SSH-2.0-dropbear\r\n",
    };
    for (const char* const answer : kAnswers) {
        box_.news.all.clear();
        player().stop();
        ASSERT_TRUE(peer_.accept());
        peer_.say(answer);
        expect(PlayerNews::unreachable);
    }
    ASSERT_EQ(box_.news.lines.size(), 4U);
    EXPECT_NE(box_.news.lines[0].find("403"), std::string::npos);
}

TEST_F(ThunderOverWebSocket, TheTokenStandsInTheQueryAndNowhereElse) {
    use_token("eyJhbGciOi.J9-_x\n");
    player().stop();
    ASSERT_TRUE(peer_.accept());
    ASSERT_TRUE(peer_.hears("GET /jsonrpc?token=eyJhbGciOi.J9-_x HTTP/1.1\r\n"));
    peer_.say("HTTP/1.1 403 Forbidden\r\n\r\n");
    expect(PlayerNews::unreachable);
    for (const std::string& line : box_.news.lines) EXPECT_EQ(line.find("eyJ"), std::string::npos);
}

class ThunderOverHttp : public ThunderTest {
  protected:
    ThunderOverHttp() : ThunderTest("http") {}
    void answer(const std::string& text, const std::string& fields = "") {
        peer_.say("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + fields +
                  "Content-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text);
    }
    void order() {
        player().stop();
        ASSERT_TRUE(peer_.accept());
        ASSERT_TRUE(peer_.hears("POST /jsonrpc HTTP/1.1\r\n"));
        ASSERT_TRUE(peer_.hears(kDeactivate));
    }
};

TEST_F(ThunderOverHttp, SpeaksInTurns) {
    order();
    EXPECT_EQ(peer_.rest(80), "") << "the answer has not come";
    answer(message('0', R"("result":null)"));
    ASSERT_TRUE(asked());
    answer(message(question_, status("Deactivation")));
    ASSERT_TRUE(asked());
    answer(message(question_, status("Deactivated")));
    expect(PlayerNews::stopped);
}

TEST_F(ThunderOverHttp, AConnectionForEachAnswer) {
    order();
    answer(message('0', R"("result":null)"), "Connection: close\r\n");
    peer_.close();
    for (int question = 0; question < 4; ++question) {
        ASSERT_TRUE(peer_.accept());
        ASSERT_TRUE(asked());
        answer(message(question_, status(question < 3 ? "Activated" : "Deactivated")),
               "Connection: close\r\n");
        peer_.close();
    }
    expect(PlayerNews::stopped);
}

TEST_F(ThunderOverHttp, ChunksAreCutAsTheyLike) {
    order();
    now().join();
    answer(message('0', R"("result":null)"));
    ASSERT_TRUE(asked());
    const std::string text = message(question_, status("Deactivated"));
    std::string bytes =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (std::size_t at = 0; at < text.size(); at += 26) {
        const std::string part = text.substr(at, 26);
        bytes += (part.size() == 26 ? "1A;a=b\r\n" : std::to_string(part.size()) + "\r\n") + part +
                 "\r\n";
        if (part.size() < 10) break;
    }
    for (const char c : bytes + "0\r\nTrailer: x\r\n\r\n") {
        peer_.say({&c, 1});
        box_.loop.turn();
    }
    expect(PlayerNews::stopped);
}

TEST_F(ThunderOverHttp, WhatIsNoAnswerIsUnreachable) {
    const std::string kAnswers[] = {
        "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<p>{\"id\":7}\r\n",
        "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfour\r\n",
        "nothing of the kind\r\n",
    };
    for (const std::string& bytes : kAnswers) {
        box_.news.all.clear();
        order();
        peer_.say(bytes);
        expect(PlayerNews::unreachable);
    }
    EXPECT_EQ(box_.news.lines.size(), std::size(kAnswers));
    EXPECT_NE(box_.news.lines[0].find("401"), std::string::npos);
}

TEST_F(ThunderOverHttp, AnErrorUnderStatus200IsUnreachable) {
    order();
    answer(message('0', R"("error":{"code":22,"message":"ERROR_UNKNOWN_KEY"})"));
    ASSERT_TRUE(asked());
    answer(message(question_, R"("error":{"code":22,"message":"ERROR_UNKNOWN_KEY"})"));
    expect(PlayerNews::unreachable);
}

TEST_F(ThunderOverHttp, IsAskedOnceASecondWhileItIsWatched) {
    player().join();
    ASSERT_TRUE(peer_.accept());
    ASSERT_TRUE(asked());
    answer(message(question_, status("Activated")));
    EXPECT_EQ(peer_.rest(500).find("POST"), std::string::npos);
    ASSERT_TRUE(asked());
    answer(message(question_, status("Deactivated")));
    expect(PlayerNews::exited);
}

// A question that hangs holds no order up.
TEST_F(ThunderOverHttp, AnOrderDoesNotWaitForAnAnswer) {
    player().join();
    ASSERT_TRUE(peer_.accept());
    ASSERT_TRUE(asked());
    now().stop();
    ASSERT_TRUE(peer_.accept());
    EXPECT_TRUE(peer_.hears(kDeactivate));
}

TEST_F(ThunderOverHttp, TheTokenIsReadAnewForEachCall) {
    use_token("first");
    order();
    answer(message('0', R"("result":null)"));
    ASSERT_TRUE(asked());
    use_token("second\r\nX-Other: 1\n");
    answer(message(question_, status("Activated")));
    ASSERT_TRUE(peer_.hears("Authorization: Bearer second\r\n\r\n"))
        << "nothing but the first line";
}

}  // namespace
}  // namespace cmagent::contract
