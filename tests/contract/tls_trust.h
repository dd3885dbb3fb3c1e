#pragma once
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "platform/mbedtls/tls_context.h"
#include "tests/contract/certificates.h"
#include "tests/temporary_folder.h"

namespace cmagent::contract {

// After the build date, whenever that was.
constexpr std::int64_t kClockOfToday = INT64_MAX;

// Lets the context trust authority() alone.
inline void trust_authority(platform::TlsContext& context) {
    const TemporaryFolder folder;
    const std::string ca_file = folder.write("roots.pem", authority().certificate);
    platform::TlsTrust trust;
    trust.ca_file = ca_file.c_str();
    ASSERT_TRUE(context.load(trust).ok);
}

}  // namespace cmagent::contract
