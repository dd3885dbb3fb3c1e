// What is to be done about what CM, or the way to it, answers (contract.md, "Status", "check").

#include "agent/cm/remedy.h"

#include <gtest/gtest.h>

#include <string_view>

#include "agent/base/names.h"

namespace cmagent::cm {
namespace {

using M = Meaning;

struct Row {
    M meaning;
    const char* reason;
    const char* names;  // a word of the remedy, by which its reader knows where to look
};

const Row kRows[] = {
    {M::unauthorized, "", "application id"},
    {M::unreachable, "not-resolved", "name server"},
    {M::unreachable, "connect-failed", "firewall"},
    {M::unreachable, "connect-timed-out", "firewall"},
    {M::unreachable, "server-error", "operator"},
    {M::insecure, "certificate-expired", "renew"},
    {M::insecure, "certificate-not-yet-valid", "clock"},
    {M::clock_not_set, "clock-not-set", "clock"},
    {M::insecure, "certificate-wrong-host", "captive portal"},
    {M::insecure, "certificate-untrusted", "cm.caFile"},
    {M::insecure, "pin-mismatch", "cm.pins"},
    {M::insecure, "handshake-failed", "cm.clientCertFile"},
    {M::insecure, "handshake-failed", "captive portal"},
    {M::insecure, "handshake-cut", "firewall"},
    {M::insecure, "handshake-cut", "cm.clientCertFile"},
    {M::insecure, "no-common-version", "operator"},
    {M::insecure, "certificate-weak", "operator"},
    {M::not_cm, "content-type", "captive portal"},
    {M::unclear, "no-session-id", "captive portal"},
    {M::throttled, "", "wait"},
    {M::invalid, "", "app"},
};

TEST(Remedy, NamesWhereToLookForEachFault) {
    for (const Row& row : kRows) {
        const std::string_view remedy = remedy_for(row.meaning, row.reason);
        EXPECT_NE(remedy.find(row.names), std::string_view::npos) << row.reason << ": " << remedy;
    }
}

TEST(Remedy, IsThereForWhateverIsNoAnswerOfTheServiceInGoodOrder) {
    for (std::size_t i = 0; i < kCountOf<M>; ++i) {
        const auto meaning = static_cast<M>(i);
        const bool faulty = finds_fault(meaning) || meaning == M::throttled ||
                            (!is_word_of_cm(meaning) && meaning != M::busy);
        EXPECT_EQ(!remedy_for(meaning, "").empty(), faulty) << meaning_name(meaning);
    }
}

}  // namespace
}  // namespace cmagent::cm
