// What each kind of reader of a log gets, and that none of them holds up the loop.
#include "platform/linux/log_sink.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <functional>

#include "platform/linux/log.h"
#include "tests/contract/log_reader.h"
#include "tests/contract/loop.h"
#include "tests/fakes/fake_clock.h"
#include "tests/temporary_folder.h"

namespace cmagent::contract {
namespace {

using platform::Descriptor;
using platform::LogLevel;
using platform::LogSink;
using Outcome = LogSink::Outcome;

constexpr std::int64_t kNow = 1'760'000'000'042;

class LogSinkTest : public testing::Test {
  protected:
    static Descriptor open_file(const std::string& name, int flags) {
        return Descriptor(open(name.c_str(), flags | O_CLOEXEC, 0600));
    }
    TemporaryFolder folder_;
    Pipe pipe_;
};

TEST_F(LogSinkTest, APipeGetsTimeAndLevel) {
    LogSink sink(pipe_.writing.get());
    for (const LogLevel level :
         {LogLevel::error, LogLevel::warning, LogLevel::info, LogLevel::debug}) {
        EXPECT_EQ(sink.write(level, kNow, "text"), Outcome::written);
    }
    EXPECT_EQ(pipe_.written(),
              "2025-10-09T08:53:20.042Z error text\n"
              "2025-10-09T08:53:20.042Z warning text\n"
              "2025-10-09T08:53:20.042Z info text\n"
              "2025-10-09T08:53:20.042Z debug text\n");
}

TEST_F(LogSinkTest, OneLineStaysOneLineAndHidesNothing) {
    LogSink sink(pipe_.writing.get());
    EXPECT_EQ(sink.write(LogLevel::info, kNow, "a\nb\x1b[2Jc\x7f"), Outcome::written);
    EXPECT_EQ(pipe_.written(), "2025-10-09T08:53:20.042Z info a?b?[2Jc?\n");
    EXPECT_EQ(sink.write(LogLevel::info, kNow, "a\xC2\x9B b\xE2\x80\xAE c\xC3\xA9"),
              Outcome::written);
    EXPECT_EQ(pipe_.written(), "2025-10-09T08:53:20.042Z info a? b? c\xC3\xA9\n");
}

TEST_F(LogSinkTest, APipeThatSomebodyMadeNonBlockingIsWaitedFor) {
    fcntl(pipe_.writing.get(), F_SETFL, O_NONBLOCK);
    const std::string much(4096, 'x');
    while (write(pipe_.writing.get(), much.data(), much.size()) > 0) {
    }
    fakes::FakeClock clock(kNow);
    platform::QueuedLog log(LogSink(pipe_.writing.get()), clock);
    ASSERT_TRUE(log.start());
    log.write(LogLevel::info, "text");
    log.flush();
    usleep(30'000);
    static_cast<void>(pipe_.written());
    log.finish();
    EXPECT_EQ(pipe_.written(), "2025-10-09T08:53:20.042Z info text\n");
}

TEST_F(LogSinkTest, AReaderThatHasGoneIsALoss) {
    signal(SIGPIPE, SIG_IGN);
    LogSink sink(pipe_.writing.get());
    pipe_.reading.reset();
    EXPECT_EQ(sink.write(LogLevel::info, kNow, "text"), Outcome::lost);
    signal(SIGPIPE, SIG_DFL);
}

TEST_F(LogSinkTest, ATerminalGetsTimeAndLevel) {
    int master = -1;
    int terminal = -1;
    ASSERT_EQ(openpty(&master, &terminal, nullptr, nullptr, nullptr), 0);
    const Descriptor reading(master);
    const Descriptor writing(terminal);
    fcntl(master, F_SETFL, O_NONBLOCK);
    LogSink sink(terminal);
    EXPECT_EQ(sink.write(LogLevel::info, kNow, "text"), Outcome::written);
    EXPECT_EQ(read_all(reading), "2025-10-09T08:53:20.042Z info text\r\n");
}

TEST_F(LogSinkTest, AFileGetsTimeAndLevel) {
    const Descriptor file = open_file(folder_.file("log"), O_WRONLY | O_CREAT | O_APPEND);
    LogSink sink(file.get());
    EXPECT_EQ(sink.write(LogLevel::info, kNow, "one"), Outcome::written);
    EXPECT_EQ(sink.write(LogLevel::info, kNow, "two"), Outcome::written);
    EXPECT_EQ(folder_.read("log"),
              "2025-10-09T08:53:20.042Z info one\n2025-10-09T08:53:20.042Z info two\n");
}

TEST_F(LogSinkTest, NothingAndNobodyAreNoTrouble) {
    const Descriptor nothing = open_file("/dev/null", O_WRONLY);
    EXPECT_EQ(LogSink(nothing.get()).write(LogLevel::info, kNow, "text"), Outcome::written);
    EXPECT_EQ(LogSink(-1).write(LogLevel::info, kNow, "text"), Outcome::lost);
    const Descriptor only_read = open_file("/dev/null", O_RDONLY);
    EXPECT_EQ(LogSink(only_read.get()).write(LogLevel::info, kNow, "text"), Outcome::lost);
}

TEST_F(LogSinkTest, Hazard42AFullDiskWhichOnlyRootCanMakeLosesLinesAndSaysSo) {
    const std::string disk = folder_.file("disk");
    ASSERT_EQ(mkdir(disk.c_str(), 0700), 0);
    if (mount("none", disk.c_str(), "tmpfs", 0, "size=8k") != 0) GTEST_SKIP() << "needs root";
    fakes::FakeClock clock(kNow);
    {
        const Descriptor file = open_file(disk + "/log", O_WRONLY | O_CREAT | O_APPEND);
        platform::QueuedLog log(LogSink(file.get()), clock);
        for (int i = 0; i < 100; i++) {
            log.write(LogLevel::info, "line " + std::to_string(i) + std::string(200, '.'));
            log.finish();
        }
        EXPECT_EQ(ftruncate(file.get(), 0), 0);  // as a rotation does
        log.write(LogLevel::info, "after");
        log.finish();
    }
    std::string text = folder_.read("disk/log");
    EXPECT_EQ(umount(disk.c_str()), 0);
    const std::size_t at = text.find(" lines were dropped\n");
    ASSERT_NE(at, std::string::npos) << text;
    EXPECT_NE(text.find(" info after\n", at), std::string::npos);
    EXPECT_EQ(text[0], '\n') << "what had broken off is no part of the next line";
}

TEST_F(LogSinkTest, TheJournalGetsLevels) {
    int both[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both), 0);
    const Descriptor journal(both[0]);
    const Descriptor reading(both[1]);
    fcntl(reading.get(), F_SETFL, O_NONBLOCK);
    struct stat at = {};
    ASSERT_EQ(fstat(journal.get(), &at), 0);
    setenv("JOURNAL_STREAM", (std::to_string(at.st_dev) + ":" + std::to_string(at.st_ino)).c_str(),
           1);
    LogSink sink(journal.get());
    LogSink elsewhere(pipe_.writing.get());
    unsetenv("JOURNAL_STREAM");
    for (const LogLevel level :
         {LogLevel::error, LogLevel::warning, LogLevel::info, LogLevel::debug}) {
        EXPECT_EQ(sink.write(level, kNow, "text"), Outcome::written);
    }
    EXPECT_EQ(read_all(reading), "<3>text\n<4>text\n<6>text\n<7>text\n");
    EXPECT_EQ(elsewhere.write(LogLevel::info, kNow, "text"), Outcome::written);
    EXPECT_EQ(pipe_.written(), "2025-10-09T08:53:20.042Z info text\n") << "it was redirected";
}

TEST_F(LogSinkTest, TheKernelsLogWhereRootMayWriteItGetsLevelFacilityAndName) {
    const Descriptor writing = open_file("/dev/kmsg", O_WRONLY);
    const Descriptor reading = open_file("/dev/kmsg", O_RDONLY | O_NONBLOCK);
    if (!writing.valid() || lseek(reading.get(), 0, SEEK_END) != 0) GTEST_SKIP() << "needs root";
    LogSink sink(writing.get());
    EXPECT_TRUE(sink.is_ready()) << "poll(2) never says so";
    if (sink.write(LogLevel::warning, kNow, std::string(5000, 'x')) != Outcome::written)
        GTEST_SKIP() << "it cannot be written here";
    char record[8192];
    const ssize_t size = read(reading.get(), record, sizeof record);
    if (size <= 0) GTEST_SKIP() << "it keeps nothing here";
    const std::string text(record, static_cast<std::size_t>(size));
    EXPECT_EQ(text.substr(0, 3), "28,") << "daemon, warning: " << text;
    EXPECT_NE(text.find(";cmagentd["), std::string::npos) << text;
}

// A daemon that reads /dev/log.
class Syslog {
  public:
    explicit Syslog(const std::string& path, int type = SOCK_DGRAM) {
        unlink(path.c_str());
        listening.reset(socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        sockaddr_un address = {};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        EXPECT_EQ(
            bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        if (type == SOCK_STREAM) listen(listening.get(), 1);
    }
    // One message; empty: there is none.
    [[nodiscard]] std::string message() const {
        char bytes[2048];
        const ssize_t size = read(listening.get(), bytes, sizeof bytes);
        return {bytes, size > 0 ? static_cast<std::size_t>(size) : 0};
    }
    Descriptor listening;
};

class SyslogTest : public LogSinkTest {
  protected:
    SyslogTest() {
        setenv("TZ", "UTC-2", 1);
        tzset();
    }
    ~SyslogTest() override {
        unsetenv("TZ");
        tzset();
    }
    const std::string path_ = folder_.file("log");
    LogSink sink_{path_.c_str()};
    const std::string name_ = "cmagentd[" + std::to_string(getpid()) + "]: ";
};

TEST_F(SyslogTest, GetsRfc3164InLocalTime) {
    const Syslog syslog(path_);
    EXPECT_EQ(sink_.write(LogLevel::error, kNow, "one"), Outcome::written);
    EXPECT_EQ(sink_.write(LogLevel::debug, kNow, "two\nlines"), Outcome::written);
    EXPECT_EQ(syslog.message(), "<27>Oct  9 10:53:20 " + name_ + "one");
    EXPECT_EQ(syslog.message(), "<31>Oct  9 10:53:20 " + name_ + "two?lines");
}

TEST_F(SyslogTest, GetsItInAStreamWhereItListensForNothingElse) {
    const Syslog syslog(path_, SOCK_STREAM);
    EXPECT_EQ(sink_.write(LogLevel::info, kNow, "one"), Outcome::written);
    EXPECT_EQ(sink_.write(LogLevel::info, kNow, "two"), Outcome::written);
    const Descriptor accepted(accept4(syslog.listening.get(), nullptr, nullptr, SOCK_NONBLOCK));
    const std::string begin = "<30>Oct  9 10:53:20 " + name_;
    EXPECT_EQ(read_all(accepted), begin + "one" + '\0' + begin + "two" + '\0');
}

TEST_F(SyslogTest, ThatIsNotThereIsNoLoss) {
    EXPECT_EQ(sink_.write(LogLevel::info, kNow, "text"), Outcome::absent);
    { const Syslog gone(path_); }
    EXPECT_EQ(sink_.write(LogLevel::info, kNow, "text"), Outcome::absent) << "a file without it";
    const Syslog syslog(path_);
    EXPECT_EQ(sink_.write(LogLevel::info, kNow, "text"), Outcome::written);
}

TEST_F(SyslogTest, IsFoundAgainWhenItWasRestarted) {
    {
        const Syslog before(path_);
        EXPECT_EQ(sink_.write(LogLevel::info, kNow, "one"), Outcome::written);
    }
    const Syslog after(path_);
    EXPECT_EQ(sink_.write(LogLevel::info, kNow, "two"), Outcome::written);
    EXPECT_NE(after.message().find("two"), std::string::npos) << "not even one line is lost";
    const Syslog stream(path_, SOCK_STREAM);
}

TEST_F(SyslogTest, GetsWhatWasSaidBeforeItWasThere) {
    fakes::FakeClock clock(kNow);
    platform::QueuedLog log(LogSink(path_.c_str()), clock);
    ASSERT_TRUE(log.start());
    log.write(LogLevel::info, "early");
    log.flush();
    usleep(150'000);
    const Syslog syslog(path_);
    log.finish();
    EXPECT_EQ(syslog.message(), "<30>Oct  9 10:53:20 " + name_ + "early");
}

TEST_F(SyslogTest, WhatEndsTheStartStandsOnStandardErrorAsWell) {
    fakes::FakeClock clock(kNow);
    platform::QueuedLog log(LogSink(path_.c_str()), clock);
    const Descriptor kept(dup(STDERR_FILENO));
    dup2(pipe_.writing.get(), STDERR_FILENO);
    log.write(LogLevel::info, "no fault");
    log.write(LogLevel::error, "http.listen: taken");
    dup2(kept.get(), STDERR_FILENO);
    EXPECT_EQ(pipe_.written(), "2025-10-09T08:53:20.042Z error http.listen: taken\n");
}

// The loop is turned by a timer a millisecond; each turn writes lines. How late the latest turn was.
std::int64_t latest_turn_ms(platform::Log& lines, const std::function<void()>& flush) {
    Loop loop;
    std::int64_t latest = 0;
    for (int turn = 0; turn < 100; turn++) {
        const std::int64_t begin = loop.clock.boot_ms();
        loop.poller.wait(1);
        for (int i = 0; i < 20; i++) lines.write(LogLevel::warning, std::string(200, 'x'));
        flush();
        latest = std::max(latest, loop.clock.boot_ms() - begin - 1);
    }
    return latest;
}

// Of five tries the best: on a loaded machine everything is late at times.
void expect_punctual(int fd, const std::function<void()>& release) {
    fakes::FakeClock clock(kNow);
    std::int64_t latest = INT64_MAX;
    platform::QueuedLog log((LogSink(fd)), clock);
    ASSERT_TRUE(log.start());
    for (int i = 0; i < 5 && latest >= 20; i++) {
        latest = std::min(latest, latest_turn_ms(log, [&log] { log.flush(); }));
    }
    EXPECT_LT(latest, 20);
    release();
}

TEST_F(LogSinkTest, Hazard42TheLoopIsPunctualWhileATerminalIsStalled) {
    int master = -1;
    int terminal = -1;
    ASSERT_EQ(openpty(&master, &terminal, nullptr, nullptr, nullptr), 0);
    Descriptor reading(master);
    const Descriptor writing(terminal);
    ASSERT_EQ(tcflow(terminal, TCOOFF), 0);  // ^S
    expect_punctual(terminal, [&] {
        tcflow(terminal, TCOON);
        reading.reset();
    });
}

TEST_F(LogSinkTest, Hazard42TheLoopIsPunctualWhileAPipeIsStalled) {
    signal(SIGPIPE, SIG_IGN);
    expect_punctual(pipe_.writing.get(), [this] { pipe_.reading.reset(); });
    signal(SIGPIPE, SIG_DFL);
}

TEST_F(LogSinkTest, Hazard42TheLoopIsPunctualWhileTheDiskIsFull) {
    const Descriptor full = open_file("/dev/full", O_WRONLY);
    expect_punctual(full.get(), [] {});
}

TEST_F(LogSinkTest, Hazard42TheLoopIsPunctualWhileTheJournalHangs) {
    int both[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both), 0);
    const Descriptor writing(both[0]);
    Descriptor reading(both[1]);
    signal(SIGPIPE, SIG_IGN);
    expect_punctual(writing.get(), [&reading] { reading.reset(); });
    signal(SIGPIPE, SIG_DFL);
}

// `stty tostop`: a process that writes to the terminal from its background is stopped, the whole process, by
// SIGTTOU. And a file that may not grow ends its writer, by SIGXFSZ. The thread has all signals blocked.
TEST_F(LogSinkTest, Hazard42NoSignalOfTheWriterReachesTheProcess) {
    int master = -1;
    int terminal = -1;
    ASSERT_EQ(openpty(&master, &terminal, nullptr, nullptr, nullptr), 0);
    const Descriptor reading(master);
    const Descriptor writing(terminal);
    const Descriptor file = open_file(folder_.file("log"), O_WRONLY | O_CREAT);
    const pid_t session = fork();
    if (session == 0) {
        setsid();
        ioctl(terminal, TIOCSCTTY, 0);
        termios settings = {};
        tcgetattr(terminal, &settings);
        settings.c_lflag |= TOSTOP;
        tcsetattr(terminal, TCSANOW, &settings);
        const pid_t background = fork();
        if (background == 0) {
            setpgid(0, 0);
            const rlimit none = {0, 0};
            setrlimit(RLIMIT_FSIZE, &none);
            fakes::FakeClock clock(kNow);
            for (const int fd : {terminal, file.get()}) {
                platform::QueuedLog log((LogSink(fd)), clock);
                log.write(LogLevel::info, "from the background");
                log.finish();
            }
            _exit(0);
        }
        int status = 0;
        waitpid(background, &status, WUNTRACED);
        if (WIFSTOPPED(status)) kill(background, SIGKILL);
        _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(session, &status, 0), session);
    EXPECT_EQ(status, 0) << "it was stopped or killed";
    fcntl(master, F_SETFL, O_NONBLOCK);
    EXPECT_NE(read_all(reading).find("info from the background"), std::string::npos);
}

TEST_F(SyslogTest, Hazard42TheLoopIsPunctualWhileItHangs) {
    fakes::FakeClock clock(kNow);
    auto syslog = std::make_unique<Syslog>(path_);
    platform::QueuedLog log(LogSink(path_.c_str()), clock);
    ASSERT_TRUE(log.start());
    std::int64_t latest = INT64_MAX;
    for (int i = 0; i < 5 && latest >= 20; i++) {
        latest = std::min(latest, latest_turn_ms(log, [&log] { log.flush(); }));
    }
    EXPECT_LT(latest, 20);
    syslog.reset();
}

}  // namespace
}  // namespace cmagent::contract
