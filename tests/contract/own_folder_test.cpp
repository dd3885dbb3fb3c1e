// The promises of OwnFolder (hazards.md 44): one process, for its life, and nobody else.
#include "platform/linux/own_folder.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <thread>

#include "tests/temporary_folder.h"

namespace cmagent::contract {
namespace {

using platform::OwnFolder;

class OwnFolderTest : public testing::Test {
  protected:
    // A process that has the folder, and lives until it is killed.
    pid_t start_owner(uid_t user = geteuid()) {
        int said[2];
        EXPECT_EQ(pipe(said), 0);
        const pid_t owner = fork();
        if (owner == 0) {
            EXPECT_EQ(setresuid(user, user, user), 0);
            OwnFolder folder(folder_.path().c_str());
            const char error = static_cast<char>(folder.open());
            static_cast<void>(write(said[1], &error, 1));
            pause();
            _exit(0);
        }
        char error = 1;
        EXPECT_EQ(read(said[0], &error, 1), 1);
        EXPECT_EQ(error, 0);
        close(said[0]);
        close(said[1]);
        return owner;
    }
    static void kill(pid_t process) {
        ::kill(process, SIGKILL);
        waitpid(process, nullptr, 0);
    }

    TemporaryFolder folder_;
    OwnFolder mine_{folder_.path().c_str()};
};

TEST_F(OwnFolderTest, Hazard44IsOneProcessesUntilThatIsKilled) {
    const pid_t owner = start_owner();
    EXPECT_EQ(mine_.open(), EWOULDBLOCK);
    EXPECT_EQ(mine_.get(), -1);
    EXPECT_EQ(mine_.holder(), owner);
    kill(owner);
    EXPECT_EQ(mine_.open(), 0);
    EXPECT_GE(mine_.get(), 0);
    EXPECT_EQ(mine_.holder(), getpid());
    EXPECT_FALSE(mine_.lockless());
}

TEST_F(OwnFolderTest, WaitsForOneThatIsAboutToEnd) {
    const pid_t owner = start_owner();
    EXPECT_EQ(mine_.await(100), EWOULDBLOCK);
    std::thread end([owner] {
        std::this_thread::sleep_for(std::chrono::milliseconds(150));
        kill(owner);
    });
    EXPECT_EQ(mine_.await(20'000), 0);
    end.join();
}

TEST_F(OwnFolderTest, Hazard44IsTakenByOneOfManyThatStartAtOnce) {
    int go[2];
    ASSERT_EQ(pipe(go), 0);
    pid_t starts[16];
    for (pid_t& start : starts) {
        start = fork();
        if (start != 0) continue;
        char none = 0;
        close(go[1]);
        static_cast<void>(read(go[0], &none, 1));
        OwnFolder folder(folder_.path().c_str());
        const bool ours = folder.open() == 0;
        if (ours) usleep(300'000);  // until all others have tried
        _exit(ours ? 0 : 1);
    }
    close(go[0]);
    close(go[1]);
    int owners = 0;
    for (const pid_t start : starts) {
        int status = 0;
        waitpid(start, &status, 0);
        owners += WEXITSTATUS(status) == 0 ? 1 : 0;
    }
    EXPECT_EQ(owners, 1);
}

TEST_F(OwnFolderTest, IsTheSameByAnyOfItsNames) {
    const std::string link = folder_.file("../") + std::to_string(getpid()) + "-link";
    ASSERT_EQ(symlink(folder_.path().c_str(), link.c_str()), 0);
    ASSERT_EQ(mine_.open(), 0);
    OwnFolder other(link.c_str());
    EXPECT_EQ(other.open(), EWOULDBLOCK);
    EXPECT_EQ(other.holder(), getpid());
    unlink(link.c_str());
}

// Any user who may read a folder can lock it: that keeps no daemon from its state.
TEST_F(OwnFolderTest, IsNotKeptFromUsByAUserWhomOnlyRootCanBecome) {
    if (geteuid() != 0) GTEST_SKIP() << "to be another user needs root";
    constexpr uid_t kOther = 65534;
    const auto locked_by = [this](uid_t user, mode_t mode) {
        EXPECT_EQ(chmod(folder_.path().c_str(), mode), 0);
        const pid_t process = start_owner(user);
        OwnFolder folder(folder_.path().c_str());
        const int error = folder.open();
        EXPECT_EQ(folder.lockless(), error == 0);
        kill(process);
        return error;
    };
    EXPECT_EQ(locked_by(kOther, 0755), 0);
    EXPECT_EQ(locked_by(kOther, 0757), EWOULDBLOCK) << "he may write: he may be a daemon";
    EXPECT_EQ(locked_by(0, 0755), EWOULDBLOCK);
    ASSERT_EQ(chown(folder_.path().c_str(), kOther, 0), 0);
    EXPECT_EQ(locked_by(kOther, 0700), EWOULDBLOCK) << "a daemon that has become process.user";
    EXPECT_EQ(locked_by(0, 0700), EWOULDBLOCK);
}

TEST_F(OwnFolderTest, LeavesNothingInItAndNeedsNoRightToWrite) {
    ASSERT_EQ(chmod(folder_.path().c_str(), 0500), 0);
    EXPECT_EQ(mine_.open(), 0);
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(OwnFolderTest, IsNotKeptByTheCommandsThatAreRun) {
    ASSERT_EQ(mine_.open(), 0);
    EXPECT_NE(fcntl(mine_.get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(OwnFolderTest, IsFoundWhenItComesLater) {
    const std::string missing = folder_.file("missing");
    OwnFolder folder(missing.c_str());
    EXPECT_EQ(folder.open(), ENOENT);
    EXPECT_EQ(folder.await(1000), ENOENT) << "at once";
    EXPECT_EQ(folder.holder(), 0);
    ASSERT_EQ(mkdir(missing.c_str(), 0700), 0);
    EXPECT_EQ(folder.open(), 0);
    EXPECT_TRUE(folder.is_new());
    EXPECT_EQ(folder.open(), 0);
    EXPECT_FALSE(folder.is_new());
    ASSERT_EQ(rmdir(missing.c_str()), 0);
    EXPECT_EQ(folder.open(), ENOENT);
    EXPECT_EQ(folder.get(), -1) << "what has no name any more is not written to";
}

TEST_F(OwnFolderTest, IsWhatHasTheNameNow) {
    const std::string name = folder_.file("state");
    ASSERT_EQ(mkdir(name.c_str(), 0700), 0);
    OwnFolder folder(name.c_str());
    ASSERT_EQ(folder.open(), 0);
    std::filesystem::rename(name, name + ".old");
    ASSERT_EQ(mkdir(name.c_str(), 0700), 0);
    OwnFolder other(name.c_str());
    ASSERT_EQ(other.open(), 0);
    EXPECT_EQ(folder.open(), EWOULDBLOCK) << "another has been mounted over it, and is taken";
}

// A pipe would hold up whoever opens it.
TEST_F(OwnFolderTest, IsAFolder) {
    const std::string pipe = folder_.file("pipe");
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_EQ(OwnFolder(pipe.c_str()).open(), ENOTDIR);
}

}  // namespace
}  // namespace cmagent::contract
