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

class OwnerTest : public ApiTest {
  protected:
    static constexpr const char* kMine = "?clientKey=0123456789abcdef";
    static constexpr const char* kAnothers = "?clientKey=fedcba9876543210";

    // The path of a session that was started with the key.
    std::string mine() {
        const std::string body =
            R"({"idp":"mvpd","subject":"home","clientKey":"0123456789abcdef"})";
        return "/v1/sessions/" + started(body).member("id");
    }
    std::string end_of(const std::string& path) {
        const Answered session = ask("GET", path);
        return session.member("state") + " " + session.member("endReason") + " " +
               session.member("playback");
    }
};

TEST_F(OwnerTest, SessionIsOwnForItsKeyAlone) {
    const std::string path = mine();
    EXPECT_EQ("", ask("GET", path).member("own")) << "who has no key is not told";
    EXPECT_EQ("true", ask("GET", path + kMine).member("own"));
    EXPECT_EQ("false", ask("GET", path + kAnothers).member("own"));
    EXPECT_EQ("true", ask("GET", std::string("/v1/sessions") + kMine).member("own"));
    EXPECT_EQ("false", ask("GET", std::string("/v1/sessions") + kAnothers).member("own"));
    EXPECT_EQ("", ask("GET", "/v1/sessions").member("own"));
    EXPECT_EQ("false", ask("GET", "/v1/sessions/" + start_id() + kMine).member("own"));
}

TEST_F(OwnerTest, TagTellsWhatTheBodyTellsAndIfMatchAsksForTheStateAlone) {
    const std::string path = mine();
    const std::string own = ask("GET", path + kMine).fields.at("ETag");
    const std::string told = ask("GET", path).fields.at("ETag");
    EXPECT_NE(own, told);
    EXPECT_EQ(304, ask("GET", path + kMine, "", {{"If-None-Match", own}}).status);
    EXPECT_EQ(200, ask("GET", path + kAnothers, "", {{"If-None-Match", own}}).status);
    EXPECT_EQ(204, ask("DELETE", path + kMine, "", {{"If-Match", told}}).status);
}

TEST_F(OwnerTest, StartIsAnsweredAsItsOwners) {
    EXPECT_EQ(
        "true",
        started(R"({"idp":"mvpd","subject":"home","clientKey":"0123456789abcdef"})").member("own"));
    EXPECT_EQ("", started().member("own"));
}

TEST_F(OwnerTest, KeyInTheQueryOfAStartCountsToo) {
    const Answered waiting =
        ask("POST", std::string("/v1/sessions") + kMine, R"({"idp":"mvpd","subject":"home"})");
    cm_grants();
    EXPECT_EQ("true", later(waiting).member("own"));
}

TEST_F(OwnerTest, OnlyTheOwnerConfirmsAndChanges) {
    const std::string path = mine();
    for (const std::string& stranger : {std::string(), std::string(kAnothers)}) {
        const Answered confirmed = ask("POST", path + "/stopped" + stranger);
        EXPECT_EQ(403, confirmed.status);
        EXPECT_EQ("not-owner", confirmed.member("code"));
        const Answered changed = ask("PATCH", path + stranger, R"({"paused":true})");
        EXPECT_EQ(403, changed.status);
        EXPECT_EQ("not-owner", changed.member("code"));
    }
    EXPECT_EQ(200, ask("PATCH", path + kMine, R"({"paused":true})").status);
    EXPECT_EQ(204, ask("POST", path + "/stopped" + kMine).status);
    EXPECT_EQ("ended user stopped", end_of(path));
    EXPECT_EQ("not-owner", ask("PATCH", path, R"({"paused":true})").member("code"));
    EXPECT_EQ("session-ended", ask("PATCH", path + kMine, R"({"paused":true})").member("code"));
}

TEST_F(OwnerTest, DeleteByTheOwnerIsBelievedAndByAnybodyElseAnOrder) {
    const std::string believed = mine();
    EXPECT_EQ(204, ask("DELETE", believed + kMine).status);
    EXPECT_EQ("ended user untouched", end_of(believed));
    cm_grants();  // CM is told
    const std::string ordered = mine();
    EXPECT_EQ(204, ask("DELETE", ordered).status);
    EXPECT_EQ("stopping user ", end_of(ordered));
    EXPECT_EQ(204, ask("POST", ordered + "/stopped" + kMine).status);
    EXPECT_EQ("ended user stopped", end_of(ordered));
}

