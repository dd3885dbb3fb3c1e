// What a check asks of the box: players that could be reached (platform/api/player.h), a folder that
// takes what is written, sockets that callers still find.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "platform/linux/folder_probe.h"
#include "platform/linux/listener.h"
#include "tests/contract/player_box.h"
#include "tests/contract/scripted_peer.h"

namespace cmagent::contract {
namespace {

using platform::FolderProbe;
using platform::ListenFault;

// The news of a probe, and that no other comes after it.
class Probe : public testing::Test {
  protected:
    void expect(PlayerNews news, const std::string& line = "") {
        ASSERT_TRUE(box_.hears(1));
        EXPECT_EQ(box_.news.all[0], news);
        if (!line.empty()) {
            ASSERT_FALSE(box_.news.lines.empty());
            EXPECT_NE(box_.news.lines[0].find(line), std::string::npos) << box_.news.lines[0];
        }
        box_.pass(100);
        EXPECT_EQ(box_.news.all.size(), 1U);
    }

    Box box_;
    ScriptedPeer peer_{box_};
    std::string url_ = "tcp://" + peer_.authority();
    Settings kodi_ = Settings().set("url", url_);
};

TEST_F(Probe, OfAPlayerThatAnswersSaysWhetherItPlays) {
    platform::KodiPlayer driver(box_.services, kodi_, box_.news);
    ASSERT_TRUE(driver.player().probe());
    EXPECT_TRUE(box_.news.all.empty()) << "never from within probe()";
    ASSERT_TRUE(peer_.accept());
    ASSERT_TRUE(peer_.hears("Player.GetActivePlayers"));
    peer_.say(R"({"id":1,"jsonrpc":"2.0","result":[]})");
    expect(PlayerNews::stopped);
}

TEST_F(Probe, OfAPlayerThatClosesIsUnreachable) {
    platform::KodiPlayer driver(box_.services, kodi_, box_.news);
    ASSERT_TRUE(driver.player().probe());
    ASSERT_TRUE(peer_.accept());
    peer_.close();
    expect(PlayerNews::unreachable, "closes the connection");
}

TEST_F(Probe, OfAPlayerThatRefusesSaysWhy) {
    platform::KodiPlayer driver(box_.services, kodi_, box_.news);
    ASSERT_TRUE(driver.player().probe());
    ASSERT_TRUE(peer_.accept());
    ASSERT_TRUE(peer_.hears("Player.GetActivePlayers"));
    peer_.say(R"({"id":1,"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found."}})");
    expect(PlayerNews::unreachable, "refused");
}

TEST_F(Probe, OfNobodySaysWhatTheSystemSays) {
    const std::string path = box_.folder.file("none.sock");
    const Settings settings = Settings().set("socket", path);
    platform::MpvPlayer driver(box_.services, settings, box_.news);
    ASSERT_TRUE(driver.player().probe());
    expect(PlayerNews::unreachable, "No such file or directory");
}

TEST_F(Probe, ThatIsGivenUpHasNoNews) {
    platform::KodiPlayer driver(box_.services, kodi_, box_.news);
    ASSERT_TRUE(driver.player().probe());
    ASSERT_TRUE(peer_.accept());
    driver.player().cancel();
    box_.pass(100);
    EXPECT_TRUE(box_.news.all.empty());
}

TEST_F(Probe, OfMpvDoesNotStopIt) {
    if (!has_mpv()) GTEST_SKIP() << "mpv is not installed";
    Mpv mpv(box_, true, true);
    const std::string path = mpv.socket();
    const Settings settings = Settings().set("socket", path);
    platform::MpvPlayer driver(box_.services, settings, box_.news);
    ASSERT_TRUE(driver.player().probe());
    ASSERT_TRUE(box_.hears(1));
    EXPECT_NE(box_.news.all[0], PlayerNews::unreachable);
    EXPECT_TRUE(box_.loop.until([&mpv] { return mpv.plays(); })) << "it may be about to begin";
}

TEST_F(Probe, OfAProcessSignalsNobody) {
    // Not our own child: commands of the daemon are no players.
    const std::string file = box_.folder.file("pid");
    ASSERT_EQ(std::system(("sleep 60 >/dev/null 2>&1 & echo $! > " + file).c_str()), 0);
    pid_t sleeper = 0;
    std::ifstream(file) >> sleeper;
    ASSERT_GT(sleeper, 1);
    const Settings settings = Settings().set("pidFile", file);
    platform::ProcessPlayer player(box_.services, settings, box_.news);
    ASSERT_TRUE(player.probe());
    expect(PlayerNews::playing);
    EXPECT_EQ(kill(sleeper, SIGKILL), 0) << "it lives";
}

TEST_F(Probe, OfAProcessThatDoesNotRunNowIsNoFault) {
    const std::string name = "no-such-program-of-anybody";
    const Settings settings = Settings().set("name", name);
    platform::ProcessPlayer player(box_.services, settings, box_.news);
    ASSERT_TRUE(player.probe());
    expect(PlayerNews::stopped);
}

TEST_F(Probe, HasNobodyToAskWhereCommandsAreAll) {
    const Words command{"true"};
    const Settings settings = Settings().set("stop", command);
    platform::ExecPlayer exec(box_.services, settings, box_.news);
    EXPECT_FALSE(exec.probe());
    platform::UiPlayer ui(box_.services, settings, box_.news);
    EXPECT_FALSE(ui.probe());
}

class FolderProbed : public testing::Test {
  protected:
    // What a probe comes to: an errno, 0 where all is well.
    int probed(const std::string& folder) {
        FolderProbe probe(worker_, folder.c_str());
        EXPECT_TRUE(probe.begin());
        EXPECT_FALSE(probe.begin()) << "the last one is not over";
        EXPECT_TRUE(loop_.until([&] { return probe.over(); }));
        return probe.result().error;
    }
    void SetUp() override { ASSERT_TRUE(worker_.start()); }

