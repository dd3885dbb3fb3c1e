// CM's own words about what it rejects, for the integrator.

#include "agent/core/rejection.h"

#include <gtest/gtest.h>

#include "tests/fixture.h"
#include "tests/unit/core_samples.h"

namespace cmagent::core {
namespace {

struct RejectionTest : testing::Test {
    RejectionTest() { (void)codes.add("51fd351f"); }

    std::string reason(const std::string& body, Refusal refusal = Refusal::cm_rejected,
                       int status = 400) {
        const Body read(body);
        cm::Answer answer = cm::no_response(cm::Meaning::invalid, {});
        answer.status = status;
        answer.evaluation = read.evaluation;
        return std::string(
            rejection.reason_for(refusal, answer, {"jo+hn@example", "demo-app", &codes}));
    }

    cm::Codes codes;
    Rejection rejection;
};

TEST_F(RejectionTest, SaysWhatCmSays) {
    EXPECT_EQ(reason(fixture("400-error")),
              "INVALID_PARAMETER: The value of channel is longer than 64 characters");
    const struct {
        const char* body;
        const char* reason;
    } kRows[] = {
        {R"({"error":{"code":"X"}})", "X"},
        {R"({"error":{"message":"m"}})", "m"},
        {R"({"error":{"code":7,"message":7}})", "status 400"},
        {R"({"error":"invalid_request","message":"m"})", "invalid_request: m"},
        {R"({"code":"X","message":"m"})", "X: m"},
        {R"({"error":{"code":"X"},"associatedAdvice":[{"message":"one"},{"message":"two"}]})",
         "X: one"},
        {R"({"error":{"code":"X","message":" a\r\n\u0000b "}})", "X: a b"},
        {"{}", "status 400"},
        {"<html>", "status 400"},
        {"", "status 400"},
    };
    for (const auto& row : kRows) EXPECT_EQ(reason(row.body), row.reason) << row.body;
    EXPECT_EQ(reason("", Refusal::cm_credentials, 401), "status 401");
    EXPECT_EQ(reason(fixture("400-error"), Refusal::cm_protocol), "") << "not CM's words";
}

TEST_F(RejectionTest, IsShortened) {
    const std::string long_words(300, 'x');
    EXPECT_EQ(reason(R"({"error":{"code":"X","message":")" + long_words + R"("}})"),
              "X: " + std::string(194, 'x') + "...");
    EXPECT_EQ(reason(R"({"error":{"code":"X","message":")" + std::string(1100, 'x') + R"("}})"),
              "X")
        << "what is too long to be looked through is left out";
}

// Whatever CM echoes, and in whatever spelling.
TEST_F(RejectionTest, NeverTellsWhatIsNobodyElses) {
    for (const char* secret :
         {"jo+hn@example", "JO+HN@EXAMPLE", "jo%2Bhn%40example", "jo%2bhn%40example", "51fd351f",
          "51FD351F", "demo-app", "ZGVtby1hcHA6"}) {
        const std::string told = std::string("of ") + secret + " is not known";
        EXPECT_EQ(reason(R"({"error":{"code":"X","message":"The session )" + told + R"("}})"), "X")
            << secret;
        EXPECT_EQ(reason(R"({"error":{"code":")" + told + R"(","message":"m"}})"), "status 400")
            << secret;
        EXPECT_EQ(reason(R"({"error":{"message":")" + told + R"("}})"), "status 400");
        EXPECT_EQ(reason(R"({"associatedAdvice":[{"message":")" + told + R"("}]})"), "status 400");
    }
    EXPECT_EQ(reason(R"({"error":{"code":"X","message":"jo+hn"}})"), "X: jo+hn");
}

TEST_F(RejectionTest, LeavesTheAnswersOwnReason) {
    cm::Answer answer = cm::no_response(cm::Meaning::invalid, "request-not-written");
    EXPECT_EQ(rejection.reason_for(Refusal::cm_rejected, answer, {}), "request-not-written");
    answer.reason = {};
    EXPECT_EQ(rejection.reason_for(Refusal::cm_rejected, answer, {}), "") << "nobody has answered";
    answer.status = 400;
    EXPECT_EQ(rejection.reason_for(Refusal::cm_rejected, answer, {}), "status 400");
    const Body words(R"({"error":{"code":"X"}})");
    answer.evaluation = words.evaluation;
    EXPECT_EQ(rejection.reason_for(Refusal::cm_rejected, answer, {}), "X") << "nothing is secret";
}

}  // namespace
}  // namespace cmagent::core
