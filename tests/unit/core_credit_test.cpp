// Whether CM can be reached, and the credit of an outage.

#include "agent/core/credit.h"

#include <gtest/gtest.h>

#include "agent/base/names.h"

namespace cmagent::core {
namespace {

using cm::Call;
using M = cm::Meaning;

constexpr Time kNow{1'000'000};
constexpr Millis kGrace = 180 * kSecond;

TEST(Credit, AnOwnQuestionThatFailsBeginsNoOutage) {
    Credit credit;
    credit.note_reach(M::busy, kNow);
    EXPECT_EQ(credit.reach(), Reach::unknown);
    credit.note_reach(M::unreachable, kNow + kSecond);
    EXPECT_EQ(credit.reach(), Reach::no);
    EXPECT_EQ(credit.reach_since(), kNow + kSecond);
    EXPECT_FALSE(credit.outage());
    credit.note_reach(M::not_cm, kNow + kMinute);
    EXPECT_EQ(credit.reach_since(), kNow + kSecond);
}

TEST(Credit, WhatEachAnswerSaysOfCm) {
    struct Row {
        M meaning;
        bool reachable;
        bool outage;
    };
    static constexpr Row kRows[] = {
        {M::granted, true, false},       {M::listed, true, false},
        {M::conflict, true, false},      {M::terminated, true, false},
        {M::revoked, true, false},       {M::vanished, true, false},
        {M::throttled, true, false},     {M::incomplete, true, false},
        {M::invalid, true, false},       {M::unauthorized, true, false},
        {M::unreachable, false, true},   {M::unclear, false, true},
        {M::not_cm, false, true},        {M::insecure, false, true},
        {M::clock_not_set, false, true}, {M::busy, true, false},
    };
    static_assert(lists_all(kRows, &Row::meaning));
    for (const Row& row : kRows) {
        Credit credit;
        credit.note(Call::heartbeat, row.meaning, kNow);
        EXPECT_EQ(credit.reachable(), row.reachable) << cm::meaning_name(row.meaning);
        EXPECT_EQ(credit.outage(), row.outage) << cm::meaning_name(row.meaning);
        Credit out;
        out.note(Call::heartbeat, M::unreachable, kNow);
        out.note(Call::heartbeat, row.meaning, kNow + 5);
        EXPECT_EQ(out.outage(), row.outage || row.meaning == M::busy);
        EXPECT_EQ(out.began(), kNow) << "the first failure counts";
    }
}

TEST(Credit, CmIsReachableAgainWithItsNextWordWhateverItIs) {
    Credit credit;
    credit.note(Call::heartbeat, M::unreachable, kNow);
    credit.note(Call::heartbeat, M::not_cm, kNow);
    EXPECT_FALSE(credit.reachable()) << "somebody else has answered";
    credit.note(Call::heartbeat, M::unauthorized, kNow);
    EXPECT_TRUE(credit.reachable());
}

TEST(Credit, EndsAfterTheOutageHasBegun) {
    Credit credit;
    EXPECT_EQ(credit.ends(kGrace, kNow), kNow + kGrace);
    credit.note(Call::start, M::unreachable, kNow);
    EXPECT_EQ(credit.ends(kGrace, kNow + kMinute), kNow + kGrace);
}

TEST(Credit, ThatWasLentIsRenewedByCmsWordOnAStartAlone) {
    struct Row {
        Call asked;
        M meaning;
        bool over;
    };
    for (const Row& row :
         {Row{Call::heartbeat, M::granted, false}, Row{Call::running_streams, M::listed, false},
          Row{Call::end, M::granted, false}, Row{Call::start, M::throttled, false},
          Row{Call::start, M::not_cm, false}, Row{Call::start, M::conflict, true},
          Row{Call::start, M::granted, true}}) {
        Credit credit;
        credit.note(Call::start, M::unreachable, kNow);
        credit.lend();
        credit.note(row.asked, row.meaning, kNow + kMinute);
        EXPECT_EQ(credit.outage(), !row.over) << cm::meaning_name(row.meaning);
        credit.renew();
        EXPECT_FALSE(credit.outage());
        EXPECT_FALSE(credit.lent());
    }
}

}  // namespace
}  // namespace cmagent::core
