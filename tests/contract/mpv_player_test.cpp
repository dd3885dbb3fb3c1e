// MpvPlayer with the real mpv, and with a scripted one for words that mpv does not say on demand.
#include "platform/players/mpv_player.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <memory>
#include <string>

#include "platform/linux/descriptor.h"
#include "tests/contract/player_box.h"

namespace cmagent::contract {
namespace {

class MpvTest : public testing::Test {
  protected:
    void SetUp() override { ASSERT_TRUE(has_mpv()) << "mpv is not installed"; }
    void run(bool plays, bool idles) { mpv_ = std::make_unique<Mpv>(box_, plays, idles); }
    platform::Player& player(const Words& force = {}) {
        if (force.count > 0) settings_.set("force", force);
        driver_ = std::make_unique<platform::MpvPlayer>(box_.services, settings_, box_.news);
        return driver_->player();
    }
    Box box_;
    std::string path_ = box_.folder.file("mpv.sock");
    Settings settings_ = Settings().set("socket", path_);
    std::unique_ptr<Mpv> mpv_;
    std::unique_ptr<platform::MpvPlayer> driver_;
};

TEST_F(MpvTest, StopLeavesAnIdleMpvRunning) {
    run(true, true);
    player().join();
    driver_->player().stop();
    ASSERT_TRUE(box_.hears(1));
    EXPECT_EQ(box_.news.all[0], PlayerNews::stopped);
    EXPECT_FALSE(mpv_->gone);
}

TEST_F(MpvTest, StopEndsAnMpvThatDoesNotIdle) {
    run(true, false);
    player().join();
    driver_->player().stop();
    ASSERT_TRUE(box_.hears(1));
    EXPECT_EQ(box_.news.all[0], PlayerNews::stopped);
    EXPECT_TRUE(box_.loop.until([&] { return mpv_->gone; }));
}

TEST_F(MpvTest, StopOfAnIdleMpvIsConfirmed) {
    run(false, true);
    player().join();
    box_.pass(50);
    driver_->player().stop();
    ASSERT_TRUE(box_.hears(1));
    EXPECT_EQ(box_.news.all[0], PlayerNews::stopped);
}

TEST_F(MpvTest, ForceEndsTheProcess) {
    run(true, true);
    player().join();
    driver_->player().force();
    ASSERT_TRUE(box_.hears(1));
    EXPECT_EQ(box_.news.all[0], PlayerNews::forced);
    EXPECT_TRUE(box_.loop.until([&] { return mpv_->gone; }));
}

TEST_F(MpvTest, AForceCommandTakesThePlaceOfQuit) {
    run(true, true);
    const std::string script = "touch " + box_.folder.file("forced");
    const Words force{"sh", "-c", script};
    player(force).join();
    driver_->player().force();
    ASSERT_TRUE(box_.hears(1));
    EXPECT_EQ(box_.news.all[0], PlayerNews::forced);
    EXPECT_EQ(access(box_.folder.file("forced").c_str(), F_OK), 0);
    EXPECT_FALSE(mpv_->gone);
}

TEST_F(MpvTest, TellsWhenMpvEndsByItself) {
    run(true, false);
    player().join();
    // The player must have seen it playing: our question comes after the player's own.
    ASSERT_TRUE(box_.loop.until([this] { return mpv_->plays(); }));
    box_.pass(100);
    mpv_.reset();  // killed
    ASSERT_TRUE(box_.hears(1));
    EXPECT_EQ(box_.news.all[0], PlayerNews::exited);
}

// The odd cases: a server of the test's own, on the same socket.
class ScriptedMpv : public testing::Test {
  protected:
    void listen() {
        sockaddr_un at = {};
        at.sun_family = AF_UNIX;
        path_.copy(at.sun_path, sizeof at.sun_path - 1);
        listening_.reset(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        ASSERT_EQ(bind(listening_.get(), reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
        ASSERT_EQ(::listen(listening_.get(), 4), 0);
    }
    void stop_listening() {
        listening_.reset();
        unlink(path_.c_str());
    }
    bool accept() {
        return box_.loop.until([this] {
            connection_.reset(
                accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
            return connection_.valid();
        });
    }
    // Something that the player says within the time.
    bool hears(const std::string& text) {
        return box_.loop.until([&] {
            char bytes[512];
            const ssize_t got = recv(connection_.get(), bytes, sizeof bytes, 0);
            if (got > 0) heard_.append(bytes, static_cast<std::size_t>(got));
            return heard_.find(text) != std::string::npos;
        });
    }
    // Accepts whoever connects within that time, and hangs up on him; how often.
    int hang_up_for(std::int64_t ms) {
        int connects = 0;
        const std::int64_t until_ms = box_.loop.clock.boot_ms() + ms;
        connection_.reset();
        static_cast<void>(box_.loop.until([&] {
            const platform::Descriptor connection(
                accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
            char order[512];
            if (connection.valid()) ++connects, (void)recv(connection.get(), order, 512, 0);
            return box_.loop.clock.boot_ms() >= until_ms;
        }));
        return connects;
    }
    void say(const std::string& text) {
        ASSERT_EQ(send(connection_.get(), text.data(), text.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(text.size()));
    }
    void say_idle(bool idle) {
        say(std::string(R"({"event":"property-change","id":1,"name":"idle-active","data":)") +
            (idle ? "true" : "false") + "}\n");
    }
    // To the last question that has come: each order has another number.
    void answer(bool idle) {
        say(std::string(R"({"data":)") + (idle ? "true" : "false") + R"(,"request_id":)" +
            number() + R"(,"error":"success"})" + "\n");
    }
    // The next question, and the answer to it.
    void asked(bool idle) {
        heard_.clear();
        ASSERT_TRUE(hears("get_property"));
        answer(idle);
    }
    [[nodiscard]] std::string number() const {
        const std::string question = R"(["get_property","idle-active"],"request_id":)";
        const std::size_t at = heard_.rfind(question);
        return at == std::string::npos ? "0" : heard_.substr(at + question.size(), 1);
    }

    Box box_;
    std::string path_ = box_.folder.file("mpv.sock");
    platform::Descriptor listening_;
    platform::Descriptor connection_;
    std::string heard_;
    Settings settings_ = Settings().set("socket", path_);
    platform::MpvPlayer driver_{box_.services, settings_, box_.news};
    platform::Player& player_ = driver_.player();
};

TEST_F(ScriptedMpv, IsWaitedFor) {
    player_.join();
    box_.pass(20);
    listen();
    EXPECT_TRUE(accept());
    EXPECT_TRUE(hears(R"(["observe_property",1,"idle-active"])"));
    EXPECT_TRUE(box_.news.all.empty());
}

TEST_F(ScriptedMpv, IsNotTakenAtItsWordFromBeforeTheOrder) {
    listen();
    player_.join();
    ASSERT_TRUE(accept());
    ASSERT_TRUE(hears("get_property"));
    say_idle(true);  // under way while the order is given
    answer(true);
    player_.stop();
    ASSERT_TRUE(hears("\"stop\""));
    box_.pass(20);
    EXPECT_TRUE(box_.news.all.empty());
    answer(false);
    box_.pass(20);
    EXPECT_TRUE(box_.news.all.empty());
    say_idle(true);
    asked(true);
    ASSERT_TRUE(box_.hears(1));
    EXPECT_EQ(box_.news.all[0], PlayerNews::stopped);
}

TEST_F(ScriptedMpv, EndsByItselfOnlyAfterItHasPlayed) {
    listen();
    player_.join();
    ASSERT_TRUE(accept());
    asked(true);
    box_.pass(20);
    EXPECT_TRUE(box_.news.all.empty());
    say_idle(false);
    asked(false);
    say_idle(true);
    box_.pass(20);
    EXPECT_TRUE(box_.news.all.empty()) << "its word unasked is not enough";
    asked(true);
    ASSERT_TRUE(box_.hears(1));
    EXPECT_EQ(box_.news.all[0], PlayerNews::exited);
    connection_.reset();
    box_.pass(20);
    EXPECT_EQ(box_.news.all.size(), 1U) << "told once";
}

TEST_F(ScriptedMpv, IsUnderstoodInPiecesAndAmongNoise) {
    listen();
    player_.join();
    ASSERT_TRUE(accept());
    player_.stop();
    ASSERT_TRUE(hears("\"stop\""));
    ASSERT_TRUE(hears("get_property"));
    answer(false);
    say("\n\n{}\nnot JSON\n" + std::string(5000, 'x') + "\n");
    // A file's name cannot pass for an event, nor the answer to another request for ours.
    say(R"({"event":"start-file","name":"\"name\":\"idle-active\",\"data\":true"})"
        "\n");
    say(R"({"data":true,"request_id":20,"error":"success"})"
        "\n");
    say(R"({"event":"property-change","id":1,"name":"pause","data":true})"
        "\n");
    box_.pass(20);
    EXPECT_TRUE(box_.news.all.empty());
    // A name that nothing closes ends with its line.
    say("{\"event\":\"start-file\",\"name\":\"half a\n");
    const std::string last = R"({"data":true,"error":"success","request_id":)" + number() + "}\n";
    for (const char byte : last) {
        say(std::string(1, byte));
        box_.loop.turn();
    }
    ASSERT_TRUE(box_.hears(1));
    EXPECT_EQ(box_.news.all[0], PlayerNews::stopped);
}

// The stop was under way when it opened the picture.
TEST_F(ScriptedMpv, IsAskedAgainAndAgainAndHearsTheOrderAgain) {
    listen();
    player_.join();
    ASSERT_TRUE(accept());
    player_.stop();
    ASSERT_TRUE(hears("\"stop\""));
    const std::int64_t first_ms = box_.loop.clock.boot_ms();
    ASSERT_TRUE(hears("get_property"));
    answer(false);
    for (int question = 1; question < 8; ++question) asked(false);
    EXPECT_GE(box_.loop.clock.boot_ms() - first_ms, 4 + 8 + 16 + 32 + 3 * 50 - 10);
    heard_.clear();
    EXPECT_TRUE(hears("\"stop\"")) << "an eighth of its answers says that it still plays";
    ASSERT_TRUE(hears("get_property"));
    answer(true);
    ASSERT_TRUE(box_.hears(1));
    EXPECT_EQ(box_.news.all[0], PlayerNews::stopped);
}

// One that hangs has one question before it, not one for every 50 ms.
TEST_F(ScriptedMpv, IsAskedOnceWhileItDoesNotAnswer) {
    listen();
    player_.join();
    ASSERT_TRUE(accept());
    player_.stop();
    ASSERT_TRUE(hears("\"stop\""));
    ASSERT_TRUE(hears("get_property"));
    heard_.clear();
    box_.pass(200);
    char bytes[512];
    EXPECT_EQ(recv(connection_.get(), bytes, sizeof bytes, 0), -1);
}

// Whoever hangs up on us while he plays need not have ended.
TEST_F(ScriptedMpv, ThatHangsUpWhileItPlaysIsAskedAgain) {
    listen();
    player_.join();
    ASSERT_TRUE(accept());
    asked(false);
    box_.pass(20);
    connection_.reset();
    ASSERT_TRUE(accept());
    asked(false);
    box_.pass(20);
    EXPECT_TRUE(box_.news.all.empty());
    stop_listening();
    connection_.reset();
    ASSERT_TRUE(box_.hears(1));
    EXPECT_EQ(box_.news.all[0], PlayerNews::exited);
}

TEST_F(ScriptedMpv, HearsTheOrderAgainWhenItMerelyDropsUs) {
    listen();
    player_.join();
    ASSERT_TRUE(accept());
    player_.stop();
    ASSERT_TRUE(hears("\"stop\""));
    heard_.clear();
    ASSERT_TRUE(accept()) << "the connection is closed, but somebody listens";
    EXPECT_TRUE(hears("\"stop\""));
    EXPECT_TRUE(box_.news.all.empty());
    stop_listening();
    connection_.reset();
    ASSERT_TRUE(box_.hears(1));
    EXPECT_EQ(box_.news.all[0], PlayerNews::stopped);
}

TEST_F(ScriptedMpv, IsNotMisreadAcrossTwoConnections) {
    listen();
    player_.join();
    ASSERT_TRUE(accept());
    player_.stop();
    ASSERT_TRUE(hears("get_property"));
    say(R"({"data":true,)");
    heard_.clear();
    ASSERT_TRUE(accept());
    ASSERT_TRUE(hears("get_property"));
    say(R"("request_id":)" + number() + R"(,"error":"success"})" + "\n");
    box_.pass(20);
    EXPECT_TRUE(box_.news.all.empty());
}

TEST_F(ScriptedMpv, IsLeftAfterAnOrderThatNobodyJoinedFor) {
    listen();
    player_.stop();
    ASSERT_TRUE(accept());
    ASSERT_TRUE(hears("get_property"));
    answer(true);
    ASSERT_TRUE(box_.hears(1));
    char byte = 0;
    EXPECT_TRUE(box_.loop.until([&] { return recv(connection_.get(), &byte, 1, 0) == 0; }));
}

TEST_F(ScriptedMpv, IsUnreachableWhenItDoesNotListen) {
    player_.stop();
    EXPECT_TRUE(box_.news.all.empty()) << "never from within stop()";
    ASSERT_TRUE(box_.hears(1));
    EXPECT_EQ(box_.news.all[0], PlayerNews::unreachable);
}

TEST_F(ScriptedMpv, SaysNothingWhileItHangs) {
    listen();
    player_.join();
    ASSERT_TRUE(accept());
    player_.stop();
    box_.pass(50);
    EXPECT_TRUE(box_.news.all.empty()) << "the core's deadline decides";
    player_.force();
    EXPECT_TRUE(hears("\"quit\""));
    stop_listening();
    connection_.reset();
    ASSERT_TRUE(box_.hears(1));
    EXPECT_EQ(box_.news.all[0], PlayerNews::forced);
}

TEST_F(ScriptedMpv, ThatHangsUpOnEveryOrderIsTriedAHandfulOfTimes) {
    listen();
    player_.join();
    ASSERT_TRUE(accept());
    player_.stop();
    ASSERT_TRUE(hears("\"stop\""));
    const int stops = hang_up_for(1000);
    player_.force();
    const int forces = hang_up_for(1000);
    EXPECT_GT(stops, 3);
    EXPECT_LT(stops, 10);
    EXPECT_LT(forces, 10);
    EXPECT_TRUE(box_.news.all.empty());
    player_.cancel();
    player_.leave();
    EXPECT_EQ(hang_up_for(300), 0) << "nobody wants anything of it any more";
}

TEST_F(ScriptedMpv, ThatHangsUpWhileItIsWatchedIsTriedMoreAndMoreRarely) {
    listen();
    player_.join();
    EXPECT_LE(hang_up_for(1500), 4) << "at once, then after 250, 500, and 1000 ms";
}

TEST_F(ScriptedMpv, IsWatchedOnWhenAnOrderWasGivenUp) {
    listen();
    player_.join();
    ASSERT_TRUE(accept());
    player_.stop();
    ASSERT_TRUE(hears("\"stop\""));
    (void)hang_up_for(100);
    player_.cancel();
    heard_.clear();
    ASSERT_TRUE(accept());
    EXPECT_TRUE(hears("observe_property"));
    box_.pass(50);
    EXPECT_EQ(heard_.find("\"stop\""), std::string::npos);
}

// A turn of the loop reads a portion, whatever there is: everything else gets its turn as well.
TEST_F(ScriptedMpv, ThatFloodsUsHoldsNothingUp) {
    listen();
    player_.join();
    ASSERT_TRUE(accept());
    const std::string noise(64 * 1024, 'x');
    int turns = 0;
    ASSERT_TRUE(box_.loop.until([&] {
        (void)send(connection_.get(), noise.data(), noise.size(), MSG_NOSIGNAL);
        return ++turns == 1000;
    })) << "a turn with a flood is a turn that ends";
    player_.stop();
    EXPECT_TRUE(box_.loop.until([&] {
        (void)send(connection_.get(), noise.data(), noise.size(), MSG_NOSIGNAL);
        char bytes[512];
        const ssize_t got = recv(connection_.get(), bytes, sizeof bytes, 0);
        if (got > 0) heard_.append(bytes, static_cast<std::size_t>(got));
        return heard_.find("\"stop\"") != std::string::npos;
    }));
}

TEST_F(ScriptedMpv, IsLeftWhenNobodyPlaysOnIt) {
    listen();
    player_.join();
    player_.join();
    ASSERT_TRUE(accept());
    player_.leave();
    box_.pass(20);
    char byte = 0;
    while (recv(connection_.get(), &byte, 1, 0) > 0) {
    }
    EXPECT_EQ(errno, EAGAIN) << "calls of join() nest";
    player_.leave();
    EXPECT_TRUE(box_.loop.until([&] { return recv(connection_.get(), &byte, 1, 0) == 0; }));
}

}  // namespace
}  // namespace cmagent::contract
