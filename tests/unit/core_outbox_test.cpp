// The actions that the core wants done, in their order.

#include "agent/core/outbox.h"

#include <gtest/gtest.h>

#include <memory>

namespace cmagent::core {
namespace {

TEST(Outbox, OneTooManyIsLostAndTheOthersAreNot) {
    Outbox outbox;
    for (Ticket i = 0; i <= Outbox::kCapacity; ++i) outbox.add(ActionKind::listed).ticket = i;
    Action action;
    for (Ticket i = 0; i < Outbox::kCapacity; ++i) {
        ASSERT_TRUE(outbox.poll(action));
        EXPECT_EQ(action.ticket, i);
    }
    EXPECT_FALSE(outbox.poll(action));
}

TEST(Outbox, WhatIsToBeKeptIsToldOnceAndFirst) {
    Outbox outbox;
    outbox.send(3, kSecond);
    outbox.save();
    outbox.save();
    Action action;
    ASSERT_TRUE(outbox.poll(action));
    EXPECT_EQ(action.kind, ActionKind::save);
    ASSERT_TRUE(outbox.poll(action));
    EXPECT_EQ(action.kind, ActionKind::send);
    EXPECT_FALSE(outbox.poll(action));
}

TEST(Outbox, EveryExchangeHasAnIdOfItsOwn) {
    Outbox outbox;
    const ExchangeId first = outbox.send(3, kSecond).exchange;
    const ExchangeId second = outbox.send(3, kSecond).exchange;
    EXPECT_NE(first, second);
    EXPECT_EQ(slot_of(second), 3u);
}

TEST(Outbox, TicketWaitsForOneReply) {
    Outbox outbox;
    Ticket ticket = 5;
    EXPECT_EQ(outbox.reply(ActionKind::started, ticket).ticket, 5u);
    EXPECT_EQ(ticket, 0u);
}

TEST(Outbox, WhatIsAnnouncedChangesTheETag) {
    const auto session = std::make_unique<Session>();
    session->progress.index = 4;
    Outbox outbox;
    outbox.announce(Notice::session_updated, *session);
    EXPECT_EQ(session->progress.revision, 1u);
    Action action;
    ASSERT_TRUE(outbox.poll(action));
    EXPECT_EQ(action.kind, ActionKind::notify);
    EXPECT_EQ(action.notice, Notice::session_updated);
    EXPECT_EQ(action.session, 4);
}

TEST(Outbox, OrderGoesToThePlayerOfTheSession) {
    const auto session = std::make_unique<Session>();
    session->stream.player = 1;
    Outbox outbox;
    outbox.order(ActionKind::stop_player, *session, session->stream.player);
    Action action;
    ASSERT_TRUE(outbox.poll(action));
    EXPECT_EQ(action.kind, ActionKind::stop_player);
    EXPECT_EQ(action.player, 1);
}

// Whatever was wanted before: events to listeners, a snapshot, a question to CM.
TEST(Outbox, Hazard66OrdersToPlayersGoBeforeAllElse) {
    const auto session = std::make_unique<Session>();
    Outbox outbox;
    outbox.announce(Notice::playback_stop, *session);
    outbox.save();
    outbox.order(ActionKind::stop_player, *session, 2);
    outbox.send(3, kSecond);
    outbox.order(ActionKind::leave_player, *session, 2);
    constexpr ActionKind kWanted[] = {ActionKind::stop_player, ActionKind::leave_player,
                                      ActionKind::save, ActionKind::notify, ActionKind::send};
    int orders = 2;  // of these, and they come first
    Action action;
    for (const ActionKind wanted : kWanted) {
        ASSERT_TRUE(outbox.poll(action));
        EXPECT_EQ(action.kind, wanted);
        EXPECT_EQ(is_order(wanted), --orders >= 0);
    }
    EXPECT_FALSE(outbox.poll(action));
    outbox.order(ActionKind::force_player, *session, 2);
    ASSERT_TRUE(outbox.poll(action));
    EXPECT_EQ(action.kind, ActionKind::force_player);
    EXPECT_TRUE(is_order(action.kind));
    EXPECT_FALSE(outbox.poll(action));
}

TEST(Outbox, OneOrderTooManyIsLostAndTheOthersAreNot) {
    const auto session = std::make_unique<Session>();
    Outbox outbox;
    for (std::size_t i = 0; i <= Outbox::kCapacity; ++i)
        outbox.order(ActionKind::stop_player, *session, static_cast<std::uint8_t>(i % 16));
    Action action;
    for (std::size_t i = 0; i < Outbox::kCapacity; ++i) {
        ASSERT_TRUE(outbox.poll(action));
        EXPECT_EQ(action.player, i % 16);
    }
    EXPECT_FALSE(outbox.poll(action));
}

}  // namespace
}  // namespace cmagent::core
