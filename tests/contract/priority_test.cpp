// What contract.md, "Priority", says of threads and children, by the kernel's own figures.
#include "platform/linux/priority.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "platform/linux/processes.h"
#include "platform/linux/thread.h"
#include "platform/linux/worker.h"
#include "tests/contract/loop.h"

namespace cmagent::contract {
namespace {

// proc(5), /proc/PID/stat: of a realtime thread -1 less its priority, else 20 and the niceness.
constexpr std::size_t kEffective = 18;
constexpr std::size_t kNice = 19;
constexpr std::size_t kPolicy = 41;

long field(const std::string& stat, std::size_t number) {
    std::istringstream rest(stat.substr(stat.rfind(')') + 2));
    std::string word;
    for (std::size_t i = 3; i <= number; ++i) rest >> word;
    return std::stol(word);
}

std::string stat_of(pid_t thread) {
    std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/stat");
    std::string text;
    std::getline(file, text);
    return text;
}

pid_t own_thread() {
    return static_cast<pid_t>(syscall(SYS_gettid));
}

// In a process of its own, for what is set here cannot be taken back: 0 is well, 77 without the right.
constexpr int kNoRight = 77;
int in_child(int (*body)()) {
    const pid_t child = fork();
    if (child == 0) _exit(body());
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#define EXPECT_WELL(body)                                                   \
    do {                                                                    \
        const int status = in_child(body);                                  \
        if (status == kNoRight) GTEST_SKIP() << "needs the right to do so"; \
        EXPECT_EQ(status, 0) << "the step that failed";                     \
    } while (false)

// A thread that stands in `body` until `over`.
struct Helper {
    std::atomic<pid_t> thread{0};
    std::atomic<bool> over{false};
    platform::Mutex mutex;
    bool holds = false;
    pthread_t native = {};

    bool start() { return platform::start_thread(native, 256 * 1024, run, this); }
    void end() {
        over = true;
        pthread_join(native, nullptr);
    }
    static void* run(void* self) {
        Helper& helper = *static_cast<Helper*>(self);
        if (helper.holds) helper.mutex.lock();
        helper.thread = own_thread();
        while (!helper.over) usleep(1'000);
        if (helper.holds) helper.mutex.unlock();
        return nullptr;
    }
    void await() const {
        while (thread == 0) usleep(1'000);
    }
};

TEST(Priority, NicenessIsOfAllThreadsThatAreStartedLater) {
    EXPECT_WELL([] {
        if (platform::set_niceness(-7) != 0) return kNoRight;
        Helper helper;
        if (platform::niceness() != -7 || !helper.start()) return 1;
        helper.await();
        const long niceness = field(stat_of(helper.thread), kNice);
        helper.end();
        return niceness == -7 ? 0 : 2;
    });
}

// "/autogroup-17 nice -7"
std::string niceness_of_session() {
    std::ifstream file("/proc/self/autogroup");
    std::string text;
    while (file >> text) {
    }
    return text;
}

// Debian's kernels have such groups: nothing would be won among the programs of other sessions.
TEST(Priority, Hazard68NicenessIsOfTheSessionsGroupToo) {
    if (niceness_of_session().empty()) GTEST_SKIP() << "a kernel without groups of sessions";
    EXPECT_WELL([] {
        if (setsid() < 0) return 1;
        platform::prepare_niceness();
        if (platform::set_niceness(-7) != 0) return kNoRight;
        if (niceness_of_session() != "-7") return 2;
        const pid_t child = fork();
        if (child == 0) {
            platform::shed_priority();
            _exit(getsid(0) == getpid() && niceness_of_session() == "0" ? 0 : 3);
        }
        int ended = 0;
        waitpid(child, &ended, 0);
        return niceness_of_session() == "-7" ? WEXITSTATUS(ended) : 4;
    });
}

TEST(Priority, WithoutTheRightItStaysAsItIs) {
    EXPECT_WELL([] {
        if (geteuid() != 0 || setresuid(65534, 65534, 65534) != 0) return kNoRight;
        platform::give_up_right_to_priority();
        const int before = platform::niceness();
        if (platform::set_niceness(before - 1) == 0 || platform::niceness() != before) return 1;
        if (platform::set_realtime() == 0) return 2;
        return sched_getscheduler(0) == SCHED_OTHER ? 0 : 3;
    });
}

TEST(Priority, RealtimeOutlivesAChangeOfTheUserAndIsOfTheLoopAlone) {
    EXPECT_WELL([] {
        if (geteuid() != 0 || platform::set_realtime() != 0) return kNoRight;
        platform::give_up_right_to_priority();
        if (setresuid(65534, 65534, 65534) != 0) return 1;
        Loop loop;
        platform::Worker worker(loop.poller);
        if (!worker.start()) return 2;
        std::size_t threads = 0;
        for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
            const pid_t thread = std::stoi(task.path().filename());
            const long expected = thread == own_thread() ? SCHED_FIFO : SCHED_OTHER;
            if (!loop.until([&] { return field(stat_of(thread), kPolicy) == expected; })) return 3;
            ++threads;
        }
        return threads >= 2 ? 0 : 4;  // an emulator has some of its own
    });
}

// A helper at the lowest niceness that holds a lock of the loop's would wait behind every other process
// of the box, and the loop with it.
TEST(Priority, Hazard68AHelperThatHoldsALockIsAsSoonAsTheLoopThatWaitsForIt) {
    EXPECT_WELL([] {
        static Helper holder;
        static Helper waiting;
        if (platform::set_realtime() != 0) return kNoRight;
        platform::leave_realtime();
        holder.holds = true;
        if (!holder.start()) return 1;
        holder.await();
        const long before = field(stat_of(holder.thread), kEffective);
        pthread_t loop = {};
        const auto wait = [](void*) -> void* {
            if (platform::set_realtime() != 0) _exit(2);
            waiting.thread = own_thread();
            platform::Lock lock(holder.mutex);
            return nullptr;
        };
        if (!platform::start_thread(loop, 256 * 1024, wait, nullptr)) return 3;
        waiting.await();
        for (int i = 0; i < 5'000 && field(stat_of(holder.thread), kEffective) != -2; ++i) {
            usleep(1'000);
        }
        const long meanwhile = field(stat_of(holder.thread), kEffective);
        holder.over = true;
        pthread_join(loop, nullptr);
        holder.end();
        return before < 0 ? 4 : meanwhile == -2 ? 0 : 5;
    });
}

double computed() {
    timespec time = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// Under SCHED_FIFO for a second, as a loop with a fault would.
TEST(Priority, Hazard69ASpinGivesRealtimeBackAndSaysSoOnce) {
    EXPECT_WELL([] {
        if (platform::set_realtime() != 0) return kNoRight;
        if (platform::take_realtime_loss()) return 1;
        while (computed() < 4 && sched_getscheduler(0) == SCHED_FIFO) {
        }
        if (sched_getscheduler(0) != SCHED_OTHER) return 2;
        if (computed() < 0.9 || computed() > 1.5) return 3;
        if (!platform::take_realtime_loss() || platform::take_realtime_loss()) return 4;
        // It is an ordinary process from then on, which nobody ends.
        while (computed() < 1.6) {
        }
        return 0;
    });
}

TEST(Priority, Hazard69PausesAreNoSpin) {
    EXPECT_WELL([] {
        if (platform::set_realtime() != 0) return kNoRight;
        for (double until = 0.3; until < 1.6; until += 0.3) {
            while (computed() < until) {
            }
            usleep(1'000);
        }
        return platform::take_realtime_loss() ? 1 : sched_getscheduler(0) == SCHED_FIFO ? 0 : 2;
    });
}

class Printed final : public platform::ProcessListener {
  public:
    std::optional<int> status;
    std::vector<std::string> lines;
    void on_output(std::string_view line) override { lines.emplace_back(line); }
    void on_exit(int exit_status) override { status = exit_status; }
};

// What a command of a player's is, and which limits of realtime and niceness it has.
int look_at_a_child() {
    const bool permitted = platform::set_niceness(-5) == 0 && platform::set_realtime() == 0;
    if (!permitted) return kNoRight;
    platform::give_up_right_to_priority();
    Loop loop;
    platform::Signals signals(loop.poller);
    platform::ChildProcesses processes(signals, loop.poller);
    Printed child;
    const char* const argv[] = {
        "sh", "-c", "cut -d' ' -f19,41 /proc/self/stat; grep -E 'nice|realtime' /proc/self/limits",
        nullptr};
    if (!processes.start(argv, child)) return 1;
    if (!loop.until([&child] { return child.status.has_value(); })) return 2;
    if (child.lines.size() != 4) return 3;
    if (child.lines[0] != "0 0") return 4;
    const char* const limits[] = {"Max nice priority 0 0", "Max realtime priority 0 0",
                                  "Max realtime timeout unlimited unlimited"};
    for (std::size_t i = 0; i < 3; ++i) {
        std::istringstream words(child.lines[i + 1]);
        std::string line;
        for (std::string word; words >> word && word != "us";)
            line += (line.empty() ? "" : " ") + word;
        if (line != limits[i]) return 5 + static_cast<int>(i);
    }
    return sched_getscheduler(0) == SCHED_FIFO && platform::niceness() == -5 ? 0 : 8;
}

TEST(Priority, Hazard68AChildHasNeitherNicenessNorPolicyNorLimitsOfOurs) {
    EXPECT_WELL(look_at_a_child);
}

}  // namespace
}  // namespace cmagent::contract
