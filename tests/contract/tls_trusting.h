#pragma once
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "platform/mbedtls/tls_context.h"
#include "tests/contract/certificates.h"
#include "tests/contract/fakes/fake_clock.h"
#include "tests/contract/temporary.h"

namespace cmagent::contract {

// After the build date, whenever that was.
constexpr std::int64_t kClockOfToday = INT64_MAX;

// A context that trusts authority(), and nothing else of note.
class TrustingTest : public testing::Test {
  protected:
    void SetUp() override {
        const std::string ca_file = folder_.write("roots.pem", authority().certificate);
        platform::TlsTrust trust;
        trust.ca_file = ca_file.c_str();
        ASSERT_TRUE(context_.load(trust).ok);
    }

    TemporaryFolder folder_;
    fakes::FakeClock clock_{kClockOfToday};
    platform::TlsContext context_{clock_};
};

}  // namespace cmagent::contract
