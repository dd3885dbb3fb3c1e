// How grave each line of the log is, and what it says (contract.md, "Log").
#include "agent/daemon/agent_log.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "agent/cm/remedy.h"
#include "tests/fakes/fake_log.h"

namespace cmagent::daemon {
namespace {

using M = cm::Meaning;

class AgentLogTest : public testing::Test {
  protected:
    AgentLogTest() {
        core::Settings settings;
        settings.application_count = 2;
        (void)settings.applications[1].name.assign("news");
        (void)settings.applications[1].id.assign("its-id");
        settings.player_count = 2;
        (void)settings.players[1].name.assign("bedroom");
        core_->configure(settings);
    }
    std::string told() {
        std::string line = lines_.lines.empty() ? "" : lines_.lines.back();
        lines_.lines.clear();
        return line;
    }
    std::string told(M meaning, int status = 0) {
        cm::Answer answer = cm::no_response(meaning, "why");
        answer.status = status;
        answer.detail = "192.0.2.1:443: Connection refused";
        AgentLog(lines_, *core_, endpoint_).tell(answer, &request_, Time{1'000});
        return told();
    }

    fakes::FakeLog lines_;
    std::unique_ptr<core::Core> core_ = std::make_unique<core::Core>();
    cm::Endpoint endpoint_{"cm.example", 443, "/v2", true};
    cm::Request request_{cm::Call::heartbeat, "its-id", {}, {}, {}, nullptr, nullptr};
    AgentLog log_{lines_, *core_, endpoint_};
};

TEST_F(AgentLogTest, EachMeaningOfAnAnswerHasItsLevel) {
    const struct {
        M meaning;
        const char* level;
    } kRows[] = {
        {M::granted, "debug"},        {M::listed, "debug"},        {M::conflict, "debug"},
        {M::terminated, "info"},      {M::revoked, "info"},        {M::vanished, "info"},
        {M::throttled, "warning"},    {M::incomplete, "info"},     {M::invalid, "warning"},
        {M::unauthorized, "warning"}, {M::unreachable, "warning"}, {M::unclear, "warning"},
        {M::not_cm, "warning"},       {M::insecure, "warning"},    {M::clock_not_set, "warning"},
        {M::busy, "warning"},
    };
    for (const auto& row : kRows) {
        const std::string remedy(cm::remedy_for(row.meaning, "why"));
        EXPECT_EQ(told(row.meaning), std::string(row.level) +
                                         " cm: heartbeat of news to cm.example: " +
                                         std::string(cm::meaning_name(row.meaning)) +
                                         ", why (192.0.2.1:443: Connection refused)" +
                                         (remedy.empty() ? "" : "; " + remedy));
    }
    EXPECT_EQ(told(M::unauthorized, 403).find("unauthorized, status 403, why"), 45U);
}

TEST_F(AgentLogTest, AnAnswerThatNobodyWantsIsToldWithoutItsCall) {
    AgentLog(lines_, *core_, endpoint_).tell(cm::no_response(M::unclear, ""), nullptr, Time{1});
    EXPECT_EQ(told().find("warning cm: cm.example: unclear; let network"), 0U);
}

TEST_F(AgentLogTest, APlaceInOurOwnLineSaysNothingOfCm) {
    log_.tell(cm::no_response(M::unreachable, "a"), &request_, Time{1'000});
    log_.tell(cm::no_response(M::unreachable, "a"), &request_, Time{2'000});
    log_.tell(cm::no_response(M::busy, "b"), &request_, Time{3'000});
    lines_.lines.clear();
    log_.tell(cm::no_response(M::granted, ""), &request_, Time{4'000});
    EXPECT_EQ(lines_.lines[0], "info cm: cm.example is reachable again, after 3 s, 2 attempts");
}

TEST_F(AgentLogTest, ATransitionThatBodesIllIsAWarning) {
    const struct {
        const char* cycle;
        const char* to;
        const char* level;
    } kRows[] = {
        {"exchange", "in-flight", "debug"}, {"lease", "gone", "info"},
        {"playback", "stopping", "info"},   {"playback", "stopped", "info"},
        {"playback", "forcing", "warning"}, {"playback", "unconfirmed", "warning"},
    };
    for (const auto& row : kRows) {
        log_.keep(core::Transition{"id", row.cycle, "from", row.to, "event"});
        log_.tell_kept();
        EXPECT_EQ(told(), std::string(row.level) + " session id: " + row.cycle + " from -> " +
                              row.to + " (event)");
    }
}

TEST_F(AgentLogTest, APlayerIsNamed) {
    log_.tell_output(1, "text");
    EXPECT_EQ(told(), "info player bedroom: text");
    log_.tell_unreached(0);
    EXPECT_EQ(told(),
              "warning player default: an order did not reach it; start it; else correct its "
              "place, or give the daemon's user the right");
}

TEST_F(AgentLogTest, AFlashIsToldOfWhenItFailsAndWhenItWorksAgain) {
    log_.tell_saved(true, "", Time{500});
    EXPECT_EQ(told(), "");
    log_.tell_saved(false, "open: Read-only file system", Time{1'000});
    EXPECT_EQ(told(),
              "error state: kept in memory only: open: Read-only file system; give state.dir room, "
              "and the daemon's user the right to write");
    log_.tell_saved(false, "open: Read-only file system", Time{2'000});
    EXPECT_EQ(told(), "");
    log_.tell_saved(false, "open: Read-only file system", Time{61'000});
    EXPECT_EQ(told(),
              "error state: kept in memory only for 1 min, 3 attempts: open: Read-only file "
              "system; give state.dir room, and the daemon's user the right to write");
    log_.tell_saved(true, "", Time{62'000});
    EXPECT_EQ(told(), "info state: on flash again, after 1 min, 3 attempts");
}

}  // namespace
}  // namespace cmagent::daemon
