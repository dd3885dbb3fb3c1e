#pragma once
// A command of cmagentctl: how it ended, and what it printed.

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

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

}  // namespace cmagent::ctl
