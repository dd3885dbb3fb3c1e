#pragma once
// A command of cmagentctl: how it ended, and what it printed.

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "agent/ctl/commands.h"

namespace cmagent::ctl {

struct Result {
    int status;
    std::string out;
    std::string err;
};

template <class Command>
Result captured(Command command) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int status = command();
    std::fflush(stdout);
    return {status, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
}

// cmagentctl with these words, which it understands.
inline Result run(std::vector<std::string> words) {
    words.insert(words.begin(), "cmagentctl");
    std::vector<const char*> argv;
    for (const std::string& word : words) argv.push_back(word.c_str());
    const Arguments arguments = parse_arguments(static_cast<int>(argv.size()), argv.data());
    EXPECT_EQ(arguments.problem.view(), "");
    return captured([&] { return run_command(arguments); });
}

}  // namespace cmagent::ctl
