// The promises of Log (platform/api/log.h): the fake and the queue with its thread. What each kind of
// reader gets: log_sink_test.cpp.
#include "platform/linux/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <sstream>
#include <string>
#include <vector>

#include "platform/linux/clock.h"
#include "tests/contract/kind_name.h"
#include "tests/contract/log_reader.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_log.h"

namespace cmagent::contract {
namespace {

using platform::LogLevel;

struct Queued {
    static constexpr const char* kName = "Queued";
    fakes::FakeClock clock;
    Pipe pipe;
    platform::QueuedLog log{platform::LogSink(pipe.writing.get()), clock};
    // Without the times.
    std::vector<std::string> lines() {
        log.finish();
        std::vector<std::string> lines;
        std::istringstream text(pipe.written());
        for (std::string line; std::getline(text, line);) {
            lines.push_back(line.substr(line.find(' ') + 1));
        }
        return lines;
    }
};

struct Fake {
    static constexpr const char* kName = "Fake";
    fakes::FakeLog log;
    std::vector<std::string> lines() { return log.lines; }
};

template <typename Kind>
class LogContract : public testing::Test {
  protected:
    Kind kind_;
};
using Kinds = testing::Types<Fake, Queued>;
TYPED_TEST_SUITE(LogContract, Kinds, KindName);

TYPED_TEST(LogContract, WritesEveryLineWithItsLevelInOrder) {
    this->kind_.log.write(LogLevel::error, "one");
    this->kind_.log.write(LogLevel::warning, "two: with a reason");
    this->kind_.log.write(LogLevel::info, "three");
    this->kind_.log.write(LogLevel::debug, "");
    EXPECT_EQ(this->kind_.lines(),
              (std::vector<std::string>{"error one", "warning two: with a reason", "info three",
                                        "debug "}));
}

class QueuedLogTest : public testing::Test {
  protected:
    // Fills the pipe, so that the next line waits for its reader.
    void stall() {
        fcntl(pipe_.writing.get(), F_SETFL, O_NONBLOCK);
        const std::string much(4096, 'x');
        while (write(pipe_.writing.get(), much.data(), much.size()) > 0) {
        }
        fcntl(pipe_.writing.get(), F_SETFL, 0);
    }
    std::string written() {
        log_.finish();
        return pipe_.written();
    }
    // Everything that comes until `last` has come, or a minute is over.
    std::string written_until(const std::string& last) {
        std::string all;
        for (int i = 0; i < 6'000 && all.find(last) == std::string::npos; i++) {
            all += pipe_.written();
            usleep(10'000);
        }
        return all;
    }

    fakes::FakeClock clock_{1'760'000'000'042};
    Pipe pipe_;
    platform::QueuedLog log_{platform::LogSink(pipe_.writing.get()), clock_};
};

TEST_F(QueuedLogTest, WritesWhenTheTurnIsOverWithTheTimeOfTheLine) {
    ASSERT_TRUE(log_.start());
    log_.write(LogLevel::info, "one");
    clock_.advance(5'000);
    log_.write(LogLevel::info, "two");
    usleep(20'000);
    EXPECT_EQ(pipe_.written(), "");
    log_.flush();
    EXPECT_EQ(written_until("two\n"),
              "2025-10-09T08:53:20.042Z info one\n2025-10-09T08:53:25.042Z info two\n");
}

TEST_F(QueuedLogTest, LinesOfTheStartWaitForTheThread) {
    log_.write(LogLevel::info, "early");
    log_.flush();
    EXPECT_EQ(pipe_.written(), "");
    ASSERT_TRUE(log_.start());
    EXPECT_EQ(written_until("early\n"), "2025-10-09T08:53:20.042Z info early\n");
}

TEST_F(QueuedLogTest, DropsAndCountsInsteadOfWaiting) {
    ASSERT_TRUE(log_.start());
    stall();
    for (int i = 0; i < 1000; i++) {
        log_.write(LogLevel::info, "line " + std::to_string(i) + std::string(100, '.'));
        log_.flush();
    }
    std::string text = written_until("dropped\n");
    text.erase(0, text.find_first_not_of('x'));  // what it was stalled by
    log_.write(LogLevel::info, "after");
    log_.flush();
    text += written_until("after\n");
    // More than once, where the writer took its first line while the others came.
    unsigned dropped = 0;
    unsigned reports = 0;
    std::size_t at = 0;
    for (std::size_t next = 0;
         (next = text.find(" lines were dropped\n", next + 1)) < text.size();) {
        unsigned more = 0;
        ASSERT_EQ(sscanf(text.c_str() + text.rfind(' ', next - 1), "%u", &more), 1) << text;
        dropped += more;
        ++reports;
        at = next;
    }
    ASSERT_GT(reports, 0U) << text;
    const auto lines = static_cast<unsigned>(std::count(text.begin(), text.end(), '\n'));
    const unsigned told = lines - reports - 1;
    EXPECT_EQ(told + dropped, 1000U) << "every line is there, or counted";
    EXPECT_EQ(log_.lost(), dropped);
    EXPECT_GT(told, 30U);
    EXPECT_LT(text.find("line 30."), at) << "in the order in which it happened";
    EXPECT_GT(text.find(" info after\n"), at);
    log_.write(LogLevel::info, "later");
    EXPECT_EQ(written().find("dropped"), std::string::npos) << "told once";
}

TEST_F(QueuedLogTest, TellsWhatWasDroppedThoughNoLineFollows) {
    for (int i = 0; i < 1000; i++) log_.write(LogLevel::info, "much");
    const std::string text = written();
    EXPECT_EQ(text.substr(text.size() - 20), " lines were dropped\n");
}

TEST_F(QueuedLogTest, Hazard42AFloodOfNewsLeavesRoomForAnError) {
    ASSERT_TRUE(log_.start());
    stall();
    for (int i = 0; i < 1000; i++) log_.write(LogLevel::debug, "a step of no importance");
    log_.write(LogLevel::warning, "something is wrong");
    log_.write(LogLevel::error, "a human is needed");
    log_.flush();
    const std::string text = written_until("needed\n");
    EXPECT_NE(text.find("something is wrong"), std::string::npos);
}

TEST_F(QueuedLogTest, ALongLineIsCutAndTheRingGoesRound) {
    for (int round = 0; round < 50; round++) {
        log_.write(LogLevel::info, std::string(5000, static_cast<char>('a' + round % 26)));
        const std::string line = written();
        ASSERT_EQ(line.size(), platform::LogSink::kMaxLine);
        ASSERT_EQ(line.substr(line.size() - 5), std::string(1, line[40]) + "...\n");
        ASSERT_EQ(line[40], 'a' + round % 26);
    }
}

TEST_F(QueuedLogTest, TheEndDoesNotWaitForAReaderThatHangs) {
    ASSERT_TRUE(log_.start());
    stall();
    log_.write(LogLevel::info, "text");
    platform::LinuxClock clock;
    const std::int64_t begin = clock.boot_ms();
    log_.finish();
    EXPECT_GE(clock.boot_ms() - begin, 500);
    EXPECT_LT(clock.boot_ms() - begin, 5'000);
    static_cast<void>(written_until("text\n"));
}

TEST_F(QueuedLogTest, WritesWhereTheSystemCanBeMadeToRefuseAThread) {
    // No thread for whoever may have no process more.
    const pid_t child = fork();
    if (child == 0) {
        const rlimit none = {0, 0};
        setrlimit(RLIMIT_NPROC, &none);
        if (getuid() == 0 && setuid(65534) != 0) _exit(2);
        log_.write(LogLevel::error, "the system refuses threads");
        const bool refused = !log_.start();
        log_.finish();
        _exit(refused ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    if (WEXITSTATUS(status) != 0) GTEST_SKIP() << "the system refuses nothing";
    EXPECT_EQ(pipe_.written(), "2025-10-09T08:53:20.042Z error the system refuses threads\n");
}

}  // namespace
}  // namespace cmagent::contract
