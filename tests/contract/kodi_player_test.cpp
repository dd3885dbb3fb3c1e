// KodiPlayer with a scripted Kodi, for what the real one (tests/players/kodi.py) does not do on
// demand.
#include "platform/players/kodi_player.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/contract/scripted_peer.h"

namespace cmagent::contract {
namespace {

const std::string kActive = R"("result":[{"playerid":1,"playertype":"internal","type":"video"}])";
const std::string kNothing = R"("result":[])";
const std::string kOk = R"("result":"OK")";

class ScriptedKodi : public testing::Test {
  protected:
    // Its answer to a call with this id.
    void answer(char id, const std::string& result) {
        peer_.say(R"({"id":)" + std::string(1, id) + R"(,"jsonrpc":"2.0",)" + result + "}");
    }
    void notify(const std::string& method) {
        peer_.say(R"({"jsonrpc":"2.0","method":")" + method +
                  R"(","params":{"data":{"item":{"id":[],"type":"movie"}},"sender":"xbmc"}})");
    }
    // Takes an order, and the question after it.
    void take(const std::string& order) {
        ASSERT_TRUE(peer_.hears(order));
        ASSERT_TRUE(asked());
    }
    // The next question; question_ is its id.
    bool asked() {
        if (!peer_.hears(R"("Player.GetActivePlayers","id":)")) return false;
        return box_.loop.until([this] {
            const std::string rest = peer_.rest(0);
            if (!rest.empty()) question_ = rest[0];
            return !rest.empty();
        });
    }
    void join(const std::string& result) {
        player_.join();
        ASSERT_TRUE(peer_.accept());
        ASSERT_TRUE(asked());
        answer(question_, result);
        box_.pass(20);
    }
    void expect(PlayerNews news) {
        ASSERT_TRUE(box_.hears(1));
        EXPECT_EQ(box_.news.all[0], news);
        EXPECT_EQ(box_.news.all.size(), 1U);
    }

    Box box_;
    ScriptedPeer peer_{box_};
    char question_ = '0';
    std::string url_ = "tcp://" + peer_.authority();
    Settings settings_ = Settings().set("url", url_);
    platform::KodiPlayer driver_{box_.services, settings_, box_.news};
    platform::Player& player_ = driver_.player();
};

constexpr char kStop[] = R"("Input.ExecuteAction","params":{"action":"stop"},"id":0})";

TEST_F(ScriptedKodi, Hazard47OkIsNoStop) {
    join(kActive);
    player_.stop();
    take(kStop);
    answer('0', kOk);
    answer(question_, kActive);
    box_.pass(20);
    EXPECT_TRUE(box_.news.all.empty());
    ASSERT_TRUE(asked());
    answer(question_, kActive);
    ASSERT_TRUE(asked());
    answer(question_, kNothing);
    expect(PlayerNews::stopped);
}

TEST_F(ScriptedKodi, Hazard47NotificationsOnlyMakeUsAsk) {
    join(kActive);
    notify("Player.OnStop");  // of the item before
    ASSERT_TRUE(asked());
    answer(question_, kActive);
    box_.pass(20);
    EXPECT_TRUE(box_.news.all.empty());
    notify("VideoLibrary.OnUpdate");
    EXPECT_EQ(peer_.rest(100).find("GetActive"), std::string::npos);
    EXPECT_TRUE(asked()) << "the second look";
    answer(question_, kNothing);
    expect(PlayerNews::exited);
}

TEST_F(ScriptedKodi, IsToldAgainWhenItOpensAfterTheStop) {
    join(kNothing);
    player_.stop();
    take(kStop);
    notify("Player.OnPlay");
    for (int question = 0; question < 8; ++question) {
        answer(question_, kActive);
        if (question == 7) break;
        ASSERT_TRUE(asked());
    }
    EXPECT_TRUE(peer_.hears(kStop));
    EXPECT_TRUE(box_.news.all.empty());
}

// No player is active yet while it opens.
TEST_F(ScriptedKodi, Hazard47OpeningIsPlaying) {
    join(kNothing);
    player_.stop();
    ASSERT_TRUE(peer_.hears(kStop));
    ASSERT_TRUE(peer_.hears(R"("XBMC.GetInfoBooleans","params":{"booleans":["Player.HasMedia"]})"));
    peer_.say(R"({"id":10,"jsonrpc":"2.0","result":{"Player.HasMedia":true}})");
    ASSERT_TRUE(asked());
    answer(question_, kNothing);
    box_.pass(20);
    EXPECT_TRUE(box_.news.all.empty());
    ASSERT_TRUE(asked());
    peer_.say(R"({"id":10,"jsonrpc":"2.0","result":{"Player.HasMedia":false}})");
    answer(question_, kNothing);
    expect(PlayerNews::stopped);
}

