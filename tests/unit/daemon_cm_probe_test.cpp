// What a check finds of CM (contract.md, "check"), in virtual time.
#include "agent/daemon/cm_probe.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_poller.h"
#include "tests/fakes/fake_resolver.h"
#include "tests/fakes/fake_stream.h"
#include "tests/scenario/link_cm.h"

namespace cmagent::daemon {
namespace {

using fakes::FakePeer;
using link::response;
using platform::StreamFault;

constexpr std::int64_t kWall = 1'900'000'000'000;  // 2030-03-17T17:46:40Z
const std::string kDate = "Date: Sun, 17 Mar 2030 17:46:40 GMT\r\n";

class CmProbed : public testing::Test {
  protected:
    CmProbed() {
        settings_.endpoint = {"cm.example", 443, "/v2", true};
        core_settings_.application_count = 2;
        EXPECT_TRUE(core_settings_.applications[0].id.assign("id-of-the-first"));
        EXPECT_TRUE(core_settings_.applications[1].name.assign("news"));
        EXPECT_TRUE(core_settings_.applications[1].id.assign("id-of-news"));
        core_->configure(core_settings_);
        know(1);
        cm_ = [](const std::string&) { return response(200, kDate, "[]"); };
        probe_ = std::make_unique<CmProbe>(CmProbe::World{settings_,
                                                          resolver_,
                                                          poller_,
                                                          clock_,
                                                          stream_,
                                                          {tokens_.data(), tokens_.size()},
                                                          *core_,
                                                          chain_});
    }

    void know(int count) {
        platform::Addresses addresses;
        for (int i = 1; i <= count; ++i) {
            platform::Address& address = addresses.list[addresses.count++];
            address.bytes[0] = 10;
            address.bytes[3] = static_cast<std::uint8_t>(i);
            address.port = 443;
        }
        resolver_.know("cm.example", addresses);
    }
    // All that a check finds.
    std::string found() {
        list_->begin();
        probe_->begin(*list_);
        for (int rounds = 0; !probe_->over(); ++rounds) {
            if (rounds == 1000) ADD_FAILURE() << "the loop spins";
            if (rounds >= 1000) break;
            if (!turn()) pass();
        }
        return std::string(list_->finish());
    }
    bool turn() {
        const Time now{clock_.boot_ms()};
        if (probe_->next_deadline() <= now) {
            probe_->on_time(now);
            return true;
        }
        return resolver_.turn() || cm_.serve(stream_) || poller_.turn();
    }
    void pass() { clock_.advance(probe_->next_deadline().ms - clock_.boot_ms()); }

