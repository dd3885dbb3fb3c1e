#include "tests/cmsim/identity.h"

#include <gtest/gtest.h>

#include <set>

namespace cmagent::cmsim {
namespace {

TEST(Identity, AnIdIsRecognisedByTheSeedThatMadeIt) {
    const std::string id = session_id(7, 41, 1'732'525'572'951);
    EXPECT_EQ(id.substr(0, 18), "00000193-6292-4357");  // as a published id begins
    EXPECT_TRUE(is_session_id(id, 7, 42));
    EXPECT_FALSE(is_session_id(id, 7, 41)) << "not made yet";
    EXPECT_FALSE(is_session_id(id, 8, 42));
    EXPECT_FALSE(is_session_id(id.substr(1), 7, 42));
    EXPECT_FALSE(is_session_id("x" + id.substr(1), 7, 42));
}

TEST(Identity, TerminationCodesAreEightDigitsAndDiffer) {
    std::set<std::string> codes;
    for (std::uint64_t counter = 0; counter < 10'000; ++counter) {
        const std::string code = termination_code(7, counter);
        EXPECT_EQ(code.size(), 8u);
        codes.insert(code);
    }
    EXPECT_EQ(codes.size(), 10'000u);
}

}  // namespace
}  // namespace cmagent::cmsim
