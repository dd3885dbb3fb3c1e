// One walk over every route with two tokens (contract.md, "Who may call"). The story of an app is
// told twice: alone on the box, and beside another app that does all there is to do. Every answer
// that it gets, and every event that it hears, must be the same; and what the other one has must be
// as if the walk had not been.

#include <regex>

#include "agent/ui/routes.h"
#include "tests/unit/ui_fixture.h"

namespace cmagent::ui {
namespace {

const Fields kFilms = {{"Authorization", "Bearer films-only-0123456789abcdefg"}};
const Fields kNews = {{"Authorization", "Bearer news-only-0123456789abcdefgh"}};

// Both apps are used by the same people.
const std::string kAccount = R"({"idp":"mvpd","subject":"home")";
const std::string kQuery = "idp=mvpd&subject=home";
const std::string kOfNews = R"(,"application":"news")";

struct Request {
    std::string method;
    std::string target;
    std::string body;
    std::string idempotency_key = "";
};

// The app's requests on each route. $own and $theirs are sessions, $choice and $their_choice
// conflicts.
const std::vector<Request> kWalk = {
    {"POST", "/v1/sessions", kAccount + kOfNews + "}", "one key"},
    {"POST", "/v1/sessions", kAccount + kOfNews + R"(,"replaces":"$theirs"})"},
    {"POST", "/v1/sessions", kAccount + "}"},
    {"GET", "/v1/sessions", ""},
    {"GET", "/v1/sessions/$own", ""},
    {"GET", "/v1/sessions/$theirs", ""},
    {"PATCH", "/v1/sessions/$own", R"({"paused":true})"},
    {"PATCH", "/v1/sessions/$theirs", R"({"paused":true})"},
    {"DELETE", "/v1/sessions/$theirs", ""},
    {"POST", "/v1/sessions/$theirs/stopped", ""},
    {"POST", "/v1/sessions/$own/stopped", ""},
    {"DELETE", "/v1/sessions/$own", ""},
    {"GET", "/v1/conflicts/$choice", ""},
    {"GET", "/v1/conflicts/$their_choice", ""},
    {"POST", "/v1/conflicts/$choice", R"({"wait":{"seconds":60}})"},
    {"POST", "/v1/conflicts/$their_choice", "{}"},
    {"DELETE", "/v1/conflicts/$their_choice", ""},
    {"DELETE", "/v1/conflicts/$choice", ""},
    {"GET", "/v1/streams?application=news&" + kQuery, ""},
    {"GET", "/v1/streams?" + kQuery, ""},
    {"DELETE", "/v1/streams/cm-kitchen?application=news&" + kQuery, ""},
    {"DELETE", "/v1/streams/cm-kitchen?" + kQuery, ""},
    {"GET", "/v1/outlook?application=news&" + kQuery, ""},
    {"GET", "/v1/metadata?application=news", ""},
    {"GET", "/v1/metadata", ""},
    {"GET", "/v1/history", ""},
    {"GET", "/v1/status", ""},
    {"GET", "/v1/check", ""},
    {"GET", "/v1/events?since=$since", ""},
    {"POST", "/v1/logout", kAccount + "}"},
    {"GET", "/v1/sessions", ""},
    {"GET", "/healthz", ""},
    {"GET", "/metrics", ""},
    {"GET", "/v1/openapi.json", ""},
    {"GET", "/cmagent.js", ""},
    {"GET", "/", ""},
};

std::string path_of(const std::string& target) {
    return target.substr(0, target.find('?'));
}

// What differs from run to run: ids, tags, numbers of events and entries, what is left of a time.
std::string comparable(const std::string& text) {
    std::string rest = text;
    rest = std::regex_replace(rest, std::regex("(\"id\":|\"last\":|id: )[0-9]+"), "$1N");
    rest = std::regex_replace(rest, std::regex("(InMs|agoMs|Seconds)\":[0-9]+"), "$1\":T");
    rest = std::regex_replace(rest, std::regex("cm-[0-9]+"), "cm-N");
    return std::regex_replace(rest, std::regex("[0-9a-f]{16}"), "#");
}

class TwoTokensTest : public ApiTest {
  protected:
    TwoTokensTest() {
        settings.needs_token = true;
        settings.tokens =
            "films-only-0123456789abcdefg default\n"
            "news-only-0123456789abcdefgh news\n";
        api->configure(settings);
    }

    // CM's answers to all that is being asked of it.
    void cm_serves(bool limit = false) {
        while (!exchanges.empty()) {
            cm::Request request;
            if (!core->describe(exchanges.front(), request)) {
                exchanges.erase(exchanges.begin());
            } else if (request.call == cm::Call::running_streams) {
                cm_lists(
                    R"({"runningStreams":[{"sessionId":"cm-kitchen","terminationCode":"k"}]})");
            } else if (request.call == cm::Call::metadata) {
                cm_lists(R"({"requiredMetadata":["channel"]})");
            } else if (request.call == cm::Call::start && limit) {
                cm_refuses(cm::Meaning::conflict, 409, fixture("409-service-streams"));
            } else {
                cm_grants();
            }
        }
    }
    Answered told(const Fields& token, Request request, bool limit = false) {
        Fields fields = token;
        if (!request.idempotency_key.empty())
            fields.emplace_back("Idempotency-Key", request.idempotency_key);
        const Answered at_once = ask(request.method, request.target, request.body, fields);
        cm_serves(limit);
        return at_once.status == 0 ? later(at_once) : at_once;
    }

