// The promises of Processes (platform/api/processes.h): the fake and the system's. And of Signals.
#include "platform/linux/processes.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "tests/contract/kind_name.h"
#include "tests/contract/loop.h"
#include "tests/fakes/fake_processes.h"
#include "tests/temporary_folder.h"

namespace cmagent::contract {
namespace {

// What a process has open, by number.
std::map<std::string, std::string> descriptors_of(const std::string& process) {
    std::map<std::string, std::string> held;
    for (const auto& one : std::filesystem::directory_iterator("/proc/" + process + "/fd")) {
        std::error_code closed;  // since the folder was read
        held[one.path().filename()] = std::filesystem::read_symlink(one.path(), closed).string();
    }
    return held;
}

class Exited final : public platform::ProcessListener {
  public:
    std::optional<int> status;
    std::function<void()> then = [] {};
    std::vector<std::string> lines;
    void on_output(std::string_view line) override { lines.emplace_back(line); }
    void on_exit(int exit_status) override {
        status = exit_status;
        then();
    }
};

struct Fake {
    static constexpr const char* kName = "Fake";
    fakes::FakeProcesses processes;
    Fake() {
        processes.ends = {{"sh -c exit 0", 0},
                          {"sh -c exit 1", 1},
                          {"sh -c exit 127", 127},
                          {"sh -c echo one; echo two >&2; printf three", 0},
                          {"sh -c kill -TERM $$", -SIGTERM}};
        processes.prints["sh -c echo one; echo two >&2; printf three"] = {"one", "two", "three"};
        processes.missing = {"/no/such/program"};
    }
    template <typename Happened>
    bool until(Happened happened) {
        while (!happened()) {
            if (!processes.turn()) return false;
        }
        return true;
    }
};

struct System {
    static constexpr const char* kName = "System";
    Loop loop;
    platform::Signals signals{loop.poller};
    platform::ChildProcesses processes{signals, loop.poller};
    template <typename Happened>
    bool until(Happened happened) {
        return loop.until(happened);
    }
};

template <typename Kind>
class ProcessesContract : public testing::Test {
  protected:
    bool start(const char* script, Exited& listener) {
        const char* const argv[] = {"sh", "-c", script, nullptr};
        return kind_.processes.start(argv, listener);
    }
    bool ends(const Exited& listener) {
        return kind_.until([&listener] { return listener.status.has_value(); });
    }

    Kind kind_;
    Exited exited_;
    Exited other_;
};
using Kinds = testing::Types<Fake, System>;
TYPED_TEST_SUITE(ProcessesContract, Kinds, KindName);

TYPED_TEST(ProcessesContract, TellsTheExitStatus) {
    for (const int status : {0, 1, 127}) {
        this->exited_.status.reset();
        ASSERT_TRUE(this->start(("exit " + std::to_string(status)).c_str(), this->exited_));
        EXPECT_FALSE(this->exited_.status) << "never from within start()";
        ASSERT_TRUE(this->ends(this->exited_));
        EXPECT_EQ(*this->exited_.status, status);
    }
}

TYPED_TEST(ProcessesContract, TellsWhatItPrintsBeforeItsEnd) {
    std::vector<std::string> by_then;
    this->exited_.then = [&] { by_then = this->exited_.lines; };
    ASSERT_TRUE(this->start("echo one; echo two >&2; printf three", this->exited_));
    ASSERT_TRUE(this->ends(this->exited_));
    EXPECT_EQ(by_then, (std::vector<std::string>{"one", "two", "three"}));
}

TYPED_TEST(ProcessesContract, TellsAnEndByASignal) {
    ASSERT_TRUE(this->start("kill -TERM $$", this->exited_));
    ASSERT_TRUE(this->ends(this->exited_));
    EXPECT_EQ(*this->exited_.status, -SIGTERM);
}

TYPED_TEST(ProcessesContract, CannotStartWhatIsMissing) {
    const char* const argv[] = {"/no/such/program", nullptr};
    const bool started = this->kind_.processes.start(argv, this->exited_);
    if (!started) return;
    // Who never waits for the program's file learns it from the child's end.
    ASSERT_TRUE(this->ends(this->exited_));
    EXPECT_EQ(*this->exited_.status, 127);
}

TYPED_TEST(ProcessesContract, TellsEachListenerOfItsOwnProcess) {
    ASSERT_TRUE(this->start("exit 1", this->exited_));
    ASSERT_TRUE(this->start("exit 0", this->other_));
    ASSERT_TRUE(this->ends(this->exited_));
    ASSERT_TRUE(this->ends(this->other_));
    EXPECT_EQ(*this->exited_.status, 1);
    EXPECT_EQ(*this->other_.status, 0);
}

TYPED_TEST(ProcessesContract, KillsWithoutAWord) {
    this->kind_.processes.kill(this->exited_);  // none runs
    ASSERT_TRUE(this->start("sleep 1000", this->exited_));
    this->kind_.processes.kill(this->exited_);
    ASSERT_TRUE(this->start("exit 0", this->other_));
    ASSERT_TRUE(this->ends(this->other_));
    EXPECT_FALSE(this->exited_.status);
}

TYPED_TEST(ProcessesContract, MayStartTheNextWhenOneHasEnded) {
    this->exited_.then = [this] { ASSERT_TRUE(this->start("exit 0", this->other_)); };
    ASSERT_TRUE(this->start("exit 1", this->exited_));
    ASSERT_TRUE(this->ends(this->other_));
    EXPECT_EQ(*this->exited_.status, 1);
}

class ChildProcessesTest : public testing::Test {
  protected:
    bool start(const char* script) {
        const char* const argv[] = {"sh", "-c", script, nullptr};
        return processes_.start(argv, exited_);
    }
    // The output of the script, by way of the file `out`.
    std::string output_of(const std::string& script) {
        const std::string line = script + " > " + folder_.file("out") + " 2>&1";
        EXPECT_TRUE(start(line.c_str()));
        EXPECT_TRUE(loop_.until([this] { return exited_.status.has_value(); }));
        return folder_.read("out");
    }

