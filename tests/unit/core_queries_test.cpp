// Questions to CM that concern no session, and the names that CM requires.

#include "agent/core/queries.h"

#include <gtest/gtest.h>

#include <memory>

#include "agent/core/ledgers.h"
#include "tests/unit/core_samples.h"

namespace cmagent::core {
namespace {

struct QueriesTest : testing::Test {
    QueriesTest() { ledgers->settings = settings.get(); }

    Refusal ask(Ticket ticket, cm::Call call = cm::Call::metadata) {
        StreamRequest stream = stream_of("viewer");
        stream.application = 1;
        return queries.ask({ticket, call, false, &stream}, *ledgers);
    }
    void answer(ExchangeId exchange, const cm::Answer& answer) {
        queries.answered(exchange, answer, *ledgers);
    }
    Action next() {
        Action action;
        EXPECT_TRUE(outbox.poll(action));
        return action;
    }

    std::unique_ptr<Settings> settings = std::make_unique<Settings>();
    std::unique_ptr<Ledgers> ledgers = std::make_unique<Ledgers>();
    Outbox& outbox = ledgers->outbox;
    Queries& queries = ledgers->queries;
};

TEST_F(QueriesTest, IsAskedUrgentlyAndAnsweredOnce) {
    ASSERT_EQ(ask(5), Refusal::none);
    const Action send = next();
    EXPECT_EQ(send.kind, ActionKind::send);
    EXPECT_TRUE(send.urgent);
    EXPECT_EQ(send.allowance, settings->longest_call());
    ASSERT_TRUE(queries.awaits(send.exchange));
    Body body(R"(["channel"])");
    cm::Answer list;
    list.meaning = cm::Meaning::listed;
    list.list = body.list();
    answer(send.exchange, list);
    const Action listed = next();
    EXPECT_EQ(listed.kind, ActionKind::listed);
    EXPECT_EQ(listed.ticket, 5u);
    EXPECT_EQ(listed.application, 1);
    EXPECT_FALSE(queries.awaits(send.exchange));
    EXPECT_TRUE(ledgers->required_names.of(1).known);

    ASSERT_EQ(ask(6), Refusal::none);
    EXPECT_EQ(next().kind, ActionKind::listed) << "CM need not be asked again";
}

TEST_F(QueriesTest, RefusalSaysWhatCmSaid) {
    ASSERT_EQ(ask(5), Refusal::none);
    answer(next().exchange, cm::no_response(cm::Meaning::insecure, "handshake-failed"));
    const Action refused = next();
    EXPECT_EQ(refused.kind, ActionKind::refused);
    EXPECT_EQ(refused.refusal, Refusal::cm_tls);
    EXPECT_EQ(refused.reason, "handshake-failed");
}

TEST_F(QueriesTest, IsDescribedWhileItWaits) {
    ASSERT_TRUE(settings->applications[1].id.assign("news-app"));
    ASSERT_EQ(ask(5), Refusal::none);
    const ExchangeId exchange = next().exchange;
    cm::Request request;
    ASSERT_TRUE(queries.describe(exchange, *settings, request));
    EXPECT_EQ(request.call, cm::Call::metadata);
    EXPECT_EQ(request.application_id, "news-app");
    EXPECT_FALSE(queries.awaits(exchange + 0x100)) << "an older exchange of its place";
    queries.abandon(5, outbox);
    EXPECT_EQ(next().kind, ActionKind::cancel);
    EXPECT_FALSE(queries.describe(exchange, *settings, request));
    EXPECT_FALSE(queries.awaits(0));
    EXPECT_FALSE(queries.awaits(0xff));
}

TEST_F(QueriesTest, LateAnswerIsNotTakenForThatOfTheNext) {
    ASSERT_EQ(ask(5), Refusal::none);
    const ExchangeId late = next().exchange;
    queries.abandon(5, outbox);
    EXPECT_EQ(next().kind, ActionKind::cancel);
    ASSERT_EQ(ask(6), Refusal::none);
    EXPECT_FALSE(queries.awaits(late));
    EXPECT_TRUE(queries.awaits(next().exchange));
}

TEST_F(QueriesTest, NinthIsRefused) {
    for (Ticket ticket = 1; ticket <= Queries::kMaxQueries; ++ticket)
        EXPECT_EQ(ask(ticket), Refusal::none);
    EXPECT_EQ(ask(9), Refusal::too_many_queries);
    queries.abandon(3, outbox);
    EXPECT_EQ(ask(9), Refusal::none);
}

TEST_F(QueriesTest, OfOneAccountShareALook) {
    ASSERT_EQ(ask(5, cm::Call::running_streams), Refusal::none);
    EXPECT_EQ(next().kind, ActionKind::send);
    ASSERT_EQ(ask(6, cm::Call::running_streams), Refusal::none);
    ASSERT_EQ(ask(7, cm::Call::running_streams), Refusal::none);
    queries.abandon(5, outbox);
    Action none;
    EXPECT_FALSE(outbox.poll(none)) << "neither asked again nor taken back: others wait";
    queries.looked(1, outbox);
    EXPECT_FALSE(outbox.poll(none)) << "another look";
    queries.looked(0, outbox);
    for (const Ticket ticket : {6u, 7u}) {
        const Action looked = next();
        EXPECT_EQ(looked.kind, ActionKind::looked);
        EXPECT_EQ(looked.ticket, ticket);
        EXPECT_EQ(looked.look, 0);
    }
    queries.looked(0, outbox);
    EXPECT_FALSE(outbox.poll(none)) << "told once";
}

TEST_F(QueriesTest, LookThatIsTakenBackRefusesWhoWaits) {
    ASSERT_EQ(ask(4), Refusal::none);
    ASSERT_EQ(ask(5, cm::Call::running_streams), Refusal::none);
    (void)next();
    (void)next();
    queries.refuse(1, Refusal::replaced, outbox);
    queries.refuse(0, Refusal::replaced, outbox);
    const Action refused = next();
    EXPECT_EQ(refused.ticket, 5u);
    EXPECT_EQ(refused.refusal, Refusal::replaced);
    Action none;
    EXPECT_FALSE(outbox.poll(none));
}

TEST_F(QueriesTest, AreRefusedWhereNoLookHasAPlace) {
    for (char subject = 'a'; subject < 'a' + static_cast<char>(Looks::kMaxLooks); ++subject) {
        const StreamRequest other = stream_of(std::string(1, subject));
        ASSERT_EQ(queries.ask({1, cm::Call::running_streams, false, &other}, *ledgers),
                  Refusal::none);
    }
    EXPECT_EQ(ask(9, cm::Call::running_streams), Refusal::too_many_queries);
}

TEST_F(QueriesTest, ShutdownRefusesWhatWaits) {
    ASSERT_EQ(ask(5), Refusal::none);
    (void)next();
    queries.refuse_all(Refusal::shutting_down, outbox);
    const Action refused = next();
    EXPECT_EQ(refused.ticket, 5u);
    EXPECT_EQ(refused.refusal, Refusal::shutting_down);
    Action action;
    EXPECT_FALSE(outbox.poll(action));
}

// --- the names ---

TEST(RequiredNames, TellWhatMetadataLack) {
    const auto required = std::make_unique<RequiredNames>();
    cm::Metadata metadata;
    EXPECT_FALSE(required->lacks(0, metadata)) << "nothing is known to be required";
    Body body(R"(["channel","title"])");
    required->learn(0, cm::RequiredMetadata(body.list()));
    EXPECT_EQ(required->of(0).count, 2u);
    EXPECT_TRUE(required->lacks(0, metadata));
    ASSERT_TRUE(metadata.set("channel", "news") && metadata.set("title", "x"));
    EXPECT_FALSE(required->lacks(0, metadata));
    EXPECT_FALSE(required->of(1).known) << "each application has its own";
    required->forget(0);
    EXPECT_FALSE(required->lacks(0, cm::Metadata()));
}

TEST(RequiredNames, AreNoMoreThanARequestCarries) {
    const auto required = std::make_unique<RequiredNames>();
    std::string list = "[\"name0\"";
    for (int i = 1; i < 40; ++i) list += ",\"name" + std::to_string(i) + "\"";
    Body body(list + "]");
    required->learn(0, cm::RequiredMetadata(body.list()));
    EXPECT_EQ(required->of(0).count, cm::kMaxRequestPairs);
    EXPECT_EQ(required->of(0).names[0].view(), "name0");
}

}  // namespace
}  // namespace cmagent::core