TEST_F(ScriptedKodi, AnAnswerFromBeforeTheOrderIsNoProof) {
    join(kActive);
    notify("Player.OnPlay");
    ASSERT_TRUE(asked());
    const char before = question_;
    player_.stop();
    take(kStop);
    answer(before, kNothing);
    box_.pass(30);
    EXPECT_TRUE(box_.news.all.empty());
    answer(question_, kNothing);
    expect(PlayerNews::stopped);
}

TEST_F(ScriptedKodi, MusicAndPicturesPlayAsWell) {
    join(R"("result":[{"playerid":2,"playertype":"internal","type":"picture"}])");
    player_.stop();
    take(kStop);
    answer(question_, R"("result":[{"playerid":0,"playertype":"internal","type":"audio"}])");
    box_.pass(30);
    EXPECT_TRUE(box_.news.all.empty());
}

TEST_F(ScriptedKodi, AnErrorIsUnreachableWithItsReason) {
    join(kActive);
    player_.stop();
    take(kStop);
    answer('0', R"("error":{"code":-32602,"message":"Invalid params."})");
    answer(question_, kActive);
    expect(PlayerNews::unreachable);
    ASSERT_EQ(box_.news.lines.size(), 1U);
    EXPECT_NE(box_.news.lines[0].find("Invalid params."), std::string::npos);
}

TEST_F(ScriptedKodi, AnOrderThatWasRefusedIsCarriedOutWhereNothingPlays) {
    join(kActive);
    player_.stop();
    take(kStop);
    answer('0', R"("error":{"code":-32100,"message":"Failed to execute method."})");
    answer(question_, kNothing);
    expect(PlayerNews::stopped);
}

TEST_F(ScriptedKodi, IsForcedByQuitAndVerifiedGone) {
    join(kActive);
    player_.force();
    take(R"("Application.Quit","id":0})");
    answer('0', kOk);
    box_.pass(20);
    EXPECT_TRUE(box_.news.all.empty());
    peer_.close();
    ASSERT_TRUE(peer_.accept()) << "who hangs up on us need not be gone";
    take(R"("Application.Quit","id":0})");
    peer_.stop_listening();
    peer_.close();
    expect(PlayerNews::forced);
}

// It is started again at once: what plays no more is not told to quit a second time.
TEST_F(ScriptedKodi, ThatIsThereAgainAndPlaysNothingIsForced) {
    join(kActive);
    player_.force();
    take(R"("Application.Quit","id":0})");
    peer_.close();
    ASSERT_TRUE(peer_.accept());
    ASSERT_TRUE(asked());
    answer(question_, kNothing);
    expect(PlayerNews::forced);
}

TEST_F(ScriptedKodi, WasNeverThereIsUnreachable) {
    peer_.stop_listening();
    player_.join();
    player_.stop();
    expect(PlayerNews::unreachable);
}

TEST_F(ScriptedKodi, WasThereAndIsGoneIsStopped) {
    join(kNothing);
    peer_.stop_listening();
    peer_.close();
    player_.stop();
    expect(PlayerNews::stopped);
}

TEST_F(ScriptedKodi, IsUnderstoodInPiecesAndHoweverLongItSpeaks) {
    join(kActive);
    player_.stop();
    take(kStop);
    notify(std::string(20'000, 'x'));
    peer_.say(R"({"jsonrpc":"2.0","method":"Other.OnInfo","params":{"a":"}{\"","b":[[{},[]]]}})");
    const std::string last =
        R"({ "id" : )" + std::string(1, question_) + R"( , "jsonrpc" : "2.0" , "result" : [ ] })";
    for (const char c : last) {
        peer_.say(std::string(1, c));
        box_.loop.turn();
    }
    expect(PlayerNews::stopped);
}

TEST_F(ScriptedKodi, IsToldTheOrderOnceItListensInTime) {
    peer_.stop_listening();
    player_.join();
    box_.pass(50);
    peer_.listen_again();
    ASSERT_TRUE(peer_.accept());
    player_.stop();
    take(kStop);
    answer(question_, kNothing);
    expect(PlayerNews::stopped);
}

}  // namespace
}  // namespace cmagent::contract