    fakes::FakeClock clock_{kWall};
    fakes::FakePoller poller_;
    fakes::FakeResolver resolver_;
    platform::ServerChain chain_;
    fakes::FakeStream stream_{poller_};
    link::Cm cm_;
    link::LinkSettings settings_;
    core::Settings core_settings_;
    std::unique_ptr<core::Core> core_ = std::make_unique<core::Core>();
    std::vector<json::Token> tokens_ = std::vector<json::Token>(cm::kMaxBodyTokens);
    std::unique_ptr<ui::CheckList> list_ = std::make_unique<ui::CheckList>();
    std::unique_ptr<CmProbe> probe_;
};

// The lines of one kind: "RESULT SUBJECT: SAYS".
std::vector<std::string> lines(const std::string& text, const std::string& check) {
    std::vector<std::string> found;
    const std::string begin = R"({"check":")" + check + '"';
    for (std::size_t at = text.find(begin); at != std::string::npos;
         at = text.find(begin, at + 1)) {
        found.push_back(text.substr(at, text.find('}', at) - at));
    }
    return found;
}
bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST_F(CmProbed, ThatAnswersIsFoundWell) {
    const std::string text = found();
    EXPECT_TRUE(has(text, R"("ok":true)")) << text;
    for (const char* const check : {"resolve", "connect", "tls", "clock"}) {
        ASSERT_EQ(lines(text, check).size(), 1U) << check;
        EXPECT_TRUE(has(lines(text, check)[0], R"("result":"ok")")) << text;
    }
    const auto applications = lines(text, "application");
    ASSERT_EQ(applications.size(), 2U);
    EXPECT_TRUE(has(applications[0], R"("subject":"default","result":"ok")"));
    EXPECT_TRUE(has(applications[1], R"("subject":"news","result":"ok")"));
    EXPECT_FALSE(has(text, "id-of")) << "an application's id is a secret";
    EXPECT_FALSE(stream_.is_open() && probe_->next_deadline() != kNever) << "nothing is left to do";
}

TEST_F(CmProbed, ACertificateThatSoonEndsIsWarnedOf) {
    const struct {
        std::int64_t days;
        const char* found;
    } kRows[] = {{14, R"x("result":"ok","says":"verified, days left: 14 (CN of CM)")x"},
                 {13, R"x("result":"warning","says":"verified, days left: 13 (CN of CM)")x"}};
    for (const auto& row : kRows) {
        chain_.count = 1;
        chain_.certificates[0].ends = kWall / 1000 + row.days * 86'400 + 60;
        ASSERT_TRUE(chain_.certificates[0].subject.assign("CN of CM"));
        const std::string line = lines(found(), "tls")[0];
        EXPECT_TRUE(has(line, row.found)) << line;
    }
}

TEST_F(CmProbed, WhoseNameIsNotKnownIsNotLookedForAnyFurther) {
    resolver_.know("cm.example", {});
    const std::string text = found();
    EXPECT_TRUE(has(lines(text, "resolve")[0], R"("result":"fault")"));
    EXPECT_TRUE(has(lines(text, "resolve")[0], "name server"));
    EXPECT_TRUE(lines(text, "connect").empty());
    EXPECT_EQ(lines(text, "application").size(), 2U);
    for (const std::string& line : lines(text, "application"))
        EXPECT_TRUE(has(line, R"("result":"untried")")) << line;
    EXPECT_TRUE(has(lines(text, "clock")[0], R"("result":"untried")"));
}

TEST_F(CmProbed, EachAddressIsTried) {
    know(3);
    stream_.peers[1] = {FakePeer::Manner::refuses_later, StreamFault::connect_failed};
    stream_.peers[3] = {FakePeer::Manner::refuses_later, StreamFault::certificate_expired};
    const std::string text = found();
    const auto connects = lines(text, "connect");
    ASSERT_EQ(connects.size(), 3U);
    EXPECT_TRUE(has(connects[0], R"("subject":"10.0.0.1:443","result":"warning")")) << connects[0];
    EXPECT_TRUE(has(connects[1], R"("result":"ok")"));
    EXPECT_TRUE(has(connects[2], R"("result":"ok")"));
    const auto tls = lines(text, "tls");
    ASSERT_EQ(tls.size(), 2U);
    EXPECT_TRUE(has(tls[1], R"("subject":"10.0.0.3:443","result":"fault")")) << tls[1];
    EXPECT_TRUE(has(lines(text, "application")[1], R"("result":"ok")"))
        << "they are asked about over the one that works";
}

TEST_F(CmProbed, ThatNobodyReachesIsAFault) {
    know(2);
    stream_.peers[1] = stream_.peers[2] = {FakePeer::Manner::is_silent};
    const std::string text = found();
    EXPECT_TRUE(has(lines(text, "connect")[0], R"("result":"warning")"));
    EXPECT_TRUE(has(lines(text, "connect")[1], R"("result":"fault")"));
    EXPECT_TRUE(has(lines(text, "connect")[1], "connect-timed-out"));
    EXPECT_TRUE(has(lines(text, "application")[0], R"("result":"untried")"));
}

TEST_F(CmProbed, AWrongApplicationIdIsToldFromOtherRefusals) {
    cm_ = [](const std::string& request) {
        const bool news = request.find("aWQtb2YtbmV3czo=") != std::string::npos;
        return news ? response(401, kDate) : response(200, kDate, "[]");
    };
    const auto applications = lines(found(), "application");
    EXPECT_TRUE(has(applications[0], R"("result":"ok")"));
    EXPECT_TRUE(has(applications[1], R"("result":"fault","says":"unauthorized, status 401)"));
    EXPECT_TRUE(has(applications[1], "application id"));
}

TEST_F(CmProbed, Hazard63IsLeftAloneWhileItThrottles) {
    int asked = 0;
    cm_ = [&asked](const std::string&) {
        ++asked;
        return response(429, kDate + "Retry-After: 90\r\n");
    };
    const auto applications = lines(found(), "application");
    EXPECT_TRUE(has(applications[0], R"("result":"warning","says":"throttled, status 429)"));
    EXPECT_TRUE(has(applications[1], R"("result":"untried")"));
    EXPECT_EQ(asked, 1);
    clock_.advance(60'000);
    EXPECT_TRUE(has(lines(found(), "application")[0], R"("result":"untried")"));
    EXPECT_EQ(asked, 1) << "not before the time that CM has named";
    clock_.advance(31'000);
    (void)found();
    EXPECT_EQ(asked, 2);
}

TEST_F(CmProbed, WhatIsNotCmsOwnAnswerIsToldOnce) {
    cm_ = [](const std::string&) { return response(302, "Content-Type: text/html\r\n", "<p>"); };
    const auto applications = lines(found(), "application");
    EXPECT_TRUE(has(applications[0], "captive portal")) << applications[0];
    EXPECT_TRUE(has(applications[1], R"("result":"untried")"));
}

TEST_F(CmProbed, TheClockIsHeldAgainstCms) {
    const struct {
        Millis ahead;
        const char* result;
    } kRows[] = {{59'000, "ok"}, {-59'000, "ok"}, {60'000, "warning"}, {-7'200'000, "warning"}};
    for (const auto& row : kRows) {
        clock_.set_wall(kWall + row.ahead);
        const std::string line = lines(found(), "clock")[0];
        EXPECT_TRUE(has(line, std::string(R"("result":")") + row.result)) << line;
    }
}

TEST_F(CmProbed, AClockByWhichACertificateFailsIsAFault) {
    stream_.peers[1] = {FakePeer::Manner::refuses_later, StreamFault::certificate_not_yet_valid};
    std::string line = lines(found(), "clock")[0];
    EXPECT_TRUE(has(line, R"("result":"fault")")) << line;
    EXPECT_TRUE(has(line, "2030-03-17T17:46:40")) << line;
    clock_.set_wall(0);
    stream_.peers.clear();
    line = lines(found(), "clock")[0];
    EXPECT_TRUE(has(line, R"("result":"fault","says":"1970-01-01T00:00:00.000Z: not set")"))
        << line;
}

TEST_F(CmProbed, ThatIsStoppedSaysNothingMore) {
    list_->begin();
    probe_->begin(*list_);
    probe_->stop();
    EXPECT_TRUE(probe_->over());
    EXPECT_EQ(probe_->next_deadline(), kNever);
    for (int i = 0; i < 10; ++i) static_cast<void>(resolver_.turn() || poller_.turn());
    EXPECT_EQ(list_->finish(), R"({"checks":[],"ok":true})");
}

}  // namespace
}  // namespace cmagent::daemon
