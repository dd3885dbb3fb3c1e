// The records of the sessions: room, look-up, and the chains of zaps.

#include "agent/core/session_table.h"

#include <gtest/gtest.h>

#include <memory>

#include "agent/core/reference.h"

namespace cmagent::core {
namespace {

struct SessionTableTest : testing::Test {
    Session& open(Playback playback = Playback::playing, Lease lease = Lease::held) {
        Session& session = table->place();
        table->open(session);
        EXPECT_TRUE(session.id.assign(name_for(session.progress.serial).view()));
        session.progress.playback = playback;
        session.progress.lease = lease;
        return session;
    }
    [[nodiscard]] const SessionTable& seen() const { return *table; }

    std::unique_ptr<SessionTable> table = std::make_unique<SessionTable>();
};

TEST_F(SessionTableTest, RecordKnowsItsPlace) {
    EXPECT_FALSE(table->begin() != table->end());
    open();
    const Session& second = open();
    EXPECT_EQ(second.progress.index, 1);
    EXPECT_EQ(&seen()[1], &second);
}

TEST_F(SessionTableTest, OnlyRecordsInUseAreWalkedOver) {
    open();
    open().progress.used = false;
    open();
    int count = 0;
    for (const Session& session : seen()) {
        ++count;
        EXPECT_TRUE(session.progress.used);
    }
    EXPECT_EQ(count, 2);
}

TEST_F(SessionTableTest, FindsWhatIsShownByItsId) {
    Session& session = open();
    EXPECT_EQ(table->find(session.id.view()), &session);
    EXPECT_EQ(seen().find("unknown"), nullptr);
    EXPECT_EQ(seen().find(""), nullptr);
    session.progress.hidden = true;
    EXPECT_EQ(seen().find(session.id.view()), nullptr);
}

TEST_F(SessionTableTest, FindsWhoWaitsForAnExchange) {
    open();
    Session& session = open();
    session.progress.exchange_id = exchange_id(7, session.progress.index);
    session.progress.exchange = Exchange::in_flight;
    EXPECT_EQ(table->find(exchange_id(7, 1)), &session);
    EXPECT_EQ(table->find(exchange_id(6, 1)), nullptr) << "an earlier one of this record";
    EXPECT_EQ(table->find(exchange_id(7, 0)), nullptr);
    EXPECT_EQ(table->find(exchange_id(7, SessionTable::kRecords)), nullptr) << "a query's";
    session.progress.exchange = Exchange::idle;
    EXPECT_EQ(table->find(exchange_id(7, 1)), nullptr);
}

TEST_F(SessionTableTest, WhatIsFinishedAtCmMakesRoomFirst) {
    Session& owed = open(Playback::stopped, Lease::releasing);
    for (std::size_t i = 0; i < 14; ++i) open(Playback::stopped, Lease::gone);
    for (std::size_t i = 0; i < 16; ++i) open();
    Session& done = table->place();
    EXPECT_FALSE(done.progress.used) << "one of 32 is free";
    open(Playback::stopped, Lease::gone);
    EXPECT_EQ(table->place().progress.serial, 2u) << "the oldest that is finished";
    for (Session& session : *table) {
        if (!session.live() && &session != &owed) session.progress.lease = Lease::releasing;
    }
    EXPECT_EQ(&table->place(), &owed);
}

TEST_F(SessionTableTest, Hazard71RecordThatWasNeverUsedComesLast) {
    for (std::size_t i = 0; i <= kKeptEnded; ++i) open(Playback::stopped, Lease::gone);
    EXPECT_EQ(table->place().progress.serial, 1u) << "16 can be read without it";
    open();
    EXPECT_FALSE(table->place().progress.used) << "16 are to be read";
}

TEST_F(SessionTableTest, CountsWhatLives) {
    open();
    EXPECT_FALSE(seen().all_closed());
    Session& ended = open(Playback::stopped, Lease::gone);
    EXPECT_TRUE(seen().share(2, Party::of_user(1), nullptr).has_room());
    table->find("0000000000000001")->progress.used = false;
    EXPECT_TRUE(seen().all_closed());
    ended.progress.lease = Lease::releasing;
    EXPECT_FALSE(seen().all_closed()) << "a DELETE is owed";
}

TEST_F(SessionTableTest, CountsWhoseItIs) {
    const Party party = Party::of_user(1);
    Session& session = open();
    session.stream.party = party;
    EXPECT_TRUE(seen().has_live(party));
    EXPECT_FALSE(seen().has_live(Party::of_user(2)));
    EXPECT_TRUE(seen().share(2, party, nullptr).spent());
    EXPECT_FALSE(seen().share(2, party, &session).spent()) << "it is given up";
    EXPECT_FALSE(seen().share(2, {}, nullptr).spent());
    EXPECT_FALSE(seen().share(1, {}, nullptr).has_room());
    session.progress.playback = Playback::stopped;
    EXPECT_FALSE(seen().has_live(party));
}

TEST_F(SessionTableTest, ChainLeadsToItsLast) {
    Session& first = open();
    Session& second = open();
    Session& third = open();
    table->chain(first, second);
    table->chain(second, third);
    EXPECT_EQ(&table->last_of_chain(first), &third);
    EXPECT_EQ(&table->last_of_chain(third), &third);
    second.progress.used = false;
    EXPECT_EQ(&table->last_of_chain(first), &third) << "without the record between them";
    third.progress.used = false;
    EXPECT_EQ(&table->last_of_chain(first), &first) << "the last has gone";
}

TEST_F(SessionTableTest, LastStartThroughAConflictIsTheYoungest) {
    Session& young = open();
    Session& old = open();  // in the order of the records
    old.progress.serial = 1;
    young.progress.serial = 2;
    EXPECT_EQ(table->find_start(7), nullptr);
    old.progress.resolves = 7;
    EXPECT_EQ(table->find_start(7), &old);
    young.progress.resolves = 7;
    EXPECT_EQ(table->find_start(7), &young);
}

TEST_F(SessionTableTest, StartWaitsForTheEndOfAnother) {
    Session& old = open();
    Session& next = open();
    EXPECT_FALSE(seen().is_waited_for(old));
    next.progress.after = old.progress.serial;
    EXPECT_TRUE(seen().is_waited_for(old));
    EXPECT_FALSE(seen().is_waited_for(next));
}

TEST_F(SessionTableTest, AReplacementIsShownOrThereIsNone) {
    Session& first = open();
    Session& second = open();
    EXPECT_EQ(seen().replacement_of(first), nullptr);
    table->chain(first, second);
    EXPECT_EQ(seen().replacement_of(first), &second);
    second.progress.hidden = true;
    EXPECT_EQ(seen().replacement_of(first), nullptr) << "its start was refused";
    second.progress.used = false;
    EXPECT_EQ(seen().replacement_of(first), nullptr);
}

}  // namespace
}  // namespace cmagent::core
