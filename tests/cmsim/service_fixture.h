#pragma once
// For tests: CM's model with the demo's policies, in virtual time.

#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "tests/cmsim/catalogue.h"
#include "tests/cmsim/service.h"

namespace cmagent::cmsim {

inline constexpr Millis kStart = 1'700'000'000'500;  // some time, not on a whole second
inline constexpr Millis kTtl = 60'000;
inline constexpr Caller kNeighbour{"demo-app", "idp", "neighbour"};

class ServiceTest : public testing::Test {
  protected:
    // A household of its own for each application.
    static Caller home(const char* application) { return {application, "idp", "subject"}; }

    Answer start(const char* application, const Metadata& metadata = {},
                 const Names& terminate = {}) {
        return service.init(home(application), metadata, terminate, now);
    }
    std::string started(const char* application, const Metadata& metadata = {}) {
        const Answer answer = start(application, metadata);
        EXPECT_EQ(answer.status, 202);
        return answer.session;
    }
    // demo-app allows three streams: the oldest of them.
    std::string full_house() {
        const std::string oldest = started("demo-app");
        for (int i = 1; i < 3; ++i) started("demo-app");
        return oldest;
    }
    Answer beat(const char* application, const std::string& session,
                const Metadata& metadata = {}) {
        return service.heartbeat(home(application), session, metadata, now);
    }
    std::string code_of(const std::string& session) {
        return service.find(session)->termination_code;
    }
    RunningStreams streams(const char* application) {
        return std::get<RunningStreams>(service.running_streams(home(application), now).body);
    }

    Millis now = kStart;
    Service service{demo_agreement()};
};

inline const Evaluation& evaluation(const Answer& answer) {
    return std::get<Evaluation>(answer.body);
}
inline bool has_no_body(const Answer& answer) {
    return std::holds_alternative<std::monostate>(answer.body);
}

}  // namespace cmagent::cmsim
