// The promises of Player (platform/api/player.h): exec on fakes and with real processes, real mpv.
#include "platform/api/player.h"

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "tests/contract/kind_name.h"
#include "tests/contract/player_box.h"
#include "tests/fakes/fake_poller.h"
#include "tests/fakes/fake_processes.h"
#include "tests/fakes/fake_timers.h"

namespace cmagent::contract {
namespace {

// The exec player on fakes of the services that a player uses.
struct ExecOnFakes {
    static constexpr const char* kName = "ExecOnFakes";
    fakes::FakeClock clock;
    fakes::FakeTimers timers{clock};
    fakes::FakeProcesses processes;
    News news;
    fakes::FakePoller poller;
    platform::PlayerServices services{poller, processes, timers};
    Words command{"stop-it"};
    Settings settings = Settings().set("stop", command).set("force", command);
    platform::ExecPlayer player{services, settings, news};
    ExecOnFakes() { processes.ends["stop-it"] = 0; }
    bool hears(std::size_t count) {
        while (processes.turn()) continue;
        timers.advance(1);
        return news.all.size() >= count;
    }
    void pass() { static_cast<void>(hears(1)); }
    void break_it() { processes.missing.insert("stop-it"); }
};

struct Exec {
    static constexpr const char* kName = "Exec";
    Box box;
    News& news = box.news;
    std::string marker = box.folder.file("marker");
    std::string script = "test ! -e " + marker;
    Words command{"sh", "-c", script};
    Settings settings = Settings().set("stop", command).set("force", command);
    platform::ExecPlayer player{box.services, settings, box.news};
    bool hears(std::size_t count) { return box.hears(count); }
    void pass() { box.pass(100); }
    void break_it() { box.folder.write("marker", ""); }
};

struct RealMpv {
    static constexpr const char* kName = "Mpv";
    Box box;
    News& news = box.news;
    std::unique_ptr<Mpv> mpv = std::make_unique<Mpv>(box, true, true);
    std::string path = mpv->socket();
    Settings settings = Settings().set("socket", path);
    platform::MpvPlayer driver{box.services, settings, box.news};
    platform::Player& player = driver.player();
    bool hears(std::size_t count) { return box.hears(count); }
    void pass() { box.pass(100); }
    void break_it() {
        mpv.reset();
        unlink(path.c_str());
    }
};

template <typename Kind>
class PlayerContract : public testing::Test {
  protected:
    void SetUp() override {
        if (std::is_same_v<Kind, RealMpv>) {
            ASSERT_TRUE(has_mpv()) << "mpv is not installed";
        }
        kind_ = std::make_unique<Kind>();
    }
    std::unique_ptr<Kind> kind_;
};
using Kinds = testing::Types<ExecOnFakes, Exec, RealMpv>;
TYPED_TEST_SUITE(PlayerContract, Kinds, KindName);

TYPED_TEST(PlayerContract, ConfirmsAStop) {
    this->kind_->player.join();
    this->kind_->player.stop();
    EXPECT_TRUE(this->kind_->news.all.empty()) << "never from within stop()";
    ASSERT_TRUE(this->kind_->hears(1));
    EXPECT_EQ(this->kind_->news.all.at(0), PlayerNews::stopped);
    this->kind_->player.leave();
}

TYPED_TEST(PlayerContract, ConfirmsAForce) {
    this->kind_->player.join();
    this->kind_->player.force();
    EXPECT_TRUE(this->kind_->news.all.empty()) << "never from within force()";
    ASSERT_TRUE(this->kind_->hears(1));
    EXPECT_EQ(this->kind_->news.all.at(0), PlayerNews::forced);
}

TYPED_TEST(PlayerContract, TellsThatAnOrderCannotBeDelivered) {
    this->kind_->break_it();
    this->kind_->player.stop();
    ASSERT_TRUE(this->kind_->hears(1));
    EXPECT_EQ(this->kind_->news.all.at(0), PlayerNews::unreachable);
    this->kind_->player.force();
    ASSERT_TRUE(this->kind_->hears(2));
    EXPECT_EQ(this->kind_->news.all.at(1), PlayerNews::unreachable);
}

TYPED_TEST(PlayerContract, HasNothingToTellOfAnOrderThatWasGivenUp) {
    this->kind_->player.cancel();
    this->kind_->player.stop();
    this->kind_->player.cancel();
    this->kind_->player.force();
    this->kind_->player.cancel();
    this->kind_->player.cancel();
    this->kind_->pass();
    EXPECT_TRUE(this->kind_->news.all.empty());
    this->kind_->break_it();
    this->kind_->player.stop();
    this->kind_->player.cancel();
    this->kind_->pass();
    EXPECT_TRUE(this->kind_->news.all.empty()) << "nor that it could not be delivered";
}

TYPED_TEST(PlayerContract, StopsOneSessionAfterTheOther) {
    for (std::size_t i = 1; i <= 3; i++) {
        this->kind_->player.join();
        this->kind_->player.stop();
        ASSERT_TRUE(this->kind_->hears(i));
        EXPECT_EQ(this->kind_->news.all.at(i - 1), PlayerNews::stopped);
        this->kind_->player.leave();
    }
}

TEST(UiPlayer, OnlyHasItsForce) {
    Box box;
    const Words command{"true"};
    const Settings settings = Settings().set("force", command);
    platform::UiPlayer player(box.services, settings, box.news);
    player.join();
    player.stop();
    box.pass(20);
    EXPECT_TRUE(box.news.all.empty()) << "the UI confirms, not the player";
    player.force();
    ASSERT_TRUE(box.hears(1));
    EXPECT_EQ(box.news.all[0], PlayerNews::forced);
}

TEST(UiPlayer, WithoutForceIsUnreachable) {
    Box box;
    const Settings settings;
    platform::UiPlayer player(box.services, settings, box.news);
    player.force();
    EXPECT_TRUE(box.news.all.empty());
    ASSERT_TRUE(box.hears(1));
    EXPECT_EQ(box.news.all[0], PlayerNews::unreachable);
}

TEST(ExecPlayer, IsUnreachableWhenItsCommandIsMissing) {
    Box box;
    const Words missing{"/no/such/program"};
    const Settings settings = Settings().set("stop", missing);
    platform::ExecPlayer player(box.services, settings, box.news);
    player.stop();
    EXPECT_TRUE(box.news.all.empty());
    ASSERT_TRUE(box.hears(1));
    EXPECT_EQ(box.news.all[0], PlayerNews::unreachable);
}

// killall on a player that is gone already: status 1; on one that ignores SIGTERM: status 0.
TEST(ExecPlayer, Hazard46WhereItIsVerifiedTheStatusOfAnOrderSaysNothing) {
    Box box;
    const Words fails{"false"};
    const Words verify{"true"};
    const Settings settings =
        Settings().set("stop", fails).set("force", fails).set("verify", verify);
    platform::ExecPlayer player(box.services, settings, box.news);
    player.stop();
    ASSERT_TRUE(box.hears(1));
    player.force();
    ASSERT_TRUE(box.hears(2));
    EXPECT_EQ(box.news.all, (std::vector{PlayerNews::stopped, PlayerNews::forced}));
}

TEST(ExecPlayer, Hazard46IsNotStoppedBeforeItsEffectIsSeen) {
    Box box;
    const Words works{"true"};
    const std::string count = box.folder.file("count");
    const Words verify{"sh", "-c", "echo asked; echo >> " + count + "; test -e " + count + ".off"};
    const Settings settings = Settings().set("stop", works).set("verify", verify);
    platform::ExecPlayer player(box.services, settings, box.news);
    player.stop();
    box.pass(1200);
    EXPECT_TRUE(box.news.all.empty());
    const auto asked = std::ifstream(count).seekg(0, std::ios::end).tellg();
    EXPECT_GE(asked, 2);
    EXPECT_LE(asked, 7) << "in growing distances";
    EXPECT_LE(box.news.lines.size(), 2U) << "what it prints is told once";
    box.folder.write("count.off", "");
    ASSERT_TRUE(box.hears(1));
    EXPECT_EQ(box.news.all[0], PlayerNews::stopped);
}

TEST(ExecPlayer, AVerifyThatCannotBeRunIsUnreachable) {
    Box box;
    const Words works{"true"};
    const Words missing{"/no/such/program"};
    const Settings settings = Settings().set("stop", works).set("verify", missing);
    platform::ExecPlayer player(box.services, settings, box.news);
    player.stop();
    ASSERT_TRUE(box.hears(1));
    EXPECT_EQ(box.news.all[0], PlayerNews::unreachable);
}

TEST(ExecPlayer, AVerifyThatHangsEndsWithTheOrder) {
    Box box;
    const Words works{"true"};
    const std::string late = box.folder.file("late");
    const Words hangs{"sh", "-c", "sleep 0.3; touch " + late};
    const Settings settings = Settings().set("stop", works).set("verify", hangs);
    platform::ExecPlayer player(box.services, settings, box.news);
    player.stop();
    box.pass(150);
    player.cancel();
    box.pass(500);
    EXPECT_TRUE(box.news.all.empty());
    EXPECT_NE(access(late.c_str(), F_OK), 0);
}

TEST(ExecPlayer, KillsAStopThatHangsBeforeItForces) {
    Box box;
    const Words hangs{"sleep", "0.2"};
    const Words works{"true"};
    const Settings settings = Settings().set("stop", hangs).set("force", works);
    platform::ExecPlayer player(box.services, settings, box.news);
    player.stop();
    box.pass(20);
    EXPECT_TRUE(box.news.all.empty());
    player.force();
    ASSERT_TRUE(box.hears(1));
    box.pass(400);
    EXPECT_EQ(box.news.all, std::vector<PlayerNews>{PlayerNews::forced})
        << "and nothing of the stop";
}

// A command that hangs does not outlive the wish to stop, nor does what it has started.
TEST(ExecPlayer, LeavesNoCommandThatRunsOnWhenTheOrderIsGivenUp) {
    Box box;
    const std::string script = "sleep 0.3; touch " + box.folder.file("late");
    const Words hangs{"sh", "-c", script};
    const Settings settings = Settings().set("stop", hangs).set("force", hangs);
    platform::ExecPlayer player(box.services, settings, box.news);
    player.stop();
    player.force();
    box.pass(50);
    player.cancel();
    box.pass(500);
    EXPECT_NE(access(box.folder.file("late").c_str(), F_OK), 0);
    EXPECT_TRUE(box.news.all.empty());
}

}  // namespace
}  // namespace cmagent::contract
