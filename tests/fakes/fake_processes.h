#pragma once
#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "platform/api/processes.h"

namespace cmagent::fakes {

// Commands of which only their ends are seen.
class FakeProcesses final : public platform::Processes {
  public:
    std::vector<std::string> started;  // every command line, its arguments with a space between
    std::map<std::string, int>
        ends;  // by command line, the exit status (or -signal); others run on
    std::map<std::string, std::vector<std::string>> prints;  // likewise, what it prints at its end
    std::set<std::string> missing;                           // programs that cannot be started
    std::function<void()> at_start = [] {};                  // called with each that is started

    // The loop's next turn: one process ends that has a status in `ends`. False: there is none.
    bool turn() {
        const auto ended =
            std::find_if(running_.begin(), running_.end(),
                         [this](const Process& one) { return ends.count(one.line) != 0; });
        if (ended == running_.end()) return false;
        const Process process = *ended;
        running_.erase(ended);
        for (const std::string& line : prints[process.line]) process.listener->on_output(line);
        process.listener->on_exit(ends[process.line]);
        return true;
    }

    [[nodiscard]] bool start(const char* const* argv,
                             platform::ProcessListener& listener) override {
        if (missing.count(argv[0]) != 0) return false;
        std::string line = *argv;
        while (*++argv != nullptr) line += std::string(" ") + *argv;
        started.push_back(line);
        at_start();
        running_.push_back({line, &listener});
        return true;
    }
    void kill(platform::ProcessListener& listener) override {
        running_.erase(
            std::remove_if(running_.begin(), running_.end(),
                           [&listener](const Process& one) { return one.listener == &listener; }),
            running_.end());
    }

  private:
    struct Process {
        std::string line;
        platform::ProcessListener* listener;
    };
    std::vector<Process> running_;
};

}  // namespace cmagent::fakes
