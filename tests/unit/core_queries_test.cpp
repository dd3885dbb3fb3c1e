// Questions to CM that concern no session, and the names that CM requires.

#include "agent/core/queries.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/unit/core_samples.h"

namespace cmagent::core {
namespace {

struct QueriesTest : testing::Test {
    Refusal ask(Ticket ticket, cm::Call call = cm::Call::metadata) {
        return queries.ask({ticket, call, 1, "acme", "viewer"}, *settings, *required, outbox);
    }
    Action next() {
        Action action;
        EXPECT_TRUE(outbox.poll(action));
        return action;
    }

    std::unique_ptr<Settings> settings = std::make_unique<Settings>();
    std::unique_ptr<RequiredNames> required = std::make_unique<RequiredNames>();
    Outbox outbox;
    Queries queries;
};

TEST_F(QueriesTest, IsAskedUrgentlyAndAnsweredOnce) {
    ASSERT_EQ(ask(5), Refusal::none);
    const Action send = next();
    EXPECT_EQ(send.kind, ActionKind::send);
    EXPECT_TRUE(send.urgent);
    EXPECT_EQ(send.allowance, settings->connect_timeout + settings->request_timeout);
    ASSERT_TRUE(queries.awaits(send.exchange));
    Body body(R"(["channel"])");
    cm::Answer answer;
    answer.meaning = cm::Meaning::listed;
    answer.list = body.list();
    queries.answered(send.exchange, answer, *required, outbox);
    const Action listed = next();
    EXPECT_EQ(listed.kind, ActionKind::listed);
    EXPECT_EQ(listed.ticket, 5u);
    EXPECT_EQ(listed.list.raw(), R"(["channel"])");
    EXPECT_FALSE(queries.awaits(send.exchange));
    EXPECT_TRUE(required->of(1).known);

    ASSERT_EQ(ask(6), Refusal::none);
    EXPECT_EQ(next().kind, ActionKind::listed) << "CM need not be asked again";
    ASSERT_EQ(ask(7, cm::Call::running_streams), Refusal::none);
    EXPECT_EQ(next().kind, ActionKind::send) << "what runs now is never known";
}

TEST_F(QueriesTest, RefusalSaysWhatCmSaid) {
    ASSERT_EQ(ask(5), Refusal::none);
    const ExchangeId exchange = next().exchange;
    queries.answered(exchange, cm::no_response(cm::Meaning::insecure, "handshake-failed"),
                     *required, outbox);
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
    EXPECT_EQ(request.subject, "viewer");
    queries.abandon(5, outbox);
    EXPECT_EQ(next().kind, ActionKind::cancel);
    EXPECT_FALSE(queries.describe(exchange, *settings, request));
    EXPECT_FALSE(queries.awaits(0));
    EXPECT_FALSE(queries.awaits(0xff));
}

TEST_F(QueriesTest, NinthIsRefused) {
    for (Ticket ticket = 1; ticket <= Queries::kMaxQueries; ++ticket)
        EXPECT_EQ(ask(ticket), Refusal::none);
    EXPECT_EQ(ask(9), Refusal::too_many_queries);
    queries.abandon(3, outbox);
    EXPECT_EQ(ask(9), Refusal::none);
}

TEST_F(QueriesTest, NameThatIsTooLongTakesNoPlace) {
    const std::string too_long(cm::kMaxSubject + 1, 'x');
    const Query query{5, cm::Call::metadata, 0, "acme", too_long};
    for (std::size_t i = 0; i <= Queries::kMaxQueries; ++i)
        EXPECT_EQ(queries.ask(query, *settings, *required, outbox), Refusal::invalid_field);
    EXPECT_EQ(
        queries.ask({5, cm::Call::metadata, 0, too_long, "viewer"}, *settings, *required, outbox),
        Refusal::invalid_field);
    EXPECT_EQ(ask(6), Refusal::none);
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