TEST_F(OwnerTest, ReplacingWhatIsAnothersIsAnOrder) {
    const std::string path = mine();
    const std::string id = path.substr(path.rfind('/') + 1);
    ask("POST", "/v1/sessions", R"({"idp":"mvpd","subject":"home","replaces":")" + id + "\"}");
    EXPECT_EQ("stopping user ", end_of(path));
}

TEST_F(OwnerTest, ConfirmationMayComeFromSendBeacon) {
    settings.needs_token = true;
    settings.tokens = "a-token-of-many-bits";
    api->configure(settings);
    const std::string path = "/v1/sessions/0123456789abcdef/stopped?access_token=";
    EXPECT_EQ(401, ask("POST", path + "another", "x", {{"Content-Type", "text/plain"}}).status);
    EXPECT_EQ(404, ask("POST", path + "a-token-of-many-bits", "x",
                       {{"Content-Type", "text/plain;charset=UTF-8"}})
                       .status);
    EXPECT_EQ(404, ask("POST", path + "a-token-of-many-bits").status);
    EXPECT_EQ(401, ask("GET", "/v1/sessions?access_token=a-token-of-many-bits").status);
}

TEST_F(OwnerTest, OnlyTheOwnerResolvesWaitsAndGivesUp) {
    const Answered waiting =
        ask("POST", "/v1/sessions",
            R"({"idp":"mvpd","subject":"home","clientKey":"0123456789abcdef"})");
    cm_refuses(cm::Meaning::conflict, 409, fixture("409-service-streams"));
    const std::string path = "/v1/conflicts/" + later(waiting).member("conflictId");
    EXPECT_EQ(200, ask("GET", path).status);
    const Answered chosen = ask("POST", path, R"({"terminate":["51fd351f"]})");
    EXPECT_EQ(403, chosen.status);
    EXPECT_EQ("not-owner", chosen.member("code"));
    EXPECT_EQ(403, ask("POST", path + kAnothers, R"({"wait":{"seconds":9}})").status);
    EXPECT_EQ(403, ask("DELETE", path + kAnothers).status);
    EXPECT_EQ(202, ask("POST", path + kMine, R"({"wait":{"seconds":9}})").status);
    EXPECT_EQ(204, ask("DELETE", path + kMine).status);
}

TEST_F(OwnerTest, KeyCanBeRequired) {
    core_settings.players[0].require_client_key = true;
    for (const char* player : {"", R"(,"player":"bedroom")"}) {
        const Answered refused =
            ask("POST", "/v1/sessions",
                R"({"idp":"mvpd","subject":"home")" + std::string(player) + "}");
        EXPECT_EQ(422, refused.status);
        EXPECT_EQ("clientKey", refused.member("field"));
        EXPECT_EQ("missing", refused.member("reason"));
    }
    EXPECT_EQ("active", ask("GET", mine()).member("state"));
    core_settings.players[0].require_client_key = false;
    core_settings.players[1].require_client_key = true;
    EXPECT_EQ(0, ask("POST", "/v1/sessions", R"({"idp":"mvpd","subject":"home"})").status);
    EXPECT_EQ(422,
              ask("POST", "/v1/sessions", R"({"idp":"mvpd","subject":"home","player":"bedroom"})")
                  .status);
}

// --- presence ---

