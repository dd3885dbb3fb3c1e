// Who ended a session from elsewhere.

#include "agent/core/terminator.h"

#include <gtest/gtest.h>

#include "tests/fixture.h"
#include "tests/unit/core_samples.h"

namespace cmagent::core {
namespace {

TEST(Terminator, IsEmptyWhenNothingIsKnown) {
    Terminator nobody;
    EXPECT_TRUE(nobody.empty());
    Terminator known[5];
    (void)known[0].device_name.assign("x");
    (void)known[1].application_name.assign("x");
    (void)known[2].channel.assign("x");
    (void)known[3].started_at.assign("x");
    (void)known[4].session_id.assign("x");
    for (const Terminator& one : known) EXPECT_FALSE(one.empty()) << &one - known;
}

TEST(Terminator, IsTakenFromTheAdviceOfA410) {
    Terminator terminator;
    const Body body(fixture("410-service-remote-termination"));
    terminator.note(body.evaluation);
    EXPECT_FALSE(terminator.empty());
    EXPECT_TRUE(terminator.remote);
    EXPECT_EQ(terminator.message.view(), "This session was terminated by a remote user");
    terminator.clear();
    EXPECT_TRUE(terminator.empty() && terminator.message.empty() && !terminator.remote);
}

TEST(Terminator, MessageIsOfTheFirstAdviceUnlessSomebodyDidIt) {
    const struct {
        const char* advice;
        const char* message;
        bool remote;
    } kRows[] = {
        {R"({"type":"a","message":"one\r\n line"},{"type":"b","message":"two"})", "one line",
         false},
        {R"({"type":"a"},{"type":"b","message":"two"})", "two", false},
        {R"({"type":"a","message":"one"},{"type":"remote-termination","message":"two"})", "two",
         true},
        {R"({"type":"remote-termination","message":"two"},{"type":"a","message":"one"})", "two",
         true},
        {R"({"type":"a"})", "", false},
    };
    for (const auto& row : kRows) {
        Terminator terminator;
        const Body body(std::string(R"({"associatedAdvice":[)") + row.advice + "]}");
        terminator.note(body.evaluation);
        EXPECT_EQ(terminator.message.view(), row.message) << row.advice;
        EXPECT_EQ(terminator.remote, row.remote) << row.advice;
        EXPECT_TRUE(terminator.empty());
    }
}

TEST(Terminator, TextThatIsTooLongIsLeftOut) {
    Terminator terminator;
    ASSERT_TRUE(terminator.device_name.assign("before"));
    const Body body(R"({"associatedAdvice":[{"type":"weather"},{"type":"remote-termination",)"
                    R"("attributes":{}},{"type":"remote-termination"}]})");
    terminator.note(body.evaluation);
    EXPECT_TRUE(terminator.device_name.empty());
}

}  // namespace
}  // namespace cmagent::core
