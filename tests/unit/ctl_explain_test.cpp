#include "agent/ctl/explain.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "tests/unit/ctl_captured.h"

namespace cmagent::ctl {
namespace {

Result run(const std::string& file) {
    return captured([&] { return explain(file.c_str()); });
}

TEST(CtlExplain, PrintsHowTheAgentReadsABody) {
    const Result result = run(FIXTURES "/410-guide-remote-termination.json");
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.out.rfind("{\"violations\":[],\"termination\":{", 0), 0U) << result.out;
    EXPECT_NE(result.out.find("\"sessionId\":\"session-456\""), std::string::npos) << result.out;
    EXPECT_EQ(result.out.back(), '\n');
    EXPECT_EQ(result.err, "");
}

TEST(CtlExplain, PrintsTheLineThatAViewerReads) {
    const Result result = run(FIXTURES "/409-guide.json");
    EXPECT_EQ(
        result.out.rfind("{\"violations\":[{\"kind\":\"streams\",\"line\":\"Only 3 programmes ", 0),
        0U)
        << result.out;
}

TEST(CtlExplain, PrintsNothingThatATerminalObeys) {
    const std::string file = testing::TempDir() + "cmagentctl-names-" + std::to_string(getpid());
    std::ofstream(file) << R"({"associatedAdvice":[{"type":"remote-termination",)"
                           "\"message\":\"\xC2\x9B\x7F\",\"terminator\":{\"deviceName\":"
                           "\"\xE2\x80\xAEKitchen\"}}]}";
    const Result result = run(file);
    std::remove(file.c_str());
    EXPECT_NE(result.out.find(R"("message":"\u007f")"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find(R"("deviceName":"Kitchen")"), std::string::npos) << result.out;
}

TEST(CtlExplain, SaysWhereABodyIsNoJson) {
    const std::string file = testing::TempDir() + "cmagentctl-explain-" + std::to_string(getpid());
    std::ofstream(file) << "{\n  \"a\" 1}";
    const Result result = run(file);
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err.rfind(file + ":2:7: ", 0), 0U) << result.err;
    std::remove(file.c_str());
    EXPECT_EQ(run(file).status, 1);
    EXPECT_EQ(run(file).err, file + ": No such file or directory\n");
}

}  // namespace
}  // namespace cmagent::ctl