    void output_of_run(const char* script) {
        exited_.status.reset();
        ASSERT_TRUE(start(script));
        ASSERT_TRUE(loop_.until([this] { return exited_.status.has_value(); }));
    }

    Loop loop_;
    platform::Signals signals_{loop_.poller};
    platform::ChildProcesses processes_{signals_, loop_.poller};
    Exited exited_;
    TemporaryFolder folder_;
};

TEST_F(ChildProcessesTest, PassesArgumentsAsTheyStand) {
    const std::string out = folder_.file("out");
    const std::string script = "printf '%s|' \"$@\" > " + out;
    const char* const argv[] = {"sh", "-c", script.c_str(), "0", "a b", "$HOME;`id`", "", nullptr};
    ASSERT_TRUE(processes_.start(argv, exited_));
    ASSERT_TRUE(loop_.until([this] { return exited_.status.has_value(); }));
    EXPECT_EQ(folder_.read("out"), "a b|$HOME;`id`||");
}

TEST_F(ChildProcessesTest, Hazard43GivesTheChildNothingOfOurs) {
    const platform::Descriptor leaked(open("/proc/self/exe", O_RDONLY));  // not close-on-exec
    ASSERT_TRUE(start(("echo $$ > " + folder_.file("pid") + "; exec sleep 1000").c_str()));
    const auto command_of = [this] {
        std::ifstream from("/proc/" + std::to_string(std::atoi(folder_.read("pid").c_str())) +
                           "/comm");
        std::string name;
        std::getline(from, name);
        return name;
    };
    ASSERT_TRUE(loop_.until([&] { return command_of() == "sleep"; }));
    const std::string pid = std::to_string(std::stoi(folder_.read("pid")));
    std::map<std::string, std::string> held;
    // Its own loader has the libraries open when it begins.
    ASSERT_TRUE(loop_.until([&] {
        held = descriptors_of(pid);
        return held.size() == 3;
    })) << held.size();
    EXPECT_EQ(held["0"], "/dev/null");
    EXPECT_EQ(held["1"].substr(0, 5), "pipe:");
    EXPECT_EQ(held["1"], held["2"]);
    processes_.kill(exited_);
}

TEST_F(ChildProcessesTest, HandlesSignalsAsEver) {
    // The signals that we block, and the one that we ignore, are as ever for the child. (Two of the
    // C library's own, above 31, it ignores itself.)
    for (const char* set : {"SigBlk", "SigIgn"}) {
        exited_.status.reset();
        const std::string line = output_of(std::string("grep ") + set + " /proc/self/status");
        ASSERT_GT(line.size(), 8U);
        EXPECT_EQ(std::stoull(line.substr(8), nullptr, 16) & 0x7fffffffU, 0U) << line;
    }
}

TEST_F(ChildProcessesTest, KillsTheWholeGroupWithoutAWord) {
    const std::string pid_file = folder_.file("pid");
    const std::string script = "sleep 1000 & echo $! > " + pid_file + "; wait";
    ASSERT_TRUE(start(script.c_str()));
    ASSERT_TRUE(
        loop_.until([this] { return folder_.read("pid").find('\n') != std::string::npos; }));
    const pid_t grandchild = std::stoi(folder_.read("pid"));
    processes_.kill(exited_);
    EXPECT_TRUE(loop_.until([&] {
        // Dead, or waiting to be reaped by a process that we are not.
        const std::string stat = "/proc/" + std::to_string(grandchild) + "/stat";
        std::ifstream from(stat);
        std::string text;
        std::getline(from, text);
        return text.empty() || text.find(") Z") != std::string::npos;
    }));
    EXPECT_FALSE(exited_.status);
}

TEST_F(ChildProcessesTest, KillsAllThatStillRunAtTheEnd) {
    ASSERT_TRUE(start("sleep 1000"));
    Exited other;
    const char* const argv[] = {"sleep", "1000", nullptr};
    ASSERT_TRUE(processes_.start(argv, other));
    processes_.kill_all();
    EXPECT_TRUE(loop_.until([&] { return exited_.status && other.status; }));
    EXPECT_EQ(exited_.status, -SIGKILL);
    EXPECT_EQ(other.status, -SIGKILL);
}

TEST_F(ChildProcessesTest, RunsManyAtOnceUpToItsLimit) {
    Exited many[platform::ChildProcesses::kMaxChildren];
    const char* const argv[] = {"true", nullptr};
    for (Exited& one : many) ASSERT_TRUE(processes_.start(argv, one));
    EXPECT_FALSE(processes_.start(argv, exited_));
    EXPECT_TRUE(loop_.until([&] {
        for (const Exited& one : many) {
            if (!one.status) return false;
        }
        return true;
    }));
    EXPECT_TRUE(processes_.start(argv, exited_)) << "places are free again";
    ASSERT_TRUE(loop_.until([this] { return exited_.status.has_value(); }));
}

TEST_F(ChildProcessesTest, SaysWhyAProgramCannotBeExecuted) {
    const char* const argv[] = {"/no/such/program", nullptr};
    ASSERT_TRUE(processes_.start(argv, exited_));
    ASSERT_TRUE(loop_.until([this] { return exited_.status.has_value(); }));
    EXPECT_EQ(exited_.lines,
              std::vector<std::string>{"cannot be executed (errno 2): /no/such/program"});
}

TEST_F(ChildProcessesTest, TellsTwentyLinesOfTwoHundredBytes) {
    output_of_run("i=0; while [ $i -lt 30 ]; do printf '%0300d\\n' $i; i=$((i+1)); done");
    ASSERT_EQ(exited_.lines.size(), 21U);
    EXPECT_EQ(exited_.lines[0], std::string(200, '0'));
    EXPECT_EQ(exited_.lines[19].size(), 200U);
    EXPECT_EQ(exited_.lines[20], std::to_string(20 * 100 + 10 * 301) + " bytes more were printed");
    exited_.lines.clear();
    output_of_run("echo again");
    EXPECT_EQ(exited_.lines, std::vector<std::string>{"again"}) << "each run anew";
}

// The time that this thread has computed, whatever else the machine does.
std::int64_t computed_ms() {
    timespec time = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::int64_t{time.tv_sec} * 1'000 + time.tv_nsec / 1'000'000;
}

// A child that prints without end costs each turn of the loop little, and comes to its end.
TEST_F(ChildProcessesTest, Hazard43TakesAllThatAChildPrintsALittleAtATime) {
    ASSERT_TRUE(start("yes | head -c 10000000"));
    std::int64_t longest = 0;
    while (!exited_.status) {
        const std::int64_t begin = computed_ms();
        loop_.poller.wait(20);
        longest = std::max(longest, computed_ms() - begin);
    }
    EXPECT_EQ(exited_.status, 0);
    EXPECT_EQ(exited_.lines.size(), 21U);
    EXPECT_LT(longest, 20);
}

TEST_F(ChildProcessesTest, Hazard43IsNotHeldByWhatAChildHasLeftBehind) {
    const std::string pids = folder_.file("pids");
    const std::string script = "sleep 1000 & echo $! >> " + pids + "; echo begun";
    for (std::size_t i = 0; i < platform::ChildProcesses::kMaxChildren + 8; i++) {
        exited_ = {};
        ASSERT_TRUE(start(script.c_str())) << i;
        ASSERT_TRUE(loop_.until([this] { return exited_.status.has_value(); })) << i;
        EXPECT_EQ(exited_.lines, std::vector<std::string>{"begun"});
    }
    std::istringstream list(folder_.read("pids"));
    for (pid_t pid = 0; list >> pid;) kill(pid, SIGKILL);
}

TEST_F(ChildProcessesTest, WhatAChildHasLeftBehindMayGoOnPrinting) {
    const std::string done = folder_.file("done");
    ASSERT_TRUE(start(("(sleep 0.3; echo late; echo alive > " + done + ") & exit 0").c_str()));
    ASSERT_TRUE(loop_.until([this] { return exited_.status.has_value(); }));
    EXPECT_TRUE(loop_.until([this] { return folder_.read("done") == "alive\n"; }));
    EXPECT_TRUE(exited_.lines.empty()) << "after the end nothing is told";
}

TEST_F(ChildProcessesTest, IsReapedThoughItPrintsToNobody) {
    ASSERT_TRUE(start("exec >&- 2>&-; sleep 0.1; exit 3"));
    ASSERT_TRUE(loop_.until([this] { return exited_.status.has_value(); }));
    EXPECT_EQ(exited_.status, 3);
}

TEST_F(ChildProcessesTest, RunsWithoutAnOutputWhereNoDescriptorIsLeft) {
    rlimit before = {};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    const int next = dup(0);
    close(next);
    const rlimit none = {static_cast<rlim_t>(next), before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
    const std::string file = folder_.file("here");
    const char* const argv[] = {"mkdir", file.c_str(), nullptr};
    const bool started = processes_.start(argv, exited_);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    ASSERT_TRUE(started);
    ASSERT_TRUE(loop_.until([this] { return exited_.status.has_value(); }));
    EXPECT_EQ(exited_.status, 0);
    EXPECT_TRUE(std::filesystem::exists(file));
}

// A file whose opening hangs, as on a network file system whose server has gone: somebody holds a
// lease on it (fcntl(2)), and does not let go.
TEST_F(ChildProcessesTest, Hazard43DoesNotWaitForTheProgramsFileWhereLeasesHoldIt) {
    const std::string program = folder_.write("program", "#!/bin/sh\nexit 5\n");
    ASSERT_EQ(chmod(program.c_str(), 0700), 0);
    signal(SIGIO, SIG_IGN);
    const platform::Descriptor held(open(program.c_str(), O_RDONLY | O_CLOEXEC));
    if (fcntl(held.get(), F_SETLEASE, F_WRLCK) != 0) GTEST_SKIP() << "no leases here";
    const char* const argv[] = {program.c_str(), nullptr};
    const std::int64_t begin = loop_.clock.boot_ms();
    ASSERT_TRUE(processes_.start(argv, exited_));
    EXPECT_LT(loop_.clock.boot_ms() - begin, 1'000);
    EXPECT_FALSE(loop_.until([this] { return exited_.status.has_value(); }, 300));
    fcntl(held.get(), F_SETLEASE, F_UNLCK);  // the child has the descriptor as well, until its exec
    EXPECT_TRUE(loop_.until([this] { return exited_.status.has_value(); }));
    EXPECT_EQ(exited_.status, 5);
    signal(SIGIO, SIG_DFL);
}

class SignalTest : public ChildProcessesTest, public platform::SignalListener {
  protected:
    void on_signal(int signal) override { last_ = signal; }
    int last_ = 0;
};

TEST_F(SignalTest, BecomeEventsOfTheLoop) {
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR2}) {
        signals_.listen(signal, *this);
        kill(getpid(), signal);
        EXPECT_TRUE(loop_.until([&] { return last_ == signal; }));
    }
}

TEST_F(SignalTest, DoNotKillWhenAPeerHasGone) {
    int pipes[2];
    ASSERT_EQ(pipe2(pipes, O_CLOEXEC), 0);
    close(pipes[0]);
    EXPECT_EQ(write(pipes[1], "x", 1), -1);
    EXPECT_EQ(errno, EPIPE);
    close(pipes[1]);
}

}  // namespace
}  // namespace cmagent::contract