class PresenceTest : public OwnerTest {
  protected:
    // The state after so many minutes, in each of which this happens at its end.
    template <class Deed>
    std::string after(int minutes, const std::string& path, Deed deed) {
        for (int minute = 0; minute < minutes; ++minute) {
            for (int half = 0; half < 2; ++half) {
                drain();
                pass(29'000);
                if (!exchanges.empty()) cm_grants();
            }
            deed();
        }
        drain();
        return end_of(path);
    }
};

TEST_F(PresenceTest, OwnerWithAnOpenStreamIsThere) {
    const std::string path = mine();
    const Answered stream = ask("GET", std::string("/v1/events") + kMine);
    EXPECT_EQ("active  ", after(5, path, [] {}));
    leave(stream);
    EXPECT_LE(api->next_deadline().ms, clock.boot_ms()) << "the core is to be told";
    EXPECT_EQ("active  ", after(1, path, [] {}));
    EXPECT_EQ("ended ui-lost unconfirmed", after(1, path, [] {}));
}

TEST_F(PresenceTest, OwnerWhoCallsIsThere) {
    const std::string path = mine();
    EXPECT_EQ("active  ", after(5, path, [&] { ask("GET", path + kMine); }));
    EXPECT_EQ("active  ", after(5, path, [&] {
                  ask("GET", std::string("/v1/events?since=0&clientKey=") + "0123456789abcdef");
              }));
    EXPECT_EQ("ended ui-lost unconfirmed", after(2, path, [&] { ask("GET", path + kAnothers); }));
}

TEST_F(PresenceTest, WindowsListenTogether) {
    const std::string path = mine();
    const std::string with_mine = std::string("/v1/events") + kAnothers + "&also=0123456789abcdef";
    const Answered stream = ask("GET", with_mine + "&also=another-window-01");
    EXPECT_EQ("active  ", after(5, path, [] {}));
    const Answered next = ask("GET", std::string("/v1/events") + kAnothers);
    leave(stream);
    EXPECT_EQ("active  ", after(1, path, [] {}));
    EXPECT_EQ("ended ui-lost unconfirmed", after(1, path, [] {})) << "its window was closed";
}

TEST_F(PresenceTest, ObserverIsNobodysPresenceForOthersEither) {
    const std::string path = mine();
    ask("GET", "/v1/events?observer=1&also=0123456789abcdef");
    EXPECT_EQ("ended ui-lost unconfirmed", after(2, path, [] {}));
}

TEST_F(PresenceTest, EightWindowsListenTogether) {
    std::string target = std::string("/v1/events") + kMine;
    for (const char* name :
         {"window-00000001", "window-00000002", "window-00000003", "window-00000004",
          "window-00000005", "window-00000006", "window-00000007"})
        target += std::string("&also=") + name + "0";
    EXPECT_EQ(ask("GET", target).status, 200);
    const Answered ninth = ask("GET", target + "&also=window-000000080");
    EXPECT_EQ(ninth.status, 422);
    EXPECT_EQ(ninth.member("field"), "also");
    EXPECT_EQ(ninth.member("reason"), "too-many");
    EXPECT_EQ(ask("GET", "/v1/events?also=short").member("reason"), "too-short");
}

TEST_F(PresenceTest, PlaceOfAListenerIsThatOfEachItListensFor) {
    const std::string path = mine();
    for (std::size_t i = 0; i < kMaxListeners; ++i) {
        user = static_cast<std::uint32_t>(i % 2);
        ask("GET", "/v1/events?observer=1");
    }
    user.reset();
    EXPECT_EQ(ask("GET", "/v1/events?also=fedcba9876543210").status, 503) << "it has no session";
    EXPECT_EQ(ask("GET", std::string("/v1/events") + kAnothers + "&also=0123456789abcdef").status,
              200)
        << "the oldest that has none made room";
}

TEST_F(PresenceTest, OthersWhoListenKeepNothing) {
    const std::string path = mine();
    ask("GET", "/v1/events");
    ask("GET", std::string("/v1/events") + kAnothers);
    ask("GET", "/v1/events?observer=1&clientKey=0123456789abcdef");
    EXPECT_EQ("ended ui-lost unconfirmed", after(2, path, [] {}));
}

TEST_F(PresenceTest, ObserverWhoPollsIsNotThere) {
    const std::string path = mine();
    EXPECT_EQ("ended ui-lost unconfirmed", after(2, path, [&] {
                  ask("GET", "/v1/events?observer=1&since=0&clientKey=0123456789abcdef");
              }));
}

TEST_F(PresenceTest, OthersWhoCameAndWentEndNothing) {
    const std::string path = mine();
    EXPECT_EQ("active  ", after(5, path, [&] {
                  leave(ask("GET", "/v1/events?observer=1"));
                  leave(ask("GET", "/v1/events"));
                  leave(ask("GET", "/v1/events?timeoutSeconds=30"));
                  ask("HEAD", "/v1/events");
                  ask("GET", path + kMine);
              }));
}

TEST_F(PresenceTest, SessionWithoutAKeyIsNotJudged) {
    const std::string path = "/v1/sessions/" + start_id();
    leave(ask("GET", "/v1/events"));
    EXPECT_EQ("active  ", after(5, path, [] {}));
}

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
