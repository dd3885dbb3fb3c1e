// cmagentctl check and report (contract.md, "check", "report").
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <vector>

#include "agent/ctl/commands.h"
#include "tests/temporary_folder.h"
#include "tests/unit/ctl_captured.h"
#include "tests/unit/ctl_scripted_server.h"

namespace cmagent::ctl {
namespace {

const std::string kAlive = answer("200 OK", R"({"status":"ok"})");
const std::string kWell =
    R"({"checks":[{"check":"resolve","subject":"cm.example","result":"ok","says":"addresses: 2"}],"ok":true})";
const std::string kIll =
    R"({"checks":[{"check":"clock","result":"untried","says":"CM was not reached"},)"
    R"({"check":"player","subject":"bed","result":"fault","says":"No such file","remedy":"start\u001b it"}],"ok":false})";

Result check(const std::string& reply, std::vector<std::string> words = {}) {
    ScriptedServer server({kAlive, reply});
    std::vector<std::string> all = {"--url", server.url(), "check"};
    all.insert(all.end(), words.begin(), words.end());
    return run(all);
}

TEST(CtlCheck, PrintsALineEachWithWhatToDo) {
    const Result well = check(answer("200 OK", kWell));
    EXPECT_EQ(well.status, 0);
    EXPECT_EQ(well.out, "ok      resolve cm.example: addresses: 2\n");
    const Result ill = check(answer("200 OK", kIll));
    EXPECT_EQ(ill.status, 1) << "an operator's script goes by the status";
    EXPECT_EQ(ill.out,
              "untried clock: CM was not reached\nfault   player bed: No such file; start? it\n");
    EXPECT_EQ(check(answer("200 OK", kWell), {"--json"}).out, kWell + "\n");
}

// The daemon's program is not beside the test: that, too, is said.
TEST(CtlCheck, SaysWhyTheDaemonCannotBeAskedAndAsksItsProgram) {
    const struct {
        const char* status;
        const char* remedy;
    } kRows[] = {{"401 Unauthorized", "--token-file FILE: one of those in http.tokenFile"},
                 {"403 Forbidden", "one without applications"},
                 {"404 Not Found", "restart it"},
                 {"429 Too Many Requests", "ask again"},
                 {"503 Busy", "ask again"},
                 {"301 Moved Permanently", "no other program listens there"},
                 {"200 OK", "no other program listens there"}};
    for (const auto& row : kRows) {
        const Result result =
            check(answer(row.status, R"({"ok":true})"), {"--config", "/nowhere.json"});
        EXPECT_EQ(result.status, 1);
        EXPECT_EQ(result.out.find("fault   daemon http://127.0.0.1:"), 0U) << result.out;
        EXPECT_NE(result.out.find(row.remedy), std::string::npos) << result.out;
    }
    const Result gone = run({"--url", "unix:/nowhere/api.sock", "check", "--json"});
    EXPECT_EQ(gone.status, 1);
    EXPECT_NE(gone.out.find(R"("says":"No such file or directory")"), std::string::npos);
    EXPECT_NE(gone.out.find(R"("ok":false})"), std::string::npos);
}

TEST(CtlCheck, ASocketThatLetsOnlyOthersInIsNoDaemonToRestart) {
    constexpr uid_t kNobody = 65'534;
    const TemporaryFolder folder;
    ASSERT_EQ(chmod(folder.path().c_str(), 0), 0);
    const uid_t user = geteuid();
    // Root is let in everywhere.
    ASSERT_EQ(seteuid(user == 0 ? kNobody : user), 0);
    const Result result = run({"--url", "unix:" + folder.file("api.sock"), "check"});
    ASSERT_EQ(seteuid(user), 0);
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(
        result.out.find("Permission denied; ask as root, or as a member of the socket's group"),
        std::string::npos)
        << result.out;
    ASSERT_EQ(chmod(folder.path().c_str(), S_IRWXU), 0);
}

TEST(CtlReport, WhatAnotherProgramAnswersIsNoPartOfIt) {
    const std::string page = answer("200 OK", "<html>a router</html>");
    ScriptedServer server({page, page, page, page, page, page});
    const Result result = run({"--url", server.url(), "report"});
    server.finish();
    EXPECT_NE(result.out.find("== status ==\nnot to be had: the answer is not what the agent would "
                              "send; see that no other program listens there"),
              std::string::npos)
        << result.out;
}

TEST(CtlReport, SaysOfEachPartWhatCannotBeHad) {
    const Result result = run({"--url", "unix:/nowhere/api.sock", "report"});
    EXPECT_EQ(result.status, 0);
    for (const char* const part :
         {"version", "configuration", "status", "check", "metrics", "events", "history"}) {
        EXPECT_NE(result.out.find("== " + std::string(part) + " =="), std::string::npos);
    }
    EXPECT_NE(result.out.find("not to be had: No such file or directory; start it"),
              std::string::npos);
}

// Its socket takes connections as long as the kernel has room for them.
TEST(CtlCheck, Hazard65ADaemonThatHangsIsNotWaitedFor) {
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(bind(listener, reinterpret_cast<const sockaddr*>(&address), size), 0);
    ASSERT_EQ(listen(listener, 8), 0);
    ASSERT_EQ(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
    const std::string url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    for (const char* const command : {"check", "report"}) {
        const auto begun = std::chrono::steady_clock::now();
        const Result result = run({"--url", url, command});
        EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(15));
        EXPECT_NE(result.out.find("timed out; start it (restart one that hangs)"),
                  std::string::npos)
            << result.out;
    }
    close(listener);
}

// Events tell viewers who watches what, and with which code it is ended.
TEST(CtlReport, Hazard64ShowsOfAnEventNothingOfAPerson) {
    const std::string events =
        R"([{"id":7,"event":"playback-stop","data":{"sessionId":"s1","reason":"remote-termination",)"
        R"("message":"Ended by Secret Sofa","cmMessage":"Secret","terminator":{"deviceName":"Secret"},)"
        R"("violations":[{"conflicts":[{"terminationCode":"Secret","metadata":{"channel":"Secret"}}]}]}}])";
    ScriptedServer server({kAlive, answer("200 OK", R"({"version":"1"})"), answer("200 OK", kWell),
                           answer("200 OK", "cmagent_x 1\n"), answer("200 OK", events),
                           answer("200 OK", R"({"entries":[],"last":0})")});
    const Result result = run({"--url", server.url(), "report"});
    server.finish();
    EXPECT_NE(result.out.find("7 playback-stop sessionId=s1 reason=remote-termination\n"),
              std::string::npos)
        << result.out;
    EXPECT_EQ(result.out.find("Secret"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("cmagent_x 1\n"), std::string::npos);
}

}  // namespace
}  // namespace cmagent::ctl
