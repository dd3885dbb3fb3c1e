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

TEST(Terminator, HasNoNameThatAViewerReadsOtherwiseThanItIs) {
    Terminator terminator;
    const Body body(
        R"({"associatedAdvice":[{"type":"remote-termination","message":"by\u2028\u0085me\u202e",)"
        R"("terminator":{"deviceName":"Kit\u202echen\u001b","channel":"\u2066One\u2069",)"
        R"("applicationName":"N\u0085ews"}}]})");
    terminator.note(body.evaluation);
    EXPECT_EQ(terminator.device_name.view(), "Kitchen");
    EXPECT_EQ(terminator.channel.view(), "One");
    EXPECT_EQ(terminator.application_name.view(), "News");
    EXPECT_EQ(terminator.message.view(), "by me");
}

TEST(Terminator, LimitIsTheFirstWithANumberElseTheFirst) {
    const std::string many = R"({"type":"rule-violation","threshold":7})";
    const std::string three = R"({"type":"rule-violation","threshold":3,"current":4})";
    const std::string devices =
        R"({"type":"rule-violation","attribute":"deviceId","threshold":2,"current":2})";
    const std::string channel = R"({"type":"rule-violation","attribute":"channel","threshold":7})";
    const std::string home = R"({"type":"rule-violation","message":"Not at home"})";
    const struct {
        std::string advice;
        cm::Counted counted;
        int number;
    } kRows[] = {
        {home, cm::Counted::nothing, 0},
        {home + "," + many, cm::Counted::streams, 0},
        {many + "," + channel, cm::Counted::streams, 0},
        {many + "," + devices, cm::Counted::devices, 2},
        {three + "," + devices, cm::Counted::streams, 3},
        {three + "," + home, cm::Counted::streams, 3},
    };
    for (const auto& row : kRows) {
        Terminator terminator;
        const Body body(R"({"associatedAdvice":[)" + row.advice + "]}");
        terminator.note(body.evaluation);
        EXPECT_EQ(terminator.limit.counted, row.counted) << row.advice;
        EXPECT_EQ(terminator.limit.number, row.number) << row.advice;
        terminator.clear();
        EXPECT_EQ(terminator.limit.counted, cm::Counted::nothing);
        EXPECT_EQ(terminator.limit.number, 0);
    }
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
