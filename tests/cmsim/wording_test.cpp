// Bodies that say less than the model knows, or say it wrongly.

#include "tests/cmsim/wording.h"

#include <gtest/gtest.h>

#include "tests/cmsim/body.h"
#include "tests/cmsim/faults.h"
#include "tests/cmsim/json_input.h"

namespace cmagent::cmsim {
namespace {

constexpr Dialect kDialects[] = {Dialect::service, Dialect::guide, Dialect::reference};

Stream stream(const std::string& session) {
    return {session, "code-" + session, "demo-app", "Demo application", 0, {}};
}

Answer denial() {
    Violation violation{"policy", {"2 devices", "Too many", "deviceId", 2, {}, {}}, 3, {}};
    for (const char* device : {"A", "B"}) {
        violation.conflicts.push_back(
            {device, {stream(device), stream(std::string(device) + "2")}});
    }
    return {409, 0, {}, {}, Evaluation{{violation}, {}, {}}};
}

Answer two_running() {
    return {200, 0, {}, {}, RunningStreams{{stream("A"), stream("B")}, 1}};
}

class WordingTest : public testing::Test {
  protected:
    // The answer's body under this fault.
    std::string said(Answer answer, const std::string& fault, Dialect dialect = Dialect::service) {
        faults.clear();
        faults.add(R"({"fault":)" + fault + "}", "test");
        reword(faults.active().front().fault.wording, answer);
        return render(answer, dialect);
    }
    Faults faults;
};

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++found;
    }
    return found;
}

TEST_F(WordingTest, WithoutAFaultTheBodyIsWhole) {
    for (const Dialect dialect : kDialects) {
        EXPECT_EQ(said(denial(), "{}", dialect), render(denial(), dialect));
    }
}

TEST_F(WordingTest, TheAttributeAndTheMessageAreLeftOut) {
    const std::string body = said(denial(), R"({"leavesOut":["attribute","message"]})");
    EXPECT_EQ(count(body, "attribute"), 0u) << body;
    EXPECT_EQ(count(body, "message"), 0u) << body;
    EXPECT_EQ(count(body, "\"ruleName\":\"2 devices\""), 1u) << body;
    EXPECT_EQ(count(body, "\"A\":[{"), 1u) << "the values are those of the attribute all the same";
    EXPECT_EQ(count(said(denial(), R"({"leavesOut":["attribute"]})", Dialect::reference), "attr"),
              0u);
}

TEST_F(WordingTest, CodesAreLeftOutOfConflictsAndOfRunningStreams) {
    const std::string fault = R"({"leavesOut":["codes"]})";
    for (const Dialect dialect : kDialects) {
        EXPECT_EQ(count(said(denial(), "{}", dialect), "terminationCode"), 4u);
        EXPECT_EQ(count(said(denial(), fault, dialect), "terminationCode"), 0u);
    }
    EXPECT_EQ(count(said(two_running(), fault), "terminationCode"), 0u);
}

TEST_F(WordingTest, NamesAreLeftOutOfConflictsAndOfRunningStreams) {
    const std::string fault = R"({"leavesOut":["names"]})";
    EXPECT_EQ(count(said(denial(), "{}"), "applicationName"), 4u);
    EXPECT_EQ(count(said(denial(), fault), "applicationName"), 0u);
    EXPECT_EQ(count(said(two_running(), fault), "applicationName"), 0u);
    EXPECT_EQ(count(said(two_running(), fault), "\"applicationId\":\"demo-app\""), 2u);
}

TEST_F(WordingTest, HowManyMoreThereAreIsLeftOut) {
    EXPECT_EQ(count(said(two_running(), "{}"), "\"otherStreams\":1"), 1u);
    EXPECT_EQ(count(said(two_running(), R"({"leavesOut":["otherStreams"]})"), "otherStreams"), 0u);
}

TEST_F(WordingTest, AListIsShortOrEmpty) {
    for (const Dialect dialect : kDialects) {
        const std::string one = said(denial(), R"({"listed":1})", dialect);
        EXPECT_EQ(count(one, "code-A"), 2u) << one;
        EXPECT_EQ(count(one, "code-B"), 0u) << one;
        EXPECT_EQ(count(said(denial(), R"({"listed":0})", dialect), "code-"), 0u);
        EXPECT_EQ(count(said(denial(), R"({"listed":9})", dialect), "code-"), 4u);
    }
    EXPECT_EQ(count(said(denial(), R"({"listed":1})", Dialect::guide), "\"current\":3"), 1u);
}

TEST_F(WordingTest, TheThresholdIsOff) {
    for (const Dialect dialect : kDialects) {
        EXPECT_EQ(count(said(denial(), R"({"thresholdOff":1})", dialect), "\"threshold\":3"), 1u);
        EXPECT_EQ(count(said(denial(), R"({"thresholdOff":-1})", dialect), "\"threshold\":1"), 1u);
    }
    EXPECT_EQ(count(said(denial(), R"({"thresholdOff":-9})"), "\"threshold\":0"), 1u);
}

TEST_F(WordingTest, AnOmissionThatIsNotKnownIsRefused) {
    EXPECT_THROW(said(denial(), R"({"leavesOut":["code"]})"), InvalidInput);
    EXPECT_THROW(said(denial(), R"({"leavesOut":"codes"})"), InvalidInput);
}

}  // namespace
}  // namespace cmagent::cmsim
