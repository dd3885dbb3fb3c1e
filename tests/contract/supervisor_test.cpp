// The promises of Supervisor, and of the small rest of the box: clock and entropy.
#include "platform/linux/supervisor.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>
#include <ctime>
#include <string>

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
    TemporaryFolder folder_;
    platform::Descriptor socket_;
};

TEST_F(SupervisorTest, IsToldByDatagrams) {
    listen(folder_.file("notify"));
    platform::NotifySupervisor supervisor;
    supervisor.ready();
    EXPECT_EQ(heard(), "READY=1");
    supervisor.alive();
    EXPECT_EQ(heard(), "WATCHDOG=1");
    supervisor.stopping();
    EXPECT_EQ(heard(), "STOPPING=1");
    EXPECT_EQ(getenv("NOTIFY_SOCKET"), nullptr) << "not for the commands that we run";
}

TEST_F(SupervisorTest, MayBeInTheAbstractNameSpace) {
    listen("@cmagent-contract-" + std::to_string(getpid()));
    platform::NotifySupervisor supervisor;
    supervisor.ready();
    EXPECT_EQ(heard(), "READY=1");
}

TEST_F(SupervisorTest, WantsToHearTwiceAWatchdogTime) {
    setenv("WATCHDOG_USEC", "30000000", 1);
    EXPECT_EQ(platform::NotifySupervisor().alive_every_ms(), 15'000);
    EXPECT_EQ(platform::NotifySupervisor().alive_every_ms(), 0) << "taken once";
    setenv("WATCHDOG_USEC", "30000000", 1);
    setenv("WATCHDOG_PID", "1", 1);
    EXPECT_EQ(platform::NotifySupervisor().alive_every_ms(), 0) << "meant for another process";
}

TEST_F(SupervisorTest, IsNotNeeded) {
    for (const char* name : {"", "x", "/no/such/socket"}) {
        setenv("NOTIFY_SOCKET", name, 1);
        platform::NotifySupervisor supervisor;
        supervisor.ready();
        supervisor.alive();
        supervisor.stopping();
    }
    platform::NotifySupervisor none;
    none.ready();
    EXPECT_EQ(none.alive_every_ms(), 0);
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
