// 10,000 sessions without strain: in the model, and over real connections.

#include <gtest/gtest.h>

#include <chrono>

#include "tests/cmsim/catalogue.h"
#include "tests/cmsim/running_cmsim.h"
#include "tests/cmsim/service.h"

namespace cmagent::cmsim {
namespace {

constexpr int kSessions = 10'000;
constexpr Millis kMinute = 60'000;
constexpr Millis kHeartbeat = 51'000;  // 85 % of the lease

// Generous on purpose, for slow and emulated machines; the figures themselves are printed.
constexpr double kMostSeconds = 30;

class Stopwatch {
  public:
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }
    void expect_no_strain(const char* what, int calls) const {
        const double taken = seconds();
        EXPECT_LT(taken, kMostSeconds);
        std::printf("%s: %d calls in %.3f s, %.0f a second\n", what, calls, taken, calls / taken);
    }

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

TEST(Load, TenMinutesOfTenThousandSessionsInTheModel) {
    Service service(demo_agreement());
    Millis now = 1'700'000'000'000;
    std::vector<std::pair<std::string, std::string>> sessions;  // subject, id
    const Stopwatch stopwatch;
    for (int i = 0; i < kSessions; ++i) {
        const std::string subject = "subject-" + std::to_string(i / 3);
        const Answer answer = service.init({"demo-app", "idp", subject}, {}, {}, now);
        ASSERT_EQ(answer.status, 202);
        sessions.emplace_back(subject, answer.session);
    }
    for (int heartbeat = 0; heartbeat < 12; ++heartbeat) {
        now += kHeartbeat;
        for (const auto& [subject, id] : sessions) {
            ASSERT_EQ(service.heartbeat({"demo-app", "idp", subject}, id, {}, now).status, 202);
        }
    }
    stopwatch.expect_no_strain("model", 13 * kSessions);
}

// Far beyond any household: each start looks at all that run.
TEST(Load, OneHouseholdMayHoldThousands) {
    constexpr int kMany = 2'000;
    Agreement agreement = demo_agreement();
    agreement.policies[0].rules[0].threshold = kMany;
    agreement.per_minute = kMany + 1;
    Service service(agreement);
    const Caller caller{"demo-app", "idp", "subject"};
    const Stopwatch stopwatch;
    for (int i = 0; i < kMany; ++i) ASSERT_EQ(service.init(caller, {}, {}, 1).status, 202);
    EXPECT_EQ(service.init(caller, {}, {}, 1).status, 409);
    stopwatch.expect_no_strain("one household", kMany);
}

TEST(Load, NothingIsKeptOfSessionsLongGone) {
    Service service(demo_agreement());
    Millis now = 1'700'000'000'000;
    for (int i = 0; i < kSessions; ++i) {
        service.init({"demo-app", "idp", std::to_string(i)}, {}, {}, now);
        now += kMinute;
    }
    const auto remembered = static_cast<std::size_t>(Service::kRemembered / kMinute) + 2;
    EXPECT_LE(service.sessions().size(), remembered);
}

TEST(Load, TenThousandSessionsOverKeptConnections) {
    constexpr int kConnections = 50;
    const RunningCmsim cmsim({"--plain"});
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < kConnections; ++i)
        clients.push_back(std::make_unique<Client>(cmsim.port()));
    const Stopwatch stopwatch;
    for (int i = 0; i < kSessions; i += kConnections) {
        for (int k = 0; k < kConnections; ++k) {
            clients[static_cast<std::size_t>(k)]->send(
                request_text("POST", "/v2/sessions/idp/" + std::to_string(i + k)));
        }
        for (const auto& client : clients) {
            ASSERT_EQ(client->receive_answer().substr(0, 12), "HTTP/1.1 202");
        }
    }
    stopwatch.expect_no_strain("connections", kSessions);
    const std::string status = cmsim.control("GET", "/status");
    EXPECT_NE(status.find("\"running\":10000"), std::string::npos) << status;
}

}  // namespace
}  // namespace cmagent::cmsim
