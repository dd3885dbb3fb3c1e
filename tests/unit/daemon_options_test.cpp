#include "agent/daemon/options.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace cmagent::daemon {
namespace {

using Task = Options::Task;

Options options_of(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "cmagentd");
    return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

std::string problem_of(const std::vector<const char*>& arguments) {
    return std::string(options_of(arguments).problem.view());
}

TEST(Options, WithoutAnyTheDaemonRuns) {
    const Options options = options_of({});
    EXPECT_EQ(options.task, Task::run);
    EXPECT_TRUE(options.places.empty());
    EXPECT_FALSE(options.log_level);
    EXPECT_FALSE(options.log_target);
    EXPECT_TRUE(options.problem.empty());
}

TEST(Options, AreRead) {
    EXPECT_STREQ(options_of({"--config", "a.json"}).places[0], "a.json");
    EXPECT_STREQ(options_of({"--config=a=b"}).places[0], "a=b");
    EXPECT_STREQ(options_of({"--config", "a", "--config=b"}).places[1], "b");
    EXPECT_EQ(options_of({"--print-config"}).task, Task::print_configuration);
    EXPECT_EQ(options_of({"--check-config"}).task, Task::check_configuration);
    EXPECT_EQ(options_of({"--print-states"}).task, Task::print_states);
    EXPECT_EQ(options_of({"--version"}).task, Task::version);
    EXPECT_EQ(options_of({"--help"}).task, Task::help);
    EXPECT_EQ(options_of({"--version", "--help"}).task, Task::help);
    EXPECT_EQ(options_of({"--log-level", "error"}).log_level, platform::LogLevel::error);
    EXPECT_EQ(options_of({"--log-level=warning"}).log_level, platform::LogLevel::warning);
    EXPECT_EQ(options_of({"--log-level=info"}).log_level, platform::LogLevel::info);
    EXPECT_EQ(options_of({"--log-level=debug"}).log_level, platform::LogLevel::debug);
    EXPECT_EQ(options_of({"--log-to", "stderr"}).log_target, platform::LogTarget::standard_error);
    EXPECT_EQ(options_of({"--log-to=syslog"}).log_target, platform::LogTarget::syslog);

    const Options all = options_of({"--check-config", "--log-level", "debug", "--config", "x"});
    EXPECT_EQ(all.task, Task::check_configuration);
    EXPECT_STREQ(all.places[0], "x");
    EXPECT_EQ(all.log_level, platform::LogLevel::debug);
}

TEST(Options, WhatIsNotUnderstoodIsNamed) {
    EXPECT_EQ(problem_of({"--frobnicate"}), "--frobnicate is no option");
    EXPECT_EQ(problem_of({"--check-config", "file"}), "file is no option");
    EXPECT_EQ(problem_of({""}), " is no option");
    EXPECT_EQ(problem_of({"--config"}), "--config needs a value");
    EXPECT_EQ(problem_of({"--config="}), "--config needs the name of a file");
    EXPECT_EQ(problem_of(std::vector<const char*>(35, "--config=x")),
              "--config stands more than 34 times");
    EXPECT_EQ(problem_of({"--help=yes"}), "--help takes no value");
    for (const char* level : {"", "Info", "loud", "0"}) {
        EXPECT_EQ(problem_of({"--log-level=debug", "--log-level", level}),
                  "--log-level takes error, warning, info or debug");
    }
    EXPECT_EQ(problem_of({"--log-to"}), "--log-to needs a value");
    EXPECT_EQ(problem_of({"--log-to", "/dev/log"}), "--log-to takes stderr or syslog");
    const std::string longer = "--" + std::string(500, 'x');
    EXPECT_EQ(problem_of({longer.c_str()}).size(), 128U);
}

std::string help() {
    char* text = nullptr;
    std::size_t size = 0;
    std::FILE* out = open_memstream(&text, &size);
    print_help(out);
    std::fclose(out);
    std::string help(text, size);
    std::free(text);
    return help;
}

TEST(Options, AllStandInTheHelp) {
    const std::string text = help();
    for (const char* option :
         {"--config FILE", "--check-config", "--print-states", "--log-level LEVEL",
          "--log-to WHERE", "--version", "--help", "78 configuration"}) {
        EXPECT_NE(text.find(option), std::string::npos) << option;
    }
}

TEST(Options, HelpNamesTheDefaultFilesAndEveryLevel) {
    for (const char* place : default_places()) {
        EXPECT_NE(help().find(place), std::string::npos) << place;
    }
    EXPECT_NE(help().find("--print-config"), std::string::npos);
    for (const auto& row : platform::kLogLevelRows) {
        EXPECT_NE(help().find(row.name), std::string::npos) << row.name;
        EXPECT_NE(problem_of({"--log-level=loud"}).find(row.name), std::string::npos) << row.name;
    }
}

}  // namespace
}  // namespace cmagent::daemon
