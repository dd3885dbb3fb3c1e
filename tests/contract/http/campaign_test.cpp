// The local port and the local API together, under everything that is not a request: each
// connection is answered or closed within its deadline, nothing leaks, and the agent serves on
// (hazards.md 14, 19 to 22).

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "agent/core/core.h"
#include "agent/ui/local_api.h"
#include "tests/contract/http/malformed.h"
#include "tests/contract/http/port_fixture.h"

namespace cmagent::platform {
namespace {

// The agent without a link: every call to CM is answered by a host that is not CM.
class CampaignTest : public testing::TestWithParam<std::uint32_t> {
  protected:
    CampaignTest() {
        EXPECT_TRUE(settings_.applications[0].id.assign("demo-app"));
        core_->configure(settings_);
        core_->handle(core::Begin{}, now());
        api_->start(GetParam(), now());
        EXPECT_TRUE(port_->start(*api_));
    }
    ~CampaignTest() override { port_->stop(); }

    Time now() { return {clock_.boot_ms()}; }

    void turn() {
        poller_.wait(0);
        core::Action action;
        while (core_->poll_action(action)) {
            if (action.kind == core::ActionKind::send) {
                cm::Answer answer;
                answer.meaning = cm::Meaning::not_cm;
                core_->handle(core::Answered{action.exchange, &answer}, now());
            } else if (action.kind >= core::ActionKind::notify &&
                       action.kind <= core::ActionKind::done) {
                api_->on_action(action, now());
            }
        }
        core_->handle_timeout(now());
        api_->on_time(now());
        port_->on_time(clock_.boot_ms());
    }

    // A client's end of a connection to the port.
    int connect() {
        int ends[2];
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
        const sockaddr any = {};
        // A Host is asked for as on TCP.
        port_->on_connection({ends[0], &any, sizeof any, false});
        return ends[1];
    }

    // Sends as much of `text` as the port takes, reads its answer; true once the port has closed.
    bool talk(int fd, std::string& text, bool half_close, std::string& heard) {
        if (!text.empty()) {
            const ssize_t sent = send(fd, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent > 0) text.erase(0, static_cast<std::size_t>(sent));
            if (sent < 0 && errno != EAGAIN) text.clear();
            if (text.empty() && half_close) shutdown(fd, SHUT_WR);
        }
        char bytes[65536];
        const ssize_t got = recv(fd, bytes, sizeof bytes, 0);
        if (got > 0) heard.append(bytes, static_cast<std::size_t>(got));
        return got == 0 || (got < 0 && errno != EAGAIN);
    }

    int status_of_health() {
        const int fd = connect();
        std::string request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
        std::string heard;
        for (int i = 0; i < 100 && heard.empty(); ++i) {
            (void)talk(fd, request, false, heard);
            turn();
        }
        close(fd);
        return heard.compare(0, 9, "HTTP/1.1 ") == 0 ? std::stoi(heard.substr(9, 3)) : 0;
    }

    core::Settings settings_;
    fakes::FakeClock clock_;
    EpollPoller poller_;
    std::unique_ptr<MicrohttpdPort> port_ = std::make_unique<MicrohttpdPort>(poller_, clock_);
    std::unique_ptr<core::Core> core_ = std::make_unique<core::Core>();
    std::unique_ptr<ui::LocalApi> api_ = std::make_unique<ui::LocalApi>(*core_, clock_, *port_);
};

constexpr int kRequests = 10'000;

TEST_P(CampaignTest, EveryRequestIsAnsweredOrClosed) {
    MalformedRequests requests(GetParam());
    std::map<std::string, int> outcomes;
    for (int i = 0; i < kRequests; ++i) {
        const std::string request = requests.next();
        std::string left = request;
        std::string heard;
        const int fd = connect();
        bool closed = false;
        // Most are closed at once; half a request is at its deadline.
        for (int turns = 0; turns < 400 && !closed; ++turns) {
            if (turns == 200) clock_.advance(kTurnMs);
            turn();
            closed = talk(fd, left, true, heard);
        }
        close(fd);
        ASSERT_TRUE(closed) << "seed " << GetParam() << ", request " << i << ":\n"
                            << request.substr(0, 1000) << "\nheard:\n"
                            << heard.substr(0, 1000);
        ASSERT_EQ(heard.find("HTTP/1.1 500"), std::string::npos) << request;
        ++outcomes[heard.empty() ? "closed" : heard.substr(9, 3)];
    }
    for (int i = 0; i < 10; ++i) turn();
    EXPECT_EQ(port_->connections(), 0U);
    EXPECT_EQ(status_of_health(), 200);
    std::printf("seed %u, %d requests:", GetParam(), kRequests);
    for (const auto& [outcome, count] : outcomes) std::printf(" %s×%d", outcome.c_str(), count);
    std::printf("\n");
    EXPECT_GT(outcomes["400"], kRequests / 20) << "the generator hits";
    EXPECT_GT(outcomes["200"] + outcomes["404"], kRequests / 50) << "… and lets some through";
}

TEST_P(CampaignTest, WhatIsLeftOpenIsClosedAtItsDeadline) {
    MalformedRequests requests(GetParam() + 1000);
    std::vector<int> open;
    for (int i = 0; i < 50; ++i) {
        std::string request = requests.next();
        std::string heard;
        const int fd = connect();
        for (int turns = 0; turns < 20; ++turns) {
            turn();
            if (talk(fd, request, false, heard)) break;
        }
        open.push_back(fd);
        clock_.advance(50);
    }
    EXPECT_EQ(status_of_health(), 200) << "two places are always free";
    // Streams stay, as long as they are read; long polls end after their 5 s.
    clock_.advance(kTurnMs);
    for (int i = 0; i < 100; ++i) turn();
    clock_.advance(kTurnMs);
    for (int i = 0; i < 100; ++i) turn();
    EXPECT_LE(port_->connections(), ui::kMaxListeners);
    for (const int fd : open) close(fd);
    for (int i = 0; i < 100; ++i) turn();
    EXPECT_EQ(port_->connections(), 0U);
    EXPECT_EQ(status_of_health(), 200);
}

INSTANTIATE_TEST_SUITE_P(Seeds, CampaignTest, testing::Range(1U, 11U));

}  // namespace
}  // namespace cmagent::platform
