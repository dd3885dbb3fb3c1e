// Whose share: what one caller does leaves the others theirs (contract.md, "Shares").

#include "tests/unit/ui_fixture.h"

namespace cmagent::ui {
namespace {

using SharesTest = ApiTest;

// --- pace ---

TEST_F(SharesTest, TooManyStartsAreToldWhenToComeAgain) {
    core_settings.starts_per_minute = 60;
    user = 1000;
    for (int i = 0; i < 10; ++i) {
        const Answered start = started();
        (void)ask("DELETE", "/v1/sessions/" + start.member("id"));
        cm_says(cm::Answer{});
    }
    const Answered refused = ask("POST", "/v1/sessions", R"({"idp":"mvpd","subject":"home"})");
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.member("code"), "too-many-requests");
    EXPECT_EQ(refused.member("blame"), "app");
    EXPECT_EQ(refused.fields.at("Retry-After"), "1");
    EXPECT_TRUE(exchanges.empty()) << "CM is not asked";
    user = 1001;
    EXPECT_EQ(started().status, 201) << "another user of the box";
}

TEST_F(SharesTest, TooManyQuestionsAreRefusedToo) {
    core_settings.starts_per_minute = 1;
    for (int i = 0; i < 10; ++i) {
        (void)ask("GET", "/v1/streams?refresh=true&idp=a&subject=b");
        cm_lists("[]");
        clock.advance(2'000);
    }
    EXPECT_EQ(ask("GET", "/v1/streams?refresh=true&idp=a&subject=b").member("code"),
              "too-many-requests");
    EXPECT_EQ(ask("GET", "/v1/streams?idp=a&subject=b").status, 200) << "what is known is told";
    user = 1000;
    EXPECT_EQ(ask("GET", "/v1/streams?refresh=true&idp=a&subject=b").status, 0);
}

TEST_F(SharesTest, BearersOfTokensAreCallersOfTheirOwn) {
    core_settings.starts_per_minute = 60;
    settings.needs_token = true;
    settings.tokens = "token-of-one\ntoken-of-another\n";
    api->configure(settings);
    const Fields one = {{"Authorization", "Bearer token-of-one"}};
    for (int i = 0; i < 10; ++i) {
        (void)ask("POST", "/v1/sessions", R"({"idp":"mvpd","subject":"home"})", one);
        cm_refuses(cm::Meaning::unauthorized, 401);
    }
    const auto again = [&](const Fields& fields) {
        return ask("POST", "/v1/sessions", R"({"idp":"mvpd","subject":"home"})", fields).status;
    };
    EXPECT_EQ(again(one), 429);
    EXPECT_EQ(again({{"Authorization", "Bearer token-of-another"}}), 0);
}

}  // namespace
}  // namespace cmagent::ui
