// The promises of Supervisor, and of the small rest of the box: clock and entropy.
#include "platform/linux/supervisor.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>
#include <ctime>
#include <string>

#include "agent/base/time.h"
#include "platform/api/entropy.h"
#include "platform/linux/clock.h"
#include "tests/temporary_folder.h"

namespace cmagent::contract {
namespace {

class SupervisorTest : public testing::Test {
  protected:
    void listen(const std::string& name) {
        sockaddr_un at = {};
        at.sun_family = AF_UNIX;
        name.copy(at.sun_path, sizeof at.sun_path - 1);
        if (name[0] == '@') at.sun_path[0] = '\0';
        socket_.reset(socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        ASSERT_EQ(bind(socket_.get(), reinterpret_cast<sockaddr*>(&at), size), 0);
        setenv("NOTIFY_SOCKET", name.c_str(), 1);
    }
    std::string heard() {
        char bytes[64];
        const ssize_t got = recv(socket_.get(), bytes, sizeof bytes, 0);
        return got > 0 ? std::string(bytes, static_cast<std::size_t>(got)) : "";
    }
    // Fills the supervisor's queue. How many datagrams it has taken.
    std::size_t fill(const std::string& name) {
        sockaddr_un at = {};
        at.sun_family = AF_UNIX;
        name.copy(at.sun_path, sizeof at.sun_path - 1);
        const platform::Descriptor from(socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0));
        std::size_t taken = 0;
        while (sendto(from.get(), "x", 1, 0, reinterpret_cast<sockaddr*>(&at), sizeof at) == 1)
            taken++;
        return taken;
    }
    TemporaryFolder folder_;
    platform::Descriptor socket_;
};

TEST_F(SupervisorTest, IsToldByDatagrams) {
    listen(folder_.file("notify"));
    platform::NotifySupervisor supervisor;
    EXPECT_EQ(supervisor.next_deadline(), kNever.ms) << "nothing is due by itself";
    supervisor.ready();
    EXPECT_EQ(heard(), "READY=1");
    supervisor.stopping();
    EXPECT_EQ(heard(), "STOPPING=1");
    EXPECT_EQ(heard(), "");
    EXPECT_EQ(supervisor.next_deadline(), kNever.ms);
    EXPECT_EQ(getenv("NOTIFY_SOCKET"), nullptr) << "not for the commands that we run";
}

// sd_notify(3): of two such messages the supervisor tells by the time which reload is meant.
TEST_F(SupervisorTest, IsToldSinceWhenTheConfigurationIsReadAgain) {
    listen(folder_.file("notify"));
    platform::NotifySupervisor supervisor;
    timespec before = {};
    clock_gettime(CLOCK_MONOTONIC, &before);
    supervisor.reloading();
    supervisor.ready();
    const std::string said = heard();
    const std::string begin = "RELOADING=1\nMONOTONIC_USEC=";
    ASSERT_EQ(said.substr(0, begin.size()), begin);
    const long long since = std::stoll(said.substr(begin.size()));
    EXPECT_GE(since, before.tv_sec * 1'000'000LL + before.tv_nsec / 1000);
    EXPECT_LE(since, (before.tv_sec + 60) * 1'000'000LL);
    EXPECT_EQ(heard(), "READY=1");
}

TEST_F(SupervisorTest, MayBeInTheAbstractNameSpace) {
    listen("@cmagent-contract-" + std::to_string(getpid()));
    platform::NotifySupervisor supervisor;
    supervisor.ready();
    EXPECT_EQ(heard(), "READY=1");
}

TEST_F(SupervisorTest, HearsTwiceInAWatchdogsTimeThatTheLoopTurns) {
    listen(folder_.file("notify"));
    setenv("WATCHDOG_USEC", "30000000", 1);
    platform::NotifySupervisor supervisor;
    EXPECT_EQ(getenv("WATCHDOG_USEC"), nullptr);
    std::int64_t now = 1'000'000;
    EXPECT_LE(supervisor.next_deadline(), now);
    for (int i = 0; i < 3; ++i) {
        supervisor.on_time(now);
        EXPECT_EQ(heard(), "WATCHDOG=1");
        supervisor.on_time(now + 14'999);
        EXPECT_EQ(heard(), "");
        EXPECT_EQ(supervisor.next_deadline(), now + 15'000);
        now += 15'000;
    }
}

TEST_F(SupervisorTest, HasNoWatchdogThatIsMeantForAnother) {
    listen(folder_.file("notify"));
    setenv("WATCHDOG_USEC", "30000000", 1);
    setenv("WATCHDOG_PID", "1", 1);
    platform::NotifySupervisor supervisor;
    supervisor.on_time(1'000'000);
    EXPECT_EQ(heard(), "");
    EXPECT_EQ(supervisor.next_deadline(), kNever.ms);
}

// A queue that is full: of a supervisor that is busy, or is being started again.
TEST_F(SupervisorTest, Hazard45IsToldAgainWhatItHadNoRoomFor) {
    listen(folder_.file("notify"));
    const std::string name = getenv("NOTIFY_SOCKET");
    const std::size_t filled = fill(name);
    ASSERT_GT(filled, 0U);
    platform::NotifySupervisor supervisor;
    supervisor.ready();
    std::int64_t now = 1'000'000;
    EXPECT_LE(supervisor.next_deadline(), now) << "soon";
    for (int attempts = 0; attempts < 12; ++attempts) {
        supervisor.on_time(now);
        EXPECT_GT(supervisor.next_deadline(), now) << "with a back-off";
        EXPECT_LE(supervisor.next_deadline(), now + 30'000);
        now = supervisor.next_deadline();
    }
    supervisor.reloading();
    supervisor.ready();
    for (std::size_t i = 0; i < filled; ++i) EXPECT_EQ(heard(), "x");
    EXPECT_EQ(heard(), "");
    supervisor.on_time(now);
    EXPECT_EQ(heard().substr(0, 12), "RELOADING=1\n");
    EXPECT_EQ(heard(), "READY=1");
    EXPECT_EQ(heard(), "") << "once is enough";
    EXPECT_EQ(supervisor.next_deadline(), kNever.ms);
}

TEST_F(SupervisorTest, Hazard45KillsNobodyForASignOfLifeThatFoundNoRoom) {
    listen(folder_.file("notify"));
    setenv("WATCHDOG_USEC", "4000000", 1);
    const std::size_t filled = fill(getenv("NOTIFY_SOCKET"));
    platform::NotifySupervisor supervisor;
    const std::int64_t begin = 1'000'000;
    std::int64_t now = begin;
    while (now < begin + 1'900) {
        supervisor.on_time(now);
        now = supervisor.next_deadline();
        ASSERT_LE(now, begin + 2'250);
    }
    for (std::size_t i = 0; i < filled; ++i) static_cast<void>(heard());
    supervisor.on_time(now);
    EXPECT_EQ(heard(), "WATCHDOG=1") << "within the watchdog's 4 s";
}

TEST_F(SupervisorTest, Hazard45IsToldWhenItIsThere) {
    const std::string name = folder_.file("late");
    setenv("NOTIFY_SOCKET", name.c_str(), 1);
    platform::NotifySupervisor supervisor;
    supervisor.ready();
    std::int64_t now = 1'000'000;
    for (int i = 0; i < 5; ++i, now = supervisor.next_deadline()) supervisor.on_time(now);
    listen(name);
    supervisor.on_time(now);
    EXPECT_EQ(heard(), "READY=1");
    // It is started again: another socket has the name.
    unlink(name.c_str());
    socket_.reset();
    supervisor.stopping();
    listen(name);
    supervisor.on_time(now + 60'000);
    EXPECT_EQ(heard(), "STOPPING=1");
}

TEST_F(SupervisorTest, IsNotNeeded) {
    for (const char* name : {"", "x", "/no/such/socket"}) {
        setenv("NOTIFY_SOCKET", name, 1);
        platform::NotifySupervisor supervisor;
        supervisor.ready();
        supervisor.on_time(1'000'000);
        supervisor.stopping();
    }
    setenv("WATCHDOG_USEC", "30000000", 1);
    platform::NotifySupervisor none;
    none.reloading();
    none.ready();
    none.on_time(1'000'000);
    EXPECT_EQ(none.next_deadline(), kNever.ms);
}

TEST(Clock, GoesForwardAndKnowsTheDate) {
    platform::LinuxClock clock;
    const std::int64_t before = clock.boot_ms();
    EXPECT_GT(before, 0);
    EXPECT_GE(clock.boot_ms(), before);
    EXPECT_NEAR(static_cast<double>(clock.wall_ms()), static_cast<double>(time(nullptr)) * 1000,
                2000);
}

TEST(Clock, KnowsItsBuildDate) {
    constexpr std::int64_t kThisProjectBegan = 1'700'000'000'000;
    EXPECT_GT(platform::build_date_ms(), kThisProjectBegan);
    EXPECT_LE(platform::build_date_ms(), platform::LinuxClock().wall_ms());
}

TEST(Entropy, FillsAllOfIt) {
    unsigned char first[300] = {};
    unsigned char second[300] = {};
    ASSERT_TRUE(platform::entropy(first, sizeof first));
    ASSERT_TRUE(platform::entropy(second, sizeof second));
    EXPECT_NE(std::memcmp(first, second, sizeof first), 0);
    EXPECT_NE(std::memcmp(first + 290, second + 290, 10), 0);
}

}  // namespace
}  // namespace cmagent::contract
