// The order of a turn: whatever else is ready, an order to stop is the first thing that leaves
// (decisions/order-of-a-turn.md).

#include <gtest/gtest.h>

#include <deque>

#include "tests/fixture.h"
#include "tests/scenario/agent_box.h"

namespace cmagent::daemon {
namespace {

// A client of the local port whose request is there as soon as `due`.
class Caller final : public platform::Watcher {
  public:
    Caller(AgentBox& box, const bool& due, std::string target)
        : box_(box), due_(due), target_(std::move(target)) {
        fd_ = box_.poller.open([this] { return fakes::FakePoller::Readiness{due_ && !asked}; });
        EXPECT_TRUE(box_.poller.watch(fd_, platform::kReading, *this));
    }
    ~Caller() {
        box_.poller.unwatch(fd_);
        box_.poller.close(fd_);
    }
    void on_ready(platform::Interest) override {
        asked = true;
        static_cast<void>(box_.ask("GET", target_));
    }

    bool asked = false;

  private:
    AgentBox& box_;
    const bool& due_;
    std::string target_;
    int fd_ = -1;
};

class AgentTurn : public testing::Test {
  protected:
    // What has left by now, each kind counted.
    struct Left {
        std::size_t lines, woken, answers;
        unsigned writes;
        bool operator==(const Left& other) const {
            return lines == other.lines && woken == other.woken && answers == other.answers &&
                   writes == other.writes;
        }
    };
    Left left(const AgentBox& box, const std::deque<Caller>& callers) const {
        std::size_t answers = 0;
        for (const Caller& caller : callers) answers += caller.asked ? 1 : 0;
        return {around.log.lines.size(), box.port.woken.size(), answers, around.flash.writes};
    }

    Surroundings around;
};

TEST_F(AgentTurn, Hazard66TheOrderToStopIsTheFirstThingThatLeaves) {
    around.cm.accepts();
    AgentBox box(around);
    bool due = false;
    std::deque<Caller> callers;  // whose descriptors are looked at before CM's
    for (int i = 0; i < 24; ++i)
        callers.emplace_back(box, due, i % 2 == 0 ? "/v1/sessions" : "/v1/status");
    static_cast<void>(box.ask("GET", "/v1/events"));
    static_cast<void>(box.ask("GET", "/v1/events"));
    static_cast<void>(box.start());
    box.pass(10 * kSecond);

    Left before{};
    around.cm = [&](const std::string&) {
        due = true;
        before = left(box, callers);
        return link::response(410, "Content-Type: application/json\r\nConnection: close\r\n",
                              fixture("410-service-remote-termination"));
    };
    int stops = 0;
    around.processes.at_start = [&] {
        ++stops;
        EXPECT_TRUE(left(box, callers) == before) << around.log.lines.back();
    };
    box.pass(kMinute);
    EXPECT_EQ(stops, 1);
    const Left after = left(box, callers);
    EXPECT_GT(after.lines, before.lines);
    EXPECT_GT(after.woken, before.woken);
    EXPECT_EQ(after.answers, callers.size());
    EXPECT_GT(after.writes, before.writes);
}

// What the answer has led to is told behind the answer, as it happened.
TEST_F(AgentTurn, Hazard66TheLinesOfAnAnswerKeepTheirOrder) {
    around.cm.accepts();
    AgentBox box(around);
    static_cast<void>(box.start());
    around.log.lines.clear();
    around.cm = [](const std::string&) {
        return link::response(410, "Content-Type: application/json\r\n",
                              fixture("410-service-remote-termination"));
    };
    box.pass(kMinute);
    std::vector<std::string> told;
    for (const std::string& line : around.log.lines) {
        for (const char* const part : {"status 410", ": lease ", ": playback playing"}) {
            if (line.find(part) != std::string::npos) told.emplace_back(part);
        }
    }
    ASSERT_GE(told.size(), 3U);
    EXPECT_EQ(told.front(), "status 410");
}

// Of many transitions at once none is lost.
TEST_F(AgentTurn, Hazard66EveryTransitionIsToldThoughAllSessionsEndAtOnce) {
    around.cm.accepts();
    AgentBox box(around);
    for (int i = 0; i < 16; ++i) {
        static_cast<void>(box.ask(
            "POST", "/v1/sessions",
            R"({"idp":"acme","subject":"viewer-)" + std::to_string(i) + R"(","player":"app"})"));
    }
    around.log.lines.clear();
    box.shut_down();
    int ended = 0;
    for (const std::string& line : around.log.lines)
        ended += line.find(": playback playing -> ") != std::string::npos ? 1 : 0;
    EXPECT_EQ(ended, 12) << "as many as one caller may have";
}

}  // namespace
}  // namespace cmagent::daemon
