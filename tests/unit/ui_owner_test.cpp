// Who asks: the clientKey (contract.md, "Owner").
#include <algorithm>
#include <string>

#include "agent/ui/client_key.h"
#include "tests/unit/ui_fixture.h"

namespace cmagent::ui {
namespace {

constexpr std::string_view kKey = "0123456789abcdef-._XYZ";

core::Owner owner_of(std::string_view key) {
    core::Owner owner;
    EXPECT_EQ(nullptr, read_client_key(key, owner)) << key;
    return owner;
}

TEST(ClientKey, OwnerIsTheFirstHalfOfItsSha256) {
    // printf 0123456789abcdef | sha256sum
    const core::Owner owner = owner_of("0123456789abcdef");
    EXPECT_EQ(0x9f9f5111f7b27a78U, owner.high);
    EXPECT_EQ(0x1f1f1ddde5ebc2ddU, owner.low);
}

TEST(ClientKey, OtherKeyIsAnotherOwner) {
    EXPECT_TRUE(owner_of(kKey) == owner_of(kKey));
    EXPECT_TRUE(owner_of(kKey) != owner_of("0123456789abcdef-._XYz"));
    EXPECT_TRUE(owner_of(kKey) != core::Owner());
    EXPECT_FALSE(core::Owner());
    EXPECT_TRUE((core::Owner{0, 1}) != (core::Owner{0, 2}));
    EXPECT_TRUE((core::Owner{1, 0}) != (core::Owner{2, 0}));
}

struct Form {
    std::string key;
    const char* fault;
};
const Form kForms[] = {
    {"0123456789abcde", "too-short"},       {std::string(65, 'k'), "too-long"},
    {"0123456789abcde~", "bad-character"},  {"0123456789abcdé0", "bad-character"},
    {"0123456789abcde f", "bad-character"}, {std::string(64, 'k'), nullptr},
    {"ABCDEFGHIJKLMNOP", nullptr},
};

TEST(ClientKey, HasSixteenToSixtyFourOfItsCharacters) {
    for (const Form& form : kForms) {
        core::Owner owner;
        const char* const fault = read_client_key(form.key, owner);
        EXPECT_EQ(form.fault == nullptr ? "" : std::string(form.fault),
                  fault == nullptr ? "" : std::string(fault))
            << form.key;
    }
}

TEST(ClientKey, QueryMayEscapeItAndHasItOnce) {
    core::Owner owner;
    EXPECT_EQ(nullptr, find_client_key("a=1&clientKey=%30123456789abcdef-._XYZ&b=2", owner));
    EXPECT_TRUE(owner == owner_of(kKey));
    core::Owner none;
    EXPECT_EQ(nullptr, find_client_key("a=1&clientkey=short", none));
    EXPECT_FALSE(none);
    EXPECT_STREQ("too-short", find_client_key("clientKey", owner));
    EXPECT_STREQ("too-long", find_client_key("clientKey=" + std::string(65, 'k'), owner));
    EXPECT_STREQ("too-long", find_client_key("clientKey=%zz", owner));
    EXPECT_STREQ("repeated",
                 find_client_key("clientKey=0123456789abcdef&clientKey=0123456789abcdef", owner));
}

class OwnerTest : public ApiTest {};

TEST_F(OwnerTest, KeyOfAnotherFormIsRefusedWhereverItStands) {
    const struct {
        const char* method;
        const char* target;
        const char* body;
    } kRequests[] = {
        {"POST", "/v1/sessions", R"({"idp":"mvpd","subject":"home","clientKey":"short"})"},
        {"GET", "/v1/sessions?clientKey=short", ""},
        {"GET", "/v1/status?clientKey=short", ""},
        {"GET", "/v1/events?clientKey=short", ""},
        {"GET", "/v1/history?clientKey=short", ""},
        {"DELETE", "/v1/sessions/0123456789abcdef?clientKey=short", ""},
        {"POST", "/v1/sessions/0123456789abcdef/stopped?clientKey=short", ""},
        {"POST", "/v1/logout?clientKey=short", R"({"idp":"mvpd","subject":"home"})"},
    };
    for (const auto& request : kRequests) {
        const Answered answer = ask(request.method, request.target, request.body);
        EXPECT_EQ(422, answer.status) << request.target;
        EXPECT_EQ("clientKey", answer.member("field")) << request.target;
        EXPECT_EQ("too-short", answer.member("reason")) << request.target;
    }
}

TEST_F(OwnerTest, KeyIsTakenByEveryQuery) {
    for (const char* path : {"/v1/sessions", "/v1/status", "/v1/history", "/healthz"})
        EXPECT_EQ(200, ask("GET", path + std::string("?clientKey=0123456789abcdef")).status)
            << path;
    const std::string account = "?idp=mvpd&subject=home&clientKey=0123456789abcdef";
    for (const char* path : {"/v1/streams", "/v1/outlook"})
        EXPECT_EQ(0, ask("GET", path + account).status) << path;
}

TEST_F(OwnerTest, KeyIsNeverShown) {
    const std::string body =
        R"({"idp":"mvpd","subject":"home","clientKey":"0123456789abcdef-._XYZ"})";
    EXPECT_FALSE(started(body).has(kKey));
    EXPECT_FALSE(ask("GET", "/v1/sessions?clientKey=" + std::string(kKey)).has(kKey));
    EXPECT_FALSE(ask("GET", "/v1/status").has(kKey));
}

TEST_F(OwnerTest, ObserverIsSaidWithOneOrNought) {
    EXPECT_EQ(200, ask("GET", "/v1/events?observer=1").status);
    EXPECT_EQ(200, ask("GET", "/v1/events?observer=0").status);
    const Answered answer = ask("GET", "/v1/events?observer=yes");
    EXPECT_EQ(422, answer.status);
    EXPECT_EQ("not-0-or-1", answer.member("reason"));
}

}  // namespace
}  // namespace cmagent::ui
