// The promises of Log (platform/api/log.h): the fake and a stream.
#include "platform/linux/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <sstream>
#include <string>
#include <vector>

#include "platform/linux/descriptor.h"
#include "tests/contract/kind_name.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_log.h"

namespace cmagent::contract {
namespace {

using platform::LogLevel;

// A pipe, and the text that was written into it.
class Pipe {
  public:
    Pipe() {
        int both[2];
        EXPECT_EQ(pipe2(both, O_CLOEXEC), 0);
        reading.reset(both[0]);
        writing.reset(both[1]);
        fcntl(reading.get(), F_SETFL, O_NONBLOCK);
    }
    [[nodiscard]] std::string written() const {
        std::string all;
        char bytes[4096];
        for (ssize_t got = 0; (got = read(reading.get(), bytes, sizeof bytes)) > 0;) {
            all.append(bytes, static_cast<std::size_t>(got));
        }
        return all;
    }
    platform::Descriptor reading;
    platform::Descriptor writing;
};

struct Stream {
    static constexpr const char* kName = "Stream";
    fakes::FakeClock clock;
    Pipe pipe;
    platform::StreamLog log{pipe.writing.get(), clock};
    // Without the times.
    std::vector<std::string> lines() {
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
using Kinds = testing::Types<Fake, Stream>;
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

class LogTest : public testing::Test {
  protected:
    std::string written() { return pipe_.written(); }

    fakes::FakeClock clock_{1'760'000'000'042};
    Pipe pipe_;
    platform::Descriptor& reading_ = pipe_.reading;
    platform::Descriptor& writing_ = pipe_.writing;
};

TEST_F(LogTest, WritesTimeAndLevel) {
    platform::StreamLog log(writing_.get(), clock_);
    log.write(LogLevel::error, "one");
    log.write(LogLevel::warning, "two");
    log.write(LogLevel::info, "three");
    log.write(LogLevel::debug, "");
    EXPECT_EQ(written(),
              "2025-10-09T08:53:20.042Z error one\n"
              "2025-10-09T08:53:20.042Z warning two\n"
              "2025-10-09T08:53:20.042Z info three\n"
              "2025-10-09T08:53:20.042Z debug \n");
}

TEST_F(LogTest, CutsLongLinesAndKeepsOneLineALine) {
    platform::StreamLog log(writing_.get(), clock_);
    log.write(LogLevel::info, std::string(5000, 'x'));
    std::string line = written();
    EXPECT_EQ(line.size(), platform::StreamLog::kMaxLine);
    EXPECT_EQ(line.substr(line.size() - 5), "x...\n");
    log.write(LogLevel::info, "a\nb\x1b[2Jc\x7f");
    EXPECT_EQ(written(), "2025-10-09T08:53:20.042Z info a?b?[2Jc?\n");
    log.write(LogLevel::info, "a\xC2\x9B b\xE2\x80\xAE c\xC3\xA9");
    EXPECT_EQ(written(), "2025-10-09T08:53:20.042Z info a? b? c\xC3\xA9\n");
}

TEST_F(LogTest, DropsAndCountsInsteadOfWaiting) {
    platform::StreamLog log(writing_.get(), clock_);
    for (int i = 0; i < 1000; i++) log.write(LogLevel::info, std::string(500, 'x'));
    static_cast<void>(written());
    log.write(LogLevel::info, "after");
    const std::string text = written();
    EXPECT_NE(text.find(" lines were dropped\n"), std::string::npos);
    EXPECT_NE(text.find(" info after\n"), std::string::npos);
    log.write(LogLevel::info, "later");
    EXPECT_EQ(written().find("dropped"), std::string::npos) << "told once";
}

TEST_F(LogTest, WritesLevelsForTheJournal) {
    int both[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both), 0);
    const platform::Descriptor journal(both[0]);
    reading_.reset(both[1]);
    fcntl(reading_.get(), F_SETFL, O_NONBLOCK);
    struct stat at = {};
    ASSERT_EQ(fstat(journal.get(), &at), 0);
    setenv("JOURNAL_STREAM", (std::to_string(at.st_dev) + ":" + std::to_string(at.st_ino)).c_str(),
           1);
    platform::StreamLog log(journal.get(), clock_);
    log.write(LogLevel::error, "one");
    log.write(LogLevel::debug, "two");
    EXPECT_EQ(written(), "<3>one\n<7>two\n");
    platform::StreamLog elsewhere(writing_.get(), clock_);
    unsetenv("JOURNAL_STREAM");
}

TEST_F(LogTest, DoesNotWriteForTheJournalWhenRedirected) {
    setenv("JOURNAL_STREAM", "1:2", 1);
    platform::StreamLog log(writing_.get(), clock_);
    unsetenv("JOURNAL_STREAM");
    log.write(LogLevel::info, "text");
    EXPECT_EQ(written(), "2025-10-09T08:53:20.042Z info text\n");
}

TEST_F(LogTest, OutlivesItsReader) {
    signal(SIGPIPE, SIG_IGN);
    platform::StreamLog log(writing_.get(), clock_);
    reading_.reset();
    log.write(LogLevel::info, "text");
    signal(SIGPIPE, SIG_DFL);
}

}  // namespace
}  // namespace cmagent::contract
