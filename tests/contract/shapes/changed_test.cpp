// Chains of which something was changed: after they were signed, which nothing survives, and before,
// which must do no harm (under the sanitizers, too).
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <random>

#include "tests/contract/shapes/first_flight.h"

namespace cmagent::contract::shapes {
namespace {

using platform::StreamFault;

// A prime: in the end every byte has been met, with every remainder of its place.
constexpr std::size_t kStep = 7;

TEST(ChangedChain, IsRefusedWhicheverBitItIs) {
    for (const std::size_t number : {std::size_t{0}, std::size_t{1}}) {
        Chain chain;
        chain.middle.set(kConstraints, seq(permitted({dns("example.com")})));
        chain.finish();
        Bytes& certificate = chain.sent[number];
        for (std::size_t i = 0; i < certificate.size(); i += kStep) {
            const char before = certificate[i];
            certificate[i] = static_cast<char>(before ^ 1 << i % 8);
            std::string words;
            EXPECT_NE(verdict(chain, words), StreamFault::none) << number << ", byte " << i;
            certificate[i] = before;
        }
    }
}

// What our own reading meets: signed, and so made by an authority.
TEST(ChangedChain, DoesNoHarmWhereTheAuthorityHasSignedIt) {
    const char* const given = std::getenv("CMAGENT_ROUNDS");
    const int rounds = given != nullptr ? std::atoi(given) : 200;
    std::mt19937 random(893);
    const auto below = [&random](std::size_t end) {
        return static_cast<std::size_t>(random()) % end;
    };
    int refused = 0;
    for (int round = 0; round < rounds; ++round) {
        Chain chain;
        Bytes constraints = seq(permitted({dns("example.com"), address({0, 0, 0, 0, 0, 0, 0, 0}),
                                           directory(seq("")), mail("example.com")}) +
                                excluded({dns("example.org")}));
        Bytes names = seq({dns("cm.example.com"), dns("*.example.com"), address({192, 0, 2, 7})});
        Bytes purposes = seq({oid(bytes({0x2b, 6, 1, 5, 5, 7, 3, 1}))});
        Bytes subject = common_name("cm.example.com");
        for (Bytes* const one : {&constraints, &names, &purposes, &subject}) {
            if (random() % 2 == 0) (*one)[below(one->size())] = static_cast<char>(random());
        }
        if (random() % 8 == 0) constraints.resize(below(constraints.size()));
        chain.middle.set(kConstraints, constraints, random() % 8 == 0);
        chain.leaf.set(kNames, names);
        chain.leaf.set(kExtendedUsage, purposes);
        chain.leaf.subject = subject;
        chain.finish();
        std::string words;
        if (verdict(chain, words) != StreamFault::none) ++refused;
    }
    EXPECT_GT(refused, rounds / 2);
    EXPECT_LT(refused, rounds);
}

// 2,000 names under 1,000 constraints are two million comparisons: a stranger's are not made.
TEST(ChangedChain, OfAStrangerIsNotCompared) {
    Bytes names;
    for (int i = 0; i < 2000; ++i) names += dns("a");
    Bytes constraints;
    for (int i = 0; i < 1000; ++i) constraints += seq(dns("b"));
    const auto spent = [&](bool strange) {
        Chain chain;
        chain.leaf.set(kNames, seq(dns("cm.example.com") + names));
        chain.middle.set(kConstraints, seq(der(0xa1, constraints)));
        if (strange)
            chain.roots = {make_authority("Other", "Other", keys().other).signed_by(keys().other)};
        chain.finish();
        std::string words;
        const std::clock_t before = std::clock();
        EXPECT_EQ(verdict(chain, words),
                  strange ? StreamFault::certificate_untrusted : StreamFault::none);
        return std::clock() - before;
    };
    EXPECT_LT(spent(true), spent(false) / 4) << "of the processor's time";
}

}  // namespace
}  // namespace cmagent::contract::shapes
