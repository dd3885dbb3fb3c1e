// The factory reset (contract.md, "forget").
#include "agent/ctl/forget.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/temporary_folder.h"
#include "tests/unit/ctl_captured.h"

namespace cmagent::ctl {
namespace {

struct Forget : testing::Test {
    Result run() {
        return captured([this] { return forget(folder.path().c_str()); });
    }
    [[nodiscard]] bool has(const std::string& name) const {
        return std::filesystem::exists(std::filesystem::symlink_status(folder.file(name)));
    }
    TemporaryFolder folder;
};

TEST_F(Forget, RemovesWhatEveryVersionHasKept) {
    for (const char* name :
         {"state-0", "state-1", "state-0.damaged", "state-1.v1", "state-12", "state-3.new"})
        folder.write(name, "4711");
    for (const char* other :
         {"state", "state-", "state-a", "state-1x", "estate-0", "notes", ".state-0"})
        folder.write(other, "theirs");
    const Result result = run();
    EXPECT_EQ(result.status, EX_OK);
    EXPECT_EQ(result.out, folder.path() + ": 6 files forgotten\n");
    for (const char* name :
         {"state-0", "state-1", "state-0.damaged", "state-1.v1", "state-12", "state-3.new"})
        EXPECT_FALSE(has(name)) << name;
    for (const char* other :
         {"state", "state-", "state-a", "state-1x", "estate-0", "notes", ".state-0"})
        EXPECT_TRUE(has(other)) << other;
    EXPECT_EQ(run().out, folder.path() + ": 0 files forgotten\n");
}

TEST_F(Forget, AFolderThatIsNotThereHoldsNothing) {
    const Result result = captured([this] { return forget(folder.file("none").c_str()); });
    EXPECT_EQ(result.status, EX_OK);
    EXPECT_EQ(result.out, folder.file("none") + ": nothing was kept\n");
    const Result no_folder = captured([this] { return forget(folder.write("file", "").c_str()); });
    EXPECT_EQ(no_folder.status, 1);
    EXPECT_NE(no_folder.err.find("Not a directory"), std::string::npos) << no_folder.err;
}

// systemd's DynamicUser= has the folder elsewhere, and a link in its place.
TEST_F(Forget, TheFolderMayBeALinkWhatIsInItIsNotFollowed) {
    folder.write("precious", "p");
    ASSERT_EQ(mkdir(folder.file("private").c_str(), 0700), 0);
    ASSERT_EQ(symlink("private", folder.file("link").c_str()), 0);
    ASSERT_EQ(symlink("../precious", folder.file("private/state-0").c_str()), 0);
    folder.write("private/state-1", "4711");
    const Result result = captured([this] { return forget(folder.file("link").c_str()); });
    EXPECT_EQ(result.status, EX_OK) << result.err;
    EXPECT_FALSE(has("private/state-0") || has("private/state-1"));
    EXPECT_EQ(folder.read("precious"), "p");
}

TEST_F(Forget, WhatStaysIsTold) {
    ASSERT_EQ(mkdir(folder.file("state-0").c_str(), 0700), 0);
    folder.write("state-1", "4711");
    const Result result = run();
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.err, folder.path() + ": not everything is forgotten: Is a directory\n");
    EXPECT_FALSE(has("state-1"));
}

TEST_F(Forget, Hazard44NothingIsTakenFromADaemonThatRuns) {
    folder.write("state-0", "4711");
    const int daemon = open(folder.path().c_str(), O_RDONLY | O_DIRECTORY);
    ASSERT_EQ(flock(daemon, LOCK_EX), 0);
    const Result result = run();
    EXPECT_EQ(result.status, EX_UNAVAILABLE);
    EXPECT_EQ(result.err.rfind(folder.path() + ": a daemon uses it (process ", 0), 0U)
        << result.err;
    EXPECT_TRUE(has("state-0"));
    close(daemon);
    EXPECT_EQ(run().status, EX_OK);
}

}  // namespace
}  // namespace cmagent::ctl
