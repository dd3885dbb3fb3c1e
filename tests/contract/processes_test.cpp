// The promises of Processes (platform/api/processes.h): the fake and the system's. And of Signals.
#include "platform/linux/processes.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/contract/kind_name.h"
#include "tests/contract/loop.h"
#include "tests/fakes/fake_processes.h"
#include "tests/temporary_folder.h"

namespace cmagent::contract {
namespace {

class Exited final : public platform::ProcessListener {
  public:
    std::optional<int> status;
    std::function<void()> then = [] {};
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
                          {"sh -c kill -TERM $$", -1}};
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
    platform::ChildProcesses processes{signals};
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

TYPED_TEST(ProcessesContract, TellsAnEndByASignal) {
    ASSERT_TRUE(this->start("kill -TERM $$", this->exited_));
    ASSERT_TRUE(this->ends(this->exited_));
    EXPECT_EQ(*this->exited_.status, -1);
}

TYPED_TEST(ProcessesContract, CannotStartWhatIsMissing) {
    const char* const argv[] = {"/no/such/program", nullptr};
    const bool started = this->kind_.processes.start(argv, this->exited_);
    if (!started) return;
    // Under an emulator the failure shows only as the child's end.
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

    Loop loop_;
    platform::Signals signals_{loop_.poller};
    platform::ChildProcesses processes_{signals_};
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

TEST_F(ChildProcessesTest, GivesTheChildNothingOfOurs) {
    const platform::Descriptor leaked(open("/proc/self/exe", O_RDONLY));  // not close-on-exec
    EXPECT_EQ(output_of("readlink /proc/self/fd/0"), "/dev/null\n");
    exited_.status.reset();
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
    EXPECT_EQ(exited_.status, -1);
    EXPECT_EQ(other.status, -1);
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

class SignalTest : public ChildProcessesTest, public platform::SignalListener {
  protected:
    void on_signal(int signal) override { last_ = signal; }
    int last_ = 0;
};

TEST_F(SignalTest, BecomeEventsOfTheLoop) {
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
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
