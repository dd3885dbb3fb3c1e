// What repeats is told once and then counted, and the log stays short (contract.md, "Shares").
#include "agent/daemon/folded_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_log.h"

namespace cmagent::daemon {
namespace {

using platform::LogLevel;
using Lines = std::vector<std::string>;

class FoldedLogTest : public testing::Test {
  protected:
    void say(const std::string& line, LogLevel level = LogLevel::info) { log_.write(level, line); }
    // Lets the time pass as the loop does.
    void pass(Millis span) {
        const Time end{clock_.boot_ms() + span};
        while (log_.next_deadline() <= end) {
            clock_.advance(std::max<Millis>(0, log_.next_deadline().ms - clock_.boot_ms()));
            log_.on_time({clock_.boot_ms()});
        }
        clock_.advance(end.ms - clock_.boot_ms());
    }
    Lines take() {
        Lines lines;
        lines.swap(below_.lines);
        return lines;
    }

    fakes::FakeClock clock_;
    fakes::FakeLog below_;
    FoldedLog log_{below_, clock_, LogLevel::info};
};

TEST_F(FoldedLogTest, TellsALineOnceAndThenHowOftenItCame) {
    for (int i = 0; i < 38; i++) say("cm: unreachable");
    EXPECT_EQ(take(), (Lines{"info cm: unreachable"}));
    pass(9'999);
    EXPECT_EQ(take(), Lines{});
    pass(1);
    EXPECT_EQ(take(), (Lines{"info 37 times more within 10 s: cm: unreachable"}));
    pass(kMinute);
    EXPECT_EQ(take(), Lines{}) << "it is over";
    EXPECT_EQ(log_.next_deadline(), kNever);
    say("cm: unreachable");
    EXPECT_EQ(take(), (Lines{"info cm: unreachable"}));
}

TEST_F(FoldedLogTest, TellsInGrowingDistancesOfWhatGoesOn) {
    Lines lines;
    for (int second = 0; second < 6 * 3600; second++) {
        for (int i = 0; i < 3; i++) say("refused");
        pass(kSecond);
        for (const std::string& line : take()) lines.push_back(line);
    }
    ASSERT_EQ(lines.size(), 12U);
    EXPECT_EQ(lines[0], "info refused");
    EXPECT_EQ(lines[1], "info 29 times more within 10 s: refused");
    EXPECT_EQ(lines[2], "info 180 times more within 1 min: refused");
    EXPECT_EQ(lines[3], "info 360 times more within 2 min: refused");
    EXPECT_EQ(lines[8], "info 10800 times more within 60 min: refused");
    EXPECT_EQ(lines[11], lines[8]);
}

TEST_F(FoldedLogTest, EachWindowOfWhatGoesOnBeginsWithALine) {
    for (int i = 0; i < 20; i++) say("session a" + std::to_string(i) + ": gone");
    pass(10 * kSecond);
    EXPECT_EQ(take().size(), 6U);
    for (int i = 20; i < 40; i++) say("session a" + std::to_string(i) + ": gone");
    EXPECT_EQ(take(), (Lines{"info session a20: gone"}));
    pass(kMinute);
    EXPECT_EQ(take(), (Lines{"info 19 times more within 1 min: session a39: gone"}));
    pass(5 * kMinute);
    say("session a40: gone");
    say("session a41: gone");
    EXPECT_EQ(take().size(), 2U) << "it was over";
}

// A failure that comes back every 90 s is never within a window of one minute.
TEST_F(FoldedLogTest, RemembersAWarningThatComesBackSeldom) {
    std::size_t told = 0;
    for (Millis at = 0; at < 24 * 60 * kMinute; at += 90 * kSecond) {
        say("cm: no such name", LogLevel::warning);
        pass(90 * kSecond);
        told += take().size();
    }
    EXPECT_LE(told, 60U);
    EXPECT_GE(told, 24U);
    pass(3 * 60 * kMinute);
    take();
    say("cm: no such name", LogLevel::warning);
    EXPECT_EQ(take().size(), 1U) << "after some hours it is news again";
}

TEST_F(FoldedLogTest, TellsFiveOfAKindThatDifferInIdsAndNumbersOnly) {
    for (int i = 0; i < 12; i++) {
        say("session 7f3a" + std::to_string(i) + ": lease none -> held (granted)");
        say("session 7f3a" + std::to_string(i) + ": lease held -> gone (ended)");
    }
    const Lines told = take();
    ASSERT_EQ(told.size(), 10U);
    EXPECT_EQ(told[9], "info session 7f3a4: lease held -> gone (ended)");
    pass(10 * kSecond);
    EXPECT_EQ(take(), (Lines{"info 7 times more within 10 s: session 7f3a11: lease none -> held "
                             "(granted)",
                             "info 7 times more within 10 s: session 7f3a11: lease held -> gone "
                             "(ended)"}));
}

TEST_F(FoldedLogTest, LeavesOutWhatIsMoreThanTenASecond) {
    Lines lines;
    for (int second = 0; second < 10; second++) {
        for (char a = 'a'; a <= 'z'; a++) {
            for (char b = 'a'; b <= 'z'; b++) say({static_cast<char>('a' + second), a, b});
        }
        pass(kSecond);
    }
    log_.finish();
    lines = take();
    std::size_t left_out = 0;
    std::size_t told = 0;
    for (const std::string& line : lines) {
        unsigned count = 0;
        if (std::sscanf(line.c_str(), "warning %u lines left out", &count) == 1) {
            left_out += count;
        } else {
            told++;
        }
    }
    EXPECT_LE(told, 20U + 9 * 10);
    EXPECT_GE(told, 10U * 10);
    EXPECT_EQ(told + left_out, 6760U) << "none is lost without being counted";
    EXPECT_LE(lines.size() - told, 11U);
}

TEST_F(FoldedLogTest, LeavesNoErrorOut) {
    for (char a = 'a'; a <= 'z'; a++) say({'i', a});
    take();
    for (char a = 'a'; a <= 'z'; a++) say({'e', a}, LogLevel::error);
    EXPECT_EQ(take().size(), 26U);
}

TEST_F(FoldedLogTest, CountsAKindWhosePlaceAnotherOneNeeds) {
    say("first");
    say("first");
    clock_.advance(1);
    for (char a = 'a'; a < 'a' + 24; a++) say({'x', a}, LogLevel::error);
    const Lines lines = take();
    EXPECT_EQ(std::count(lines.begin(), lines.end(), "info 1 times more within 10 s: first"), 1);
}

TEST_F(FoldedLogTest, KeepsLevelsApart) {
    say("the same", LogLevel::warning);
    say("the same", LogLevel::error);
    say("not told", LogLevel::debug);
    EXPECT_EQ(take(), (Lines{"warning the same", "error the same"}));
    log_.set_level(LogLevel::error);
    say("the same line", LogLevel::warning);
    EXPECT_EQ(take(), Lines{});
}

TEST_F(FoldedLogTest, KeepsNothingBackAtLevelDebug) {
    log_.set_level(LogLevel::debug);
    for (int i = 0; i < 100; i++) say("again", LogLevel::debug);
    for (int i = 0; i < 100; i++) say("again", LogLevel::info);
    EXPECT_EQ(take().size(), 200U);
}

TEST_F(FoldedLogTest, TellsWhatWasCountedWhenTheProcessEnds) {
    for (int i = 0; i < 3; i++) say("refused");
    take();
    log_.finish();
    EXPECT_EQ(take(), (Lines{"info 2 times more within 10 s: refused"}));
    log_.finish();
    EXPECT_EQ(take(), Lines{});
}

TEST_F(FoldedLogTest, CutsALongLineThatItCounts) {
    const std::string text(500, 'x');
    say(text);
    say(text);
    take();
    log_.finish();
    const Lines lines = take();
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_LT(lines[0].size(), 300U);
    EXPECT_EQ(lines[0].substr(lines[0].size() - 3), "...");
}

}  // namespace
}  // namespace cmagent::daemon