    Loop loop_;
    platform::Worker worker_{loop_.poller};
    TemporaryFolder folder_;
};

TEST_F(FolderProbed, LeavesNothingBehind) {
    EXPECT_EQ(probed(folder_.file(".")), 0);
    EXPECT_EQ(rmdir(folder_.file("none").c_str()), -1);
    EXPECT_EQ(access(folder_.file("probe").c_str(), F_OK), -1);
}

TEST_F(FolderProbed, SaysWhyItCannotBeWritten) {
    EXPECT_EQ(probed(folder_.file("missing")), ENOENT);
    folder_.write("file", "x");
    EXPECT_EQ(probed(folder_.file("file")), ENOTDIR);
    EXPECT_NE(probed("/proc"), 0);
}

class NobodyConnects final : public platform::ConnectionListener {
  public:
    void on_connection(const platform::AcceptedConnection&) override {}
};

TEST(ListenedOn, IsSeenToBeGoneWithItsFile) {
    Loop loop;
    TemporaryFolder folder;
    NobodyConnects nobody;
    platform::SocketListener listener(loop.poller, nobody);
    const std::string path = folder.file("api.sock");
    ASSERT_EQ(chmod(folder.file(".").c_str(), 0700), 0);
    ASSERT_EQ(listener.listen("unix:" + path), ListenFault::none);
    ASSERT_EQ(listener.listen("127.0.0.1:0"), ListenFault::none);
    EXPECT_EQ(listener.look(0), ListenFault::none);
    EXPECT_EQ(listener.look(1), ListenFault::none);
    unlink(path.c_str());
    EXPECT_EQ(listener.look(0), ListenFault::removed);
    folder.write("api.sock", "another's");
    EXPECT_EQ(listener.look(0), ListenFault::removed);
}

TEST(ListenedOn, AnAddressThatTheBoxLacksIsSeen) {
    Loop loop;
    NobodyConnects nobody;
    platform::SocketListener listener(loop.poller, nobody);
    ASSERT_EQ(listener.listen("192.0.2.77:0"), ListenFault::not_local);
    EXPECT_EQ(listener.look(0), ListenFault::not_local);
}

}  // namespace
}  // namespace cmagent::contract