    // Everything that an app can do.
    void films_do() {
        const std::string start = kAccount + "}";
        theirs_ = told(kFilms, {"POST", "/v1/sessions", start, "one key"}).member("id");
        their_choice_ = told(kFilms, {"POST", "/v1/sessions", start}, true).member("conflictId");
        (void)ask("GET", "/v1/events", "", kFilms);
        (void)ask("GET", "/v1/events?timeoutSeconds=60", "", kFilms);
        const std::string old = told(kFilms, {"POST", "/v1/sessions", start}).member("id");
        (void)told(kFilms, {"POST", "/v1/sessions", kAccount + R"(,"replaces":")" + old + "\"}"});
        (void)told(kFilms, {"GET", "/v1/streams?" + kQuery, ""});
        (void)told(kFilms, {"GET", "/v1/outlook?" + kQuery, ""});
        (void)told(kFilms, {"GET", "/v1/metadata", ""});
        for (int i = 0; i < 80; ++i) {
            for (const char* paused : {R"({"paused":true})", R"({"paused":false})"})
                (void)told(kFilms, {"PATCH", "/v1/sessions/" + theirs_, paused});
        }
    }
    // What another app has, as it sees it.
    std::string films_have() {
        std::string all = told(kFilms, {"GET", "/v1/sessions", ""}).body;
        all += told(kFilms, {"GET", "/v1/conflicts/" + their_choice_, ""}).body;
        return all + told(kFilms, {"GET", "/v1/history", ""}).body;
    }

    [[nodiscard]] std::string filled_in(std::string text) const {
        const std::pair<const char*, const std::string&> places[] = {
            {"$theirs", theirs_},
            {"$their_choice", their_choice_},
            {"$own", own_},
            {"$choice", choice_},
            {"$since", since_}};
        for (const auto& [place, value] : places) {
            const std::size_t at = text.find(place);
            if (at != std::string::npos) text.replace(at, std::string(place).size(), value);
        }
        return text;
    }

    // The answers that the app gets on its way.
    std::vector<std::string> walk(bool beside_films) {
        const Answered hears = ask("GET", "/v1/events", "", kNews);
        const std::string start = kAccount + kOfNews + "}";
        own_ = told(kNews, {"POST", "/v1/sessions", start}).member("id");
        const std::string heard = read(hears);
        since_ = heard.substr(heard.rfind("id: ") + 4);
        since_ = since_.substr(0, since_.find('\n'));
        choice_ = told(kNews, {"POST", "/v1/sessions", start}, true).member("conflictId");
        if (beside_films) films_do();
        const std::string before = beside_films ? films_have() : "";
        std::vector<std::string> answers;
        for (const Request& request : kWalk) {
            const Answered answer = told(kNews, {request.method, filled_in(request.target),
                                                 filled_in(request.body), request.idempotency_key});
            EXPECT_NE(answer.status, 0) << request.method << request.target;
            std::string text = request.method + " " + request.target + ": " +
                               std::to_string(answer.status) + " " + comparable(answer.body);
            for (const auto& [name, value] : answer.fields)
                text += "\n" + name + ": " + comparable(value);
            answers.push_back(text);
        }
        EXPECT_EQ(beside_films ? films_have() : "", before);
        answers.push_back(comparable(heard + read(hears)));
        return answers;
    }

  private:
    // Where nobody else is there, an id that nobody has.
    std::string theirs_ = "0123456789abcdef";
    std::string their_choice_ = "fedcba9876543210";
    std::string own_;
    std::string choice_;
    std::string since_;
};

class OtherBox : public TwoTokensTest {
  public:
    void TestBody() override {}
    using TwoTokensTest::walk;
};

TEST_F(TwoTokensTest, EveryAnswerIsThatOfAnAppAlone) {
    const std::vector<std::string> alone = walk(false);
    OtherBox box;
    const std::vector<std::string> beside = box.walk(true);
    ASSERT_EQ(beside.size(), alone.size());
    for (std::size_t i = 0; i < alone.size(); ++i) EXPECT_EQ(beside[i], alone[i]);
}

TEST_F(TwoTokensTest, TheWalkLeavesNoRouteOut) {
    for (const Route& route : kRoutes) {
        const std::regex pattern(
            std::regex_replace(std::string(route.path), std::regex("\\{id\\}"), "[^/]+"));
        bool walked = false;
        for (const Request& request : kWalk)
            walked = walked || (request.method == route.method &&
                                std::regex_match(path_of(request.target), pattern));
        EXPECT_TRUE(walked) << route.method << " " << route.path;
    }
}

}  // namespace
}  // namespace cmagent::ui
