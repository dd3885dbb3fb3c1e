// ProcessPlayer with real processes. Those that this program starts itself would count as commands of
// the daemon: a shell starts them and leaves them to others.
#include "platform/players/process_player.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <fstream>
#include <memory>
#include <string>

#include "tests/contract/player_box.h"

namespace cmagent::contract {
namespace {

class ProcessTest : public testing::Test {
  protected:
    ~ProcessTest() override {
        for (const pid_t id : started_) kill(id, SIGKILL);
    }
    // A program of this name, which sleeps, begun by bash as `words` say; $0 is its file.
    pid_t start(const std::string& name, const std::string& words = "exec \"$0\" 60") {
        const std::string file = box_.folder.file(name);
        const std::string id_file = box_.folder.file("id");
        unlink(id_file.c_str());
        const std::string script = "[ -e '" + file + "' ] || cp /bin/sleep '" + file +
                                   "'; bash -c '" + words + "' '" + file +
                                   "' >/dev/null 2>&1 & echo $! >" + id_file;
        // What this process blocks for its signalfd, its children would.
        sigset_t none;
        sigset_t ours;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, &ours);
        EXPECT_EQ(system(script.c_str()), 0);
        sigprocmask(SIG_SETMASK, &ours, nullptr);
        std::ifstream in(id_file);
        pid_t id = 0;
        in >> id;
        started_.push_back(id);
        EXPECT_TRUE(box_.loop.until([id] { return has_begun(id); })) << words;
        return id;
    }
    // It is no longer the bash that begins it; it may have ended, too. In the middle of an exec it has no
    // words.
    static bool has_begun(pid_t id) {
        std::ifstream in("/proc/" + std::to_string(id) + "/cmdline");
        const std::string words{std::istreambuf_iterator<char>(in), {}};
        return words.empty() ? !lives(id)
                             : words.find(std::string("\0-c\0", 4)) == std::string::npos;
    }
    platform::ProcessPlayer& player(const std::string& key, const std::string& value) {
        text_ = value;
        settings_.set(key, text_);
        player_ = std::make_unique<platform::ProcessPlayer>(box_.services, settings_, box_.news);
        return *player_;
    }
    // A script of this name; its process. `child`: the process whose number it writes down by
    // `echo $! >"$0.child"`.
    pid_t start_script(const std::string& name, const std::string& text, pid_t* child = nullptr) {
        box_.folder.write(name, "#!/bin/sh\n" + text + "\n");
        chmod(box_.folder.file(name).c_str(), 0755);
        const pid_t id = start(name, "exec \"$0\"");
        EXPECT_TRUE(box_.loop.until([&] {
            platform::ProcessState state;
            return platform::read_process(id, state) && state.command.view() == name.substr(0, 15);
        }));
        if (child == nullptr) return id;
        EXPECT_TRUE(box_.loop.until([&] {
            return std::ifstream(box_.folder.file(name + ".child")) >> *child && *child > 0;
        }));
        started_.push_back(*child);
        return id;
    }
    // Nobody waits for it but the box's first process, or whoever takes its place: a zombie is gone.
    static bool lives(pid_t id) {
        platform::ProcessState state;
        return platform::read_process(id, state) && state.lives;
    }
    [[nodiscard]] std::vector<PlayerNews> heard(std::size_t count) {
        EXPECT_TRUE(box_.hears(count));
        return box_.news.all;
    }
    // No process of another test has this name, nor one of this test's that ends late.
    std::string unique(const char* name) const { return name + tag_; }

