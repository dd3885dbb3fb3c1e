// How many values of what a violated rule allows, as far as its statements agree. The sentences that
// follow from it are held to every published body by ui_violation_line_test.cpp.

#include "agent/cm/limit.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/cm_advice_reading.h"

namespace cmagent::cm {
namespace {

const std::string kTwoStreams = R"("conflicts":[{"sessionId":"a"},{"sessionId":"b"}])";
const std::string kTwoDevices =
    R"("conflicts":{"tv":[{"sessionId":"a"},{"sessionId":"b"}],"tablet":[{"sessionId":"c"}]})";

struct Sample {
    std::string members;
    Counted counted;
    int number;
    bool complete;
    bool of_channel;
};

// More sessions than are read, which so many would be.
std::string more_than_are_read() {
    std::string list;
    for (std::size_t i = 0; i <= kMaxConflicts; ++i)
        list += (list.empty() ? "" : ",") + (R"({"sessionId":")" + std::to_string(i) + "\"}");
    return R"("threshold":)" + std::to_string(kMaxConflicts) + R"(,"conflicts":[)" + list + "]";
}

class Limits : public testing::TestWithParam<Sample> {};

TEST_P(Limits, AreToldWhereTwoStatementsAgree) {
    const Body body(violation(GetParam().members));
    const Limit limit = limit_of(body.advice().front());
    EXPECT_EQ(limit.counted, GetParam().counted);
    EXPECT_EQ(limit.number, GetParam().number);
    EXPECT_EQ(limit.complete, GetParam().complete);
    EXPECT_EQ(limit.of_channel, GetParam().of_channel);
}

INSTANTIATE_TEST_SUITE_P(
    All, Limits,
    testing::Values(
        Sample{R"("threshold":2,)" + kTwoStreams, Counted::streams, 2, true, false},
        Sample{R"("ruleName":"2 streams",)" + kTwoStreams, Counted::streams, 2, true, false},
        Sample{R"("threshold":3,"current":4,)" + kTwoStreams, Counted::streams, 3, false, false},
        Sample{R"("threshold":3,)" + kTwoStreams, Counted::streams, 0, false, false},
        Sample{R"("ruleName":"3 streams","threshold":4,)" + kTwoStreams, Counted::streams, 0, false,
               false},
        Sample{R"("attribute":"deviceId","threshold":2,)" + kTwoDevices, Counted::devices, 2, true,
               false},
        Sample{R"("attribute":"deviceId","threshold":3,)" + kTwoDevices, Counted::devices, 0, false,
               false},
        Sample{R"("ruleName":"2 per channel",)" + kTwoStreams, Counted::streams_of_channel, 2, true,
               true},
        Sample{R"("attribute":"streamId","scope":["channel"],"threshold":2,)" + kTwoStreams,
               Counted::streams_of_channel, 2, true, true},
        Sample{R"("attribute":"country","scope":["channel"],"threshold":2,)" + kTwoDevices,
               Counted::nothing, 2, true, true},
        Sample{R"("attribute":"streamId","scope":["package"],"threshold":2,)" + kTwoStreams,
               Counted::streams, 0, false, false},
        Sample{R"("attribute":"streamId","scope":["mvpd"],"threshold":2,)" + kTwoStreams,
               Counted::streams, 2, true, false},
        Sample{R"("attribute":"deviceId","scope":["channel"],"threshold":2,)" + kTwoDevices,
               Counted::devices_of_channel, 2, true, true},
        Sample{R"("attribute":"deviceId","threshold":2,"conflicts":[)"
               R"({"metadata":{"deviceId":"tv"}},{"metadata":{"deviceId":"tablet"}}])",
               Counted::devices, 2, true, false},
        Sample{R"("ruleName":"2 channels",)" + kTwoStreams, Counted::channels, 0, false, false},
        Sample{R"("ruleName":"2 par chaîne",)" + kTwoStreams, Counted::streams_of_channel, 2, true,
               true},
        Sample{R"("ruleName":"2 chaînes",)" + kTwoStreams, Counted::channels, 0, false, false},
        Sample{R"("ruleName":"cap 2",)" + kTwoStreams, Counted::streams, 2, true, false},
        Sample{R"("ruleName":"2 of 3",)" + kTwoStreams, Counted::streams, 0, false, false},
        Sample{R"("ruleName":"2 )" + std::string(130, 'x') + R"(",)" + kTwoStreams,
               Counted::streams, 0, false, false},
        Sample{R"("threshold":2.0,)" + kTwoStreams, Counted::streams, 2, true, false},
        Sample{R"("threshold":2.5,)" + kTwoStreams, Counted::streams, 0, false, false},
        Sample{R"("threshold":100,"current":100)", Counted::streams, 0, false, false},
        Sample{R"("threshold":1,"conflicts":[{"sessionId":"a"},{}])", Counted::streams, 0, false,
               false},
        Sample{more_than_are_read(), Counted::streams, 0, false, false},
        Sample{R"("current":3)", Counted::streams, 0, false, false},
        Sample{R"("threshold":0,)" + kTwoStreams, Counted::nothing, 0, false, false},
        Sample{kTwoStreams, Counted::streams, 0, false, false},
        Sample{R"("ruleName":"home only")", Counted::nothing, 0, false, false}));

}  // namespace
}  // namespace cmagent::cm
