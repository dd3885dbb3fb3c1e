#include "agent/ctl/arguments.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace cmagent::ctl {
namespace {

Arguments read(std::vector<const char*> words) {
    words.insert(words.begin(), "cmagentctl");
    return parse_arguments(static_cast<int>(words.size()), words.data());
}

std::string problem_of(const std::vector<const char*>& words) {
    return std::string(read(words).problem.view());
}

TEST(CtlArguments, AreRead) {
    const Arguments a = read({"--json", "start", "--idp=i", "--subject", "s", "--metadata", "a=b",
                              "--url", "http://box:80", "--token-file", "t", "--application", "n",
                              "--player", "p", "--replaces", "r", "--terminate", "c"});
    EXPECT_EQ(a.problem.view(), "");
    EXPECT_TRUE(a.json);
    EXPECT_FALSE(a.wait_seconds.has_value());
    EXPECT_EQ(a.command, Command::start);
    EXPECT_EQ(a.idp, "i");
    EXPECT_EQ(a.subject, "s");
    EXPECT_EQ(a.metadata.size, 1U);
    EXPECT_EQ(a.address.host, "box");
    EXPECT_STREQ(a.token_file, "t");
    EXPECT_EQ(a.application, "n");
    EXPECT_EQ(a.player, "p");
    EXPECT_EQ(a.replaces, "r");
    EXPECT_EQ(a.terminate.size, 1U);
}

TEST(CtlArguments, AWaitMayEndTheWaiting) {
    const Arguments a = read({"resolve", "c", "--wait", "0", "--start"});
    EXPECT_EQ(a.problem.view(), "");
    EXPECT_EQ(a.wait_seconds, 0U);
    EXPECT_TRUE(a.start_then);
    EXPECT_EQ(read({"resolve", "c", "--wait=3600"}).wait_seconds, kMaxWait);
}

TEST(CtlArguments, TheDaemonIsWhereItListensByDefault) {
    const Arguments a = read({"status"});
    lib::DaemonAddress expected;
    ASSERT_TRUE(lib::parse_url(a.url, expected));
    EXPECT_EQ(a.address.host, expected.host);
    EXPECT_EQ(a.address.port, expected.port);
    EXPECT_EQ(a.address.authority, expected.authority);
    EXPECT_EQ(a.url, "http://127.0.0.1:8790");
}

TEST(CtlArguments, AHyphenAloneIsAWord) {
    const Arguments a = read({"--json", "explain", "--status", "409", "-"});
    EXPECT_EQ(a.problem.view(), "");
    EXPECT_EQ(a.command, Command::explain);
    EXPECT_EQ(a.words.list[0], "-");
}

TEST(CtlArguments, WhatFollowsThePlayerIsThePlayers) {
    const auto player_of = [](std::vector<const char*> words) {
        // The player's words are a part of argv, which has to be there still.
        words.insert(words.begin(), {"cmagentctl", "run", "--idp", "i", "--subject", "s"});
        const Arguments a = parse_arguments(static_cast<int>(words.size()), words.data());
        EXPECT_EQ(a.problem.view(), "");
        return std::string(a.playing[0]);
    };
    EXPECT_EQ(player_of({"--", "mpv", "--url", "x", "--", "--idp"}), "mpv");
    EXPECT_EQ(player_of({"mpv", "--url", "x", "y"}), "mpv");
    EXPECT_EQ(player_of({"--wait", "9", "--", "-mpv"}), "-mpv");
    EXPECT_EQ(
        read({"run", "--idp=i", "--subject=s", "--stop-deadline-ms=500", "p"}).stop_deadline_ms,
        500);
}

TEST(CtlArguments, HelpAndVersionNeedNoCommand) {
    EXPECT_TRUE(read({"--help"}).help);
    EXPECT_TRUE(read({"--version"}).version);
    EXPECT_TRUE(read({"start", "--help"}).help);
    EXPECT_TRUE(read({"start", "--help"}).problem.empty());
}

TEST(CtlArguments, WhatIsNotUnderstoodIsNamed) {
    const std::string much = std::string(200, 'x');
    const struct {
        std::vector<const char*> words;
        std::string problem;
    } kRows[] = {
        {{}, "a command is missing"},
        {{""}, " is no command"},
        {{"begin"}, "begin is no command"},
        {{much.c_str()}, std::string(60, 'x') + " is no command"},
        {{"status", "now"}, "now is one too many"},
        {{"stop"}, "stop needs a word more"},
        {{"stop", "a", "b"}, "b is one too many"},
        {{"stop", "a", "--json=yes"}, "--json takes no value"},
        {{"status", "--frobnicate"}, "--frobnicate is no option"},
        {{"--idp", "x", "start"}, "--idp must follow its command"},
        {{"stop", "a", "--idp", "x"}, "--idp does not go with this command"},
        {{"status", "--url"}, "--url needs a value"},
        {{"status", "--url", "https://x"}, "--url takes http://HOST:PORT or unix:/PATH"},
        {{"start", "--subject", "s"}, "--idp is missing"},
        {{"streams", "--idp", "i"}, "--subject is missing"},
        {{"streams", "--idp", "i", "--subject", "s", "--subject-file", "-"},
         "--subject goes without a file"},
        {{"status", "--client-key-file", "f"}, "--client-key-file does not go with this command"},
        {{"start", "--idp", ""}, "--idp must not be empty"},
        {{"forget", "--state", ""}, "--state must not be empty"},
        {{"start", "--metadata", "=x"}, "--metadata takes NAME=VALUE"},
        {{"start", "--metadata", "x"}, "--metadata takes NAME=VALUE"},
        {{"outlook", "--idp", "i"}, "--subject is missing"},
        {{"end-stream", "a", "--subject", "i"}, "--idp is missing"},
        {{"end-stream", "--idp", "i", "--subject", "i"}, "end-stream needs a word more"},
        {{"streams", "--metadata", "a=b"}, "--metadata does not go with this command"},
        {{"resolve", "c", "--give-up", "t"}, "--give-up goes without codes"},
        {{"resolve", "c", "t", "--try-again"}, "--try-again goes without codes"},
        {{"resolve", "c", "t", "--wait", "9"}, "--wait goes without codes"},
        {{"resolve", "c", "--wait", "9", "--give-up"}, "--give-up goes alone"},
        {{"resolve", "c", "--try-again", "--wait", "9"}, "--try-again goes alone"},
        {{"resolve", "c", "--start"}, "--start needs --wait"},
        {{"resolve", "c", "--wait", "3601"}, "--wait takes 0 to 3600 seconds"},
        {{"resolve", "c", "--wait", "-1"}, "--wait takes 0 to 3600 seconds"},
        {{"run", "--idp", "i", "--subject", "s"}, "run needs a word more"},
        {{"run", "--idp", "i", "--subject", "s", "--"}, "run needs a word more"},
        {{"run", "mpv"}, "--idp is missing"},
        {{"run", "--client-key-file", "f", "mpv"},
         "--client-key-file does not go with this command"},
        {{"run", "--stop-deadline-ms", "99", "mpv"},
         "--stop-deadline-ms takes 100 to 120000 milliseconds"},
        {{"stopped"}, "stopped needs a word more"},
        {{"stopped", "a", "--refresh"}, "--refresh does not go with this command"},
        {{"sessions", "a", "b"}, "b is one too many"},
        {{"logout", "--idp", "i", "--subject", "s", "--application", "a"},
         "--application does not go with this command"},
        {{"metadata", "--idp", "i"}, "--idp does not go with this command"},
        {{"conflicts"}, "conflicts needs a word more"},
        {{"events", "--since", "x"}, "--since takes the number of an entry"},
        {{"explain"}, "explain needs a word more"},
        {{"explain", "a", "b"}, "b is one too many"},
        {{"explain", "--status"}, "--status needs a value"},
        {{"explain", "--status", "4", "a"}, "--status takes a status of HTTP"},
        {{"explain", "--status", "4x9", "a"}, "--status takes a status of HTTP"},
        {{"explain", "--status", "909", "a"}, "--status takes a status of HTTP"},
        {{"resolve", "c", "1", "2", "3", "4", "5", "6", "7", "8", "9"}, "9 is one too many"},
    };
    for (const auto& row : kRows) EXPECT_EQ(problem_of(row.words), row.problem);
}

TEST(CtlArguments, HaveTheLimitsOfARequest) {
    std::vector<const char*> words = {"start", "--idp", "i", "--subject", "s"};
    for (int i = 0; i < 32; ++i) words.insert(words.end(), {"--metadata", "a=b"});
    EXPECT_EQ(problem_of(words), "");
    words.insert(words.end(), {"--metadata", "a=b"});
    EXPECT_EQ(problem_of(words), "--metadata may be given 32 times");
    words.resize(5);
    for (int i = 0; i < 8; ++i) words.insert(words.end(), {"--terminate", "c"});
    EXPECT_EQ(problem_of(words), "");
    words.insert(words.end(), {"--terminate", "c"});
    EXPECT_EQ(problem_of(words), "--terminate may be given 8 times");
}

std::string help(Command command) {
    char* text = nullptr;
    std::size_t size = 0;
    std::FILE* out = open_memstream(&text, &size);
    print_help(out, command);
    std::fclose(out);
    const std::string help(text, size);
    std::free(text);
    return help;
}

TEST(CtlArguments, AllStandInTheHelp) {
    const std::string all = help(Command::none);
    for (const char* word : {"status",
                             "start",
                             "stop SESSION",
                             "stopped SESSION",
                             "resolve CONFLICT",
                             "outlook",
                             "streams",
                             "end-stream STREAM",
                             "watch",
                             "explain",
                             "forget",
                             "--state FOLDER",
                             "run [--] PLAYER",
                             "--url URL",
                             "--token-file FILE",
                             "--json",
                             "--subject-file FILE|-",
                             "--client-key-file FILE",
                             "--metadata",
                             "outlook streams: asks the service",
                             "1 refused",
                             "64 usage"}) {
        EXPECT_NE(all.find(word), std::string::npos) << word;
    }
}

TEST(CtlArguments, EachCommandHasItsHelp) {
    const std::string text = help(read({"pause", "--help"}).command);
    EXPECT_EQ(text.rfind("Usage: cmagentctl pause SESSION\n", 0), 0U) << text;
    for (const char* word : {"--client-key-file", "--url URL", "--help"})
        EXPECT_NE(text.find(word), std::string::npos) << word;
    for (const char* word : {"--idp", "--subject", "outlook"})
        EXPECT_EQ(text.find(word), std::string::npos) << word;
}

}  // namespace
}  // namespace cmagent::ctl