    Box box_;
    const std::string tag_ =
        std::to_string(getpid()) + box_.folder.file("").substr(box_.folder.file("").size() - 4, 3);
    std::vector<pid_t> started_;
    std::string text_;
    Settings settings_;
    std::unique_ptr<platform::ProcessPlayer> player_;
};

using All = std::vector<PlayerNews>;

TEST_F(ProcessTest, Hazard46StopEndsAllOfTheNameAndNoOther) {
    const pid_t one = start(unique("tv"));
    const pid_t two = start(unique("tv"));
    const pid_t other = start(unique("radio"));
    player("name", unique("tv")).stop();
    EXPECT_TRUE(box_.news.all.empty()) << "never from within stop()";
    EXPECT_EQ(heard(1), All{PlayerNews::stopped});
    EXPECT_FALSE(lives(one) || lives(two));
    EXPECT_TRUE(lives(other));
}

TEST_F(ProcessTest, Hazard46WhatWasGoneAlreadyIsStopped) {
    player("name", unique("tv")).stop();
    EXPECT_EQ(heard(1), All{PlayerNews::stopped});
    player_->force();
    EXPECT_EQ(heard(2).back(), PlayerNews::forced);
}

TEST_F(ProcessTest, Hazard46OneThatIgnoresSigtermIsStillThereAndIsForced) {
    const pid_t deaf = start(unique("tv"), "trap \"\" TERM; exec \"$0\" 60");
    player("name", unique("tv")).stop();
    box_.pass(300);
    EXPECT_TRUE(box_.news.all.empty());
    EXPECT_TRUE(lives(deaf));
    player_->force();
    EXPECT_EQ(heard(1), All{PlayerNews::forced});
    EXPECT_FALSE(lives(deaf));
}

TEST_F(ProcessTest, OneThatBeginsWhileTheOrderRunsIsEndedToo) {
    start(unique("tv"), "trap \"\" TERM; exec \"$0\" 60");
    player("name", unique("tv")).stop();
    box_.pass(100);
    const pid_t newcomer = start(unique("tv"));
    EXPECT_TRUE(box_.loop.until([newcomer] { return !lives(newcomer); }));
    EXPECT_TRUE(box_.news.all.empty());
}

TEST_F(ProcessTest, ItsOwnEndIsSeenOnceItWasThere) {
    player("name", unique("tv")).join();
    box_.pass(300);
    EXPECT_TRUE(box_.news.all.empty()) << "it may begin later";
    const pid_t one = start(unique("tv"));
    const pid_t two = start(unique("tv"));
    box_.pass(1200);
    kill(one, SIGKILL);
    box_.pass(200);
    EXPECT_TRUE(box_.news.all.empty()) << "the other plays on";
    kill(two, SIGKILL);
    EXPECT_EQ(heard(1), All{PlayerNews::exited});
    player_->leave();
}

TEST_F(ProcessTest, NothingIsSeenWhenNobodyPlaysAnyMore) {
    const pid_t one = start(unique("tv"));
    player("name", unique("tv")).join();
    box_.pass(100);
    player_->leave();
    kill(one, SIGKILL);
    box_.pass(200);
    EXPECT_TRUE(box_.news.all.empty());
}

TEST_F(ProcessTest, AnOrderThatIsGivenUpEndsNobodyElse) {
    start(unique("tv"), "trap \"\" TERM; exec \"$0\" 60");
    player("name", unique("tv")).stop();
    box_.pass(100);
    player_->cancel();
    const pid_t newcomer = start(unique("tv"));
    box_.pass(200);
    EXPECT_TRUE(lives(newcomer));
    EXPECT_TRUE(box_.news.all.empty());
}

TEST_F(ProcessTest, AForceCommandTakesThePlaceOfSigkillAndItsStatusSaysNothing) {
    const pid_t one = start(unique("tv"), "trap \"\" TERM; exec \"$0\" 60");
    const Words force{"sh", "-c", "kill -KILL " + std::to_string(one) + "; exit 3"};
    settings_.set("force", force);
    player("name", unique("tv")).force();
    EXPECT_EQ(heard(1), All{PlayerNews::forced});
    EXPECT_FALSE(lives(one));
}

TEST_F(ProcessTest, Hazard46AForceCommandThatOnlySaysOkIsNoEnd) {
    const pid_t one = start(unique("tv"));
    const Words force{"true"};
    settings_.set("force", force);
    player("name", unique("tv")).force();
    box_.pass(400);
    EXPECT_TRUE(box_.news.all.empty());
    EXPECT_TRUE(lives(one));
}

// --- Scripts ---

TEST_F(ProcessTest, Hazard46WhatAScriptHasBegunIsThePlayer) {
    pid_t child = 0;
    const pid_t script =
        start_script(unique("tv"), "sleep 60 & echo $! >\"$0.child\"; wait", &child);
    player("name", unique("tv")).stop();
    EXPECT_EQ(heard(1), All{PlayerNews::stopped});
    EXPECT_FALSE(lives(script) || lives(child));
}

TEST_F(ProcessTest, Hazard46WhatAScriptLeavesBehindIsForced) {
    pid_t child = 0;
    start_script(unique("tv"),
                 "(trap '' TERM; exec sleep 60) & echo $! >\"$0.child\"; sleep 0.1; wait", &child);
    box_.pass(200);
    player("name", unique("tv")).stop();
    box_.pass(300);
    EXPECT_TRUE(box_.news.all.empty());
    EXPECT_TRUE(lives(child));
    player_->force();
    EXPECT_EQ(heard(1), All{PlayerNews::forced});
    EXPECT_FALSE(lives(child));
}

TEST_F(ProcessTest, Hazard46WhatThePlayerBecomesIsThePlayer) {
    const pid_t one =
        start_script(unique("tv"), "while [ ! -e \"$0.go\" ]; do sleep 0.02; done; exec sleep 60");
    player("name", unique("tv")).join();
    box_.pass(100);
    box_.folder.write(unique("tv") + ".go", "");
    EXPECT_TRUE(box_.loop.until([&] {
        platform::ProcessState state;
        return platform::read_process(one, state) && state.command.view() == "sleep";
    }));
    player_->stop();
    EXPECT_EQ(heard(1), All{PlayerNews::stopped});
    EXPECT_FALSE(lives(one));
}

// --- Names ---

struct NameRow {
    const char* how;
    std::string file;
    const char* words;
    std::string name;
    bool named;
};

TEST_F(ProcessTest, IsNamedByFileFirstWordCommandOrScript) {
    const std::string tv = unique("tv");
    const std::string lengthy = unique("a-name-of-more-than-15-bytes");
    const NameRow kRows[] = {
        {"file", tv, "exec -a other \"$0\" 60", tv, true},
        {"first word", tv, "exec -a /x/word \"$0\" 60", "word", true},
        {"a long name", lengthy, "exec \"$0\" 60", lengthy, true},
        {"as ps shows it", lengthy, "exec \"$0\" 60", lengthy.substr(0, 15), true},
        {"another of the same beginning", lengthy, "exec \"$0\" 60", lengthy + "2", false},
        {"what it works on", tv, "exec tail -f \"$0\"", tv, false},
        {"its folder", tv, "exec \"$0\" 60", "tmp", false},
        {"replaced by an upgrade", tv, "cp \"$0\" \"$0.2\"; exec -a x \"$0.2\" 60", tv + ".2",
         true},
        {"one of many names", "busybox", "ln -s \"$0\" \"$0.x\"; exec \"$0.x\" 60", "busybox",
         false},
        {"… by which it was begun", "busybox", "exec \"$0.x\" 60", "busybox.x", true},
        {"a script", tv, "echo read x >\"$0.sh\"; exec sh \"$0.sh\" <>/dev/ptmx", tv + ".sh", true},
        {"a script that takes another command", tv + "2",
         "echo \"echo x >/proc/self/comm; read x\" >\"$0.sh\"; exec bash \"$0.sh\" <>/dev/ptmx",
         tv + "2.sh", true},
        {"what a shell is told to work on", tv, "exec bash +x -uc \"read x; : \"\"$0\" <>/dev/ptmx",
         tv, false},
        {"a script with options", tv, "exec bash -u \"$0.sh\" <>/dev/ptmx", tv + ".sh", true},
    };
    for (const NameRow& row : kRows) {
        pid_t id = 0;
        platform::ProcessState state;
        ASSERT_TRUE(box_.loop.until([&] {
            id = start(row.file, row.words);
            return platform::read_process(id, state) && state.lives;
        })) << row.how;
        unlink(box_.folder.file(tv + ".2").c_str());
        const auto is_named = [&] {
            return platform::read_process(id, state) &&
                   platform::naming_of(state, row.name) != platform::Naming::none;
        };
        // It has a name of its own once its exec is through, which takes a loaded machine its time.
        static_cast<void>(box_.loop.until([&] { return is_named() == row.named; }, 5000));
        EXPECT_EQ(is_named(), row.named) << row.how;
        kill(id, SIGKILL);
    }
}

// --- Files ---

TEST(ProcessSettings, AFileIsWhereItIsForEverybody) {
    const auto refused = [](const std::string& file) {
        const platform::AdapterFault fault =
            platform::ProcessPlayer::kAdapter.check(Settings().set("pidFile", file));
        return std::string(fault ? fault.key : "");
    };
    EXPECT_EQ(refused("/run/tv.pid"), "");
    EXPECT_EQ(refused("tv.pid"), "pidFile");
    EXPECT_EQ(refused(""), "name");
}

TEST_F(ProcessTest, TheFileNamesTheProcess) {
    const pid_t one = start(unique("tv"));
    box_.folder.write("tv.pid", std::to_string(one) + "\n");
    player("pidFile", box_.folder.file("tv.pid")).join();
    box_.pass(100);
    player_->stop();
    EXPECT_EQ(heard(1), All{PlayerNews::stopped});
    EXPECT_FALSE(lives(one));
}

TEST_F(ProcessTest, Hazard46ANumberThatWasGivenAgainIsAnothers) {
    const pid_t stranger = start(unique("stranger"));
    box_.folder.write("tv.pid", std::to_string(stranger));
    const timespec kLongAgo[2] = {{1000000000, 0}, {1000000000, 0}};
    ASSERT_EQ(utimensat(AT_FDCWD, box_.folder.file("tv.pid").c_str(), kLongAgo, 0), 0);
    player("pidFile", box_.folder.file("tv.pid")).stop();
    EXPECT_EQ(heard(1), All{PlayerNews::stopped}) << "the file is of one that is gone";
    player_->force();
    EXPECT_EQ(heard(2).back(), PlayerNews::forced);
    EXPECT_TRUE(lives(stranger));
}

TEST_F(ProcessTest, AFileThatNamesNobodyIsUnreachable) {
    for (const std::string text : {"", "\n", "tv", "0", "1", "-1", "99999999999999999999"}) {
        box_.folder.write("tv.pid", text);
        player("pidFile", box_.folder.file("tv.pid")).stop();
        const std::size_t count = box_.news.all.size() + 1;
        EXPECT_EQ(heard(count).back(), PlayerNews::unreachable) << text;
        EXPECT_EQ(box_.news.lines.back(), "pidFile names no player");
    }
    box_.folder.write("tv.pid", std::to_string(getpid()));
    player("pidFile", box_.folder.file("tv.pid")).force();
    EXPECT_EQ(heard(8).back(), PlayerNews::unreachable) << "the daemon itself";
}

TEST_F(ProcessTest, APlayerThatWritesItsFileAnewIsStillThePlayer) {
    const pid_t one = start(unique("tv"));
    box_.folder.write("tv.pid", std::to_string(one));
    player("pidFile", box_.folder.file("tv.pid")).join();
    box_.pass(100);
    const pid_t two = start(unique("tv"));
    box_.folder.write("tv.pid", std::to_string(two));
    kill(one, SIGKILL);
    box_.pass(200);
    EXPECT_TRUE(box_.news.all.empty());
    player_->stop();
    EXPECT_EQ(heard(1), All{PlayerNews::stopped});
    EXPECT_FALSE(lives(two));
}

}  // namespace
}  // namespace cmagent::contract
