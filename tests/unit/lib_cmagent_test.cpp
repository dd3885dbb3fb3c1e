#include "agent/lib/cmagent.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>

#include "tests/unit/lib_fake_daemon.h"

namespace cmagent::lib {
namespace {

using Texts = std::vector<std::string>;

std::string text_of(const cmagent_event& event) {
    static const std::map<int, std::string> kNames = {
        {CMAGENT_STARTED, "started"},   {CMAGENT_LIMIT, "limit"},
        {CMAGENT_FAILED, "failed"},     {CMAGENT_STOP, "stop"},
        {CMAGENT_ENDED, "ended"},       {CMAGENT_CHANGED, "changed"},
        {CMAGENT_WAITING, "waiting"},   {CMAGENT_SLOT_FREE, "slot-free"},
        {CMAGENT_LIMIT_OVER, "over"},   {CMAGENT_CONNECTED, "connected"},
        {CMAGENT_DISCONNECTED, "lost"}, {CMAGENT_NEWS, "news"}};
    std::string text = kNames.at(event.kind);
    for (const char* word :
         {event.session, event.code, event.reason, event.field, event.message, event.playback,
          event.session_state, event.until, event.name, event.data}) {
        if (*word != '\0') text += std::string(" ") + word;
    }
    return text;
}

// A native interface and its daemon.
struct Box {
    explicit Box(std::size_t size = CMAGENT_SIZE) : memory(size) {
        options.size = sizeof options;
        options.on_event = [](void* user, cmagent_client*, const cmagent_event* event) {
            auto* const box = static_cast<Box*>(user);
            if (event->kind != CMAGENT_CONNECTED || box->all) box->told.push_back(text_of(*event));
            if (box->then) box->then(*event);
        };
        options.user = this;
        answers["GET /v1/sessions/s1"] = answer_of(200, R"({"id":"s1","state":"active"})");
        request.size = sizeof request;
        request.idp = "mvpd";
        request.subject = "home";
        daemon.answer = [this](const std::string& line, const std::string& body) {
            if (!body.empty()) bodies.push_back(body);
            for (const auto& [begin, answer] : answers) {
                if (line.rfind(begin, 0) == 0) return answer;
            }
            return answer_of(404, R"({"code":"no-such-session"})");
        };
    }
    ~Box() { cmagent_close(client); }

    void open() {
        options.url = address.c_str();
        ASSERT_EQ(cmagent_open(&client, memory.data(), memory.size(), &options), CMAGENT_OK);
    }
    void start() { ASSERT_EQ(cmagent_start(client, &request), CMAGENT_OK); }

    // Until the condition holds. What would block, or spin, fails.
    void until(const std::function<bool()>& holds, int patience_ms = 5000) {
        const auto begin = std::chrono::steady_clock::now();
        while (!holds()) {
            const int timeout = cmagent_timeout_ms(client);
            pollfd one = {cmagent_fd(client), cmagent_events(client), 0};
            poll(&one, 1, timeout == 0 ? 0 : 1);
            if (one.revents != 0 || timeout == 0) {
                ++turns;
                ASSERT_EQ(cmagent_dispatch(client), CMAGENT_OK);
            } else if (timeout == 1) {
                (void)cmagent_dispatch(client);
            }
            daemon.step();
            ASSERT_LT(std::chrono::steady_clock::now() - begin,
                      std::chrono::milliseconds(patience_ms))
                << "told: " << testing::PrintToString(told)
                << " asked: " << testing::PrintToString(daemon.requests);
        }
    }
    void until_told(const std::string& text) {
        until([&] {
            for (const std::string& one : told) {
                if (one.rfind(text, 0) == 0) return true;
            }
            return false;
        });
    }
    void until_asked(const std::string& request_line, std::size_t times = 1) {
        until([&] { return daemon.asked(request_line) >= times; });
    }
    void play() {
        answers["POST /v1/sessions"] = kStarted;
        open();
        start();
        until_told("started s1");
        until([&] { return daemon.streams() == 1; });
        told.clear();
    }

    inline static const std::string kStarted =
        answer_of(201, R"({"id":"s1","state":"active","own":true})");

    const std::string path = testing::TempDir() + "cmagent-" + std::to_string(getpid());
    FakeDaemon daemon{path};
    std::string address = daemon.url();
    std::vector<char> memory;
    cmagent_options options = {};
    cmagent_request request = {};
    cmagent_client* client = nullptr;
    bool all = false;  // CMAGENT_CONNECTED, too
    Texts told;
    Texts bodies;
    std::map<std::string, std::string, std::greater<>> answers;  // by the begin of the request
    std::function<void(const cmagent_event&)> then;
    int turns = 0;
};

constexpr const char* kLimit = R"({"code":"stream-limit","detail":"Two \"others\" watch",
    "conflictId":"c1","attempt":2,"expiresAt":"2026","violations":[
    {"line":"2 streams","kind":"streams","rule":"r\u00e9","threshold":2,"conflicts":[
      {"terminationCode":"A\\B","deviceName":"Kitchen","channel":"7","sessionId":"x"},
      {"deviceName":"Hall","here":"s9","pausedSince":"2025"}],"moreConflicts":3},
    {"line":"1 device","kind":"devices","conflicts":[{"terminationCode":"C"}]}]})";

TEST(LibCmagent, AStartIsAskedForAndToldOf) {
    Box box;
    const cmagent_pair pairs[] = {{"deviceName", "a \"b\""}};
    const char* const codes[] = {"K"};
    box.request.metadata = pairs;
    box.request.metadata_count = 1;
    box.request.terminate = codes;
    box.request.terminate_count = 1;
    box.options.token = "secret";
    box.options.language = "fr";
    box.options.client_key = "0123456789abcdef";
    box.answers["GET /v1/sessions?"] = answer_of(200, R"({"sessions":[]})");
    box.play();
    EXPECT_EQ(cmagent_get_state(box.client), CMAGENT_PLAYING);
    EXPECT_STREQ(cmagent_get_session(box.client), "s1");
    EXPECT_EQ(box.bodies.at(0), R"({"clientKey":"0123456789abcdef","idp":"mvpd","subject":"home",)"
                                R"("metadata":{"deviceName":"a \"b\""},"terminate":["K"]})");
    for (const std::string& head : box.daemon.heads) {
        EXPECT_NE(head.find("Authorization: Bearer secret\r\n"), std::string::npos) << head;
        EXPECT_NE(head.find("Accept-Language: fr\r\n"), std::string::npos) << head;
    }
    EXPECT_EQ(box.daemon.asked("GET /v1/events?clientKey=0123456789abcdef"), 1U);
}

TEST(LibCmagent, AnOrderIsToldOnceAndConfirmed) {
    Box box;
    box.play();
    box.answers["GET /v1/sessions/s1"] =
        answer_of(200, R"({"id":"s1","state":"ended","playback":"stopped"})");
    box.answers["POST /v1/sessions/s1/stopped"] = answer_of(204, "");
    EXPECT_EQ(cmagent_stopped(box.client), CMAGENT_NOT_NOW);
    box.daemon.tell(1, "playback-stop",
                    R"({"sessionId":"s1","reason":"remote-termination","message":"By\nKitchen"})");
    box.daemon.tell(2, "playback-stop", R"({"sessionId":"s1","reason":"logout"})");
    box.until_told("stop s1 remote-termination By\nKitchen");
    EXPECT_EQ(cmagent_get_state(box.client), CMAGENT_STOPPING);
    EXPECT_EQ(cmagent_start(box.client, &box.request), CMAGENT_NOT_NOW);
    EXPECT_EQ(cmagent_stopped(box.client), CMAGENT_OK);
    box.until_told("ended");
    EXPECT_EQ(box.told, (Texts{"stop s1 remote-termination By\nKitchen",
                               "ended s1 remote-termination By\nKitchen stopped"}));
    EXPECT_EQ(cmagent_get_state(box.client), CMAGENT_IDLE);
    EXPECT_STREQ(cmagent_get_session(box.client), "");
    box.until([&] { return box.daemon.streams() == 0; });
    EXPECT_EQ(cmagent_timeout_ms(box.client), -1);
}

TEST(LibCmagent, AnEndOfTheDaemonsOwnStopsThePictureFirst) {
    Box box;
    box.play();
    box.daemon.tell(1, "session-ended",
                    R"({"sessionId":"s1","endReason":"ui-lost","playback":"forced"})");
    box.until_told("stop s1 ui-lost");
    const std::size_t asked = box.daemon.requests.size();
    ASSERT_EQ(cmagent_stop(box.client), CMAGENT_OK);  // means the same
    box.until_told("ended s1 ui-lost forced");
    EXPECT_EQ(box.daemon.requests.size(), asked);
}

TEST(LibCmagent, ALimitIsAListAndAChoice) {
    Box box;
    box.answers["POST /v1/sessions"] = answer_of(409, kLimit);
    box.open();
    box.start();
    box.until_told("limit stream-limit Two \"others\" watch");
    const cmagent_conflict* const conflict = cmagent_get_conflict(box.client);
    ASSERT_NE(conflict, nullptr);
    EXPECT_STREQ(conflict->id, "c1");
    EXPECT_EQ(conflict->attempt, 2U);
    EXPECT_EQ(conflict->violations, 2U);
    EXPECT_EQ(conflict->streams, 3U);
    EXPECT_EQ(conflict->more, 3U);
    EXPECT_STREQ(cmagent_get_violation(box.client, 0)->rule, "r\xC3\xA9");
    EXPECT_EQ(cmagent_get_violation(box.client, 0)->threshold, 2);
    EXPECT_EQ(cmagent_get_violation(box.client, 1)->threshold, -1);
    EXPECT_EQ(cmagent_get_violation(box.client, 2), nullptr);
    EXPECT_STREQ(cmagent_get_stream(box.client, 0)->device_name, "Kitchen");
    EXPECT_STREQ(cmagent_get_stream(box.client, 1)->code, "");
    EXPECT_STREQ(cmagent_get_stream(box.client, 1)->here, "s9");
    EXPECT_EQ(cmagent_get_stream(box.client, 2)->violation, 1U);
    EXPECT_EQ(cmagent_get_stream(box.client, 3), nullptr);
    const char* const codes[] = {cmagent_get_stream(box.client, 0)->code};
    box.answers["POST /v1/conflicts/c1"] = Box::kStarted;
    EXPECT_EQ(cmagent_resolve(box.client, codes, 1), CMAGENT_OK);
    box.until_told("started s1");
    EXPECT_EQ(box.bodies.back(), R"({"terminate":["A\\B"]})");
    EXPECT_EQ(cmagent_get_conflict(box.client), nullptr);
}

TEST(LibCmagent, APlaceIsWaitedFor) {
    Box box;
    box.answers["POST /v1/sessions"] = answer_of(409, kLimit);
    box.open();
    EXPECT_EQ(cmagent_wait(box.client, 9, 1), CMAGENT_NOT_NOW);
    box.start();
    box.until_told("limit");
    box.answers["POST /v1/conflicts/c1"] =
        answer_of(202, R"({"conflictId":"c1","wait":{"until":"2027","start":true}})");
    EXPECT_EQ(cmagent_wait(box.client, 3601, 1), CMAGENT_INVALID);
    EXPECT_EQ(cmagent_wait(box.client, 900, 1), CMAGENT_OK);
    box.until_told("waiting 2027");
    EXPECT_EQ(box.bodies.back(), R"({"wait":{"seconds":900,"start":true}})");
    box.until([&] { return box.daemon.streams() == 1; });
    box.daemon.tell(1, "session-started",
                    R"({"sessionId":"s2","state":"active","conflictId":"c1"})");
    box.until_told("started s2");
    EXPECT_EQ(cmagent_get_conflict(box.client), nullptr);
}

TEST(LibCmagent, AGrantThatWasMissedWhileWaitingIsTakenUp) {
    Box box;
    box.answers["POST /v1/sessions"] = answer_of(409, kLimit);
    box.answers["POST /v1/conflicts/c1"] =
        answer_of(202, R"({"conflictId":"c1","wait":{"until":"2027","start":true}})");
    box.open();
    box.start();
    box.until_told("limit");
    box.answers["GET /v1/sessions"] =
        answer_of(200, R"({"sessions":[{"id":"s0","state":"ended","own":true},
                             {"id":"s1","state":"active","own":false},
                             {"id":"s2","state":"active","own":true}]})");
    EXPECT_EQ(cmagent_wait(box.client, 900, 1), CMAGENT_OK);
    box.until_told("waiting");
    box.until_told("started s2");
}

TEST(LibCmagent, WhatIsNotTakenIsGivenUp) {
    Box box;
    box.answers["POST /v1/sessions"] = answer_of(409, kLimit);
    box.answers["DELETE /v1/conflicts/c1"] = answer_of(503, "{}");
    box.open();
    box.start();
    box.until_told("limit");
    EXPECT_EQ(cmagent_give_up(box.client), CMAGENT_OK);
    EXPECT_EQ(cmagent_get_conflict(box.client), nullptr);
    EXPECT_EQ(cmagent_resolve(box.client, nullptr, 0), CMAGENT_NOT_NOW);
    box.until_asked("DELETE /v1/conflicts/c1", 2);  // until it was heard
    box.answers["DELETE /v1/conflicts/c1"] = answer_of(204, "");
    box.until_asked("DELETE /v1/conflicts/c1", 3);
    box.until([&] { return cmagent_timeout_ms(box.client) == -1; });
}

TEST(LibCmagent, AProblemIsToldWithItsWords) {
    Box box;
    box.answers["POST /v1/sessions"] =
        answer_of(429, R"({"code":"too-many-requests","detail":"Later","reason":"r","field":"f"})",
                  "Retry-After: 17\r\n");
    unsigned retry_after = 0;
    box.then = [&](const cmagent_event& event) { retry_after = event.retry_after; };
    box.open();
    box.start();
    box.until_told("failed too-many-requests r f Later");
    EXPECT_EQ(retry_after, 17U);
    EXPECT_EQ(cmagent_get_state(box.client), CMAGENT_IDLE);
}

TEST(LibCmagent, OnlyTheNewestOfManyStartsIsToldOf) {
    Box box;
    box.play();
    box.answers["POST /v1/sessions"] = "";
    box.start();
    box.until_asked("POST /v1/sessions", 2);
    for (int i = 0; i < 5; ++i) box.start();
    box.request.subject = "newest";
    box.start();
    EXPECT_NE(box.bodies.back().find("\"replaces\":\"s1\""), std::string::npos);
    box.answers["POST /v1/sessions"] = answer_of(201, R"({"id":"s3"})");
    // Another connection is not opened before the answer: cancelled and asked anew it would be two.
    box.until([&] { return cmagent_timeout_ms(box.client) != 0; });
    EXPECT_EQ(box.daemon.asked("POST /v1/sessions"), 2U);
    cmagent_stop(box.client);
    box.answers["GET /v1/sessions"] =
        answer_of(200, R"({"sessions":[{"id":"s2","state":"active","own":true}]})");
    box.answers["DELETE /v1/sessions/s1"] = answer_of(204, "");
    box.answers["DELETE /v1/sessions/s2"] = answer_of(204, "");
    box.until_asked("DELETE /v1/sessions/s2");
    box.answers["GET /v1/sessions"] = answer_of(200, R"({"sessions":[]})");
    box.until_told("ended user untouched");
    EXPECT_EQ(box.daemon.asked("DELETE /v1/sessions/s1"), 1U);
    EXPECT_EQ(box.told, Texts{"ended user untouched"});
}

TEST(LibCmagent, AZapTakesThePlaceOfTheLastGrant) {
    Box box;
    box.play();
    int starts = 0;
    box.daemon.answer = [&](const std::string&, const std::string& body) {
        box.bodies.push_back(body);
        return answer_of(201, "{\"id\":\"n" + std::to_string(++starts) + "\"}");
    };
    box.start();
    box.until([&] { return starts == 1; });
    box.start();
    box.until_told("started n2");
    EXPECT_EQ(box.told, Texts{"started n2"});
    EXPECT_NE(box.bodies.back().find("\"replaces\":\"n1\""), std::string::npos);
    // What was told of what is replaced is nobody's any more.
    box.daemon.tell(1, "session-ended", R"({"sessionId":"n1","endReason":"user"})");
    box.daemon.tell(2, "session-updated", R"({"sessionId":"n2","state":"grace","paused":true})");
    box.until_told("changed n2 grace");
    EXPECT_EQ(box.told.size(), 2U);
}

TEST(LibCmagent, ARefusedZapGivesTheOldSessionBack) {
    Box box;
    box.play();
    box.answers["POST /v1/sessions"] = answer_of(409, kLimit);
    box.start();
    box.until_told("limit");
    box.until_asked("DELETE /v1/sessions/s1");
}

TEST(LibCmagent, AStartWhoseAnswerIsLostLeavesNothingBehind) {
    Box box;
    box.answers["POST /v1/sessions"] = "garbage\r\n\r\n";
    box.answers["GET /v1/sessions"] =
        answer_of(200, R"({"sessions":[{"id":"s2","state":"starting","own":true}]})");
    box.open();
    box.start();
    box.until_told("failed unreachable unreadable");
    box.until_asked("DELETE /v1/sessions/s2");
}

TEST(LibCmagent, AKeyThatIsRememberedGivesBackWhatWasWatchedBefore) {
    Box box;
    box.options.client_key = "0123456789abcdef";
    box.answers["GET /v1/sessions"] =
        answer_of(200, R"({"sessions":[{"id":"s7","state":"active","own":true}]})");
    box.open();
    box.until_asked("DELETE /v1/sessions/s7?clientKey=0123456789abcdef");
}

TEST(LibCmagent, TheDaemonMayBeAbsentAndComeBack) {
    Box box;
    box.all = true;
    box.daemon.stop();
    box.open();
    box.start();
    box.until_told("failed unreachable refused");
    EXPECT_LT(box.turns, 20);
    box.daemon.listen();
    box.told.clear();
    box.play();
    // Killed: the picture plays on. Then it is looked up, and is no more.
    box.daemon.stop();
    box.until_told("lost closed");
    EXPECT_EQ(cmagent_get_state(box.client), CMAGENT_PLAYING);
    const int before = box.turns;
    const auto gone = std::chrono::steady_clock::now();
    box.until([&] { return std::chrono::steady_clock::now() - gone > std::chrono::seconds(1); });
    EXPECT_LT(box.turns - before, 20);  // with pauses
    box.answers.erase("GET /v1/sessions/s1");
    box.daemon.listen();
    box.until_told("stop s1");
    EXPECT_EQ(cmagent_stopped(box.client), CMAGENT_OK);
    box.until_told("ended s1");
}

TEST(LibCmagent, AStreamThatIsRefusedIsMadeUpForByLooking) {
    Box box;
    box.daemon.no_stream = answer_of(503, R"({"code":"too-many-listeners"})");
    box.answers["POST /v1/sessions"] = Box::kStarted;
    box.answers["GET /v1/sessions/s1"] = answer_of(200, R"({"id":"s1","state":"active"})");
    box.open();
    box.start();
    box.until_told("started");
    box.until_asked("GET /v1/sessions/s1", 2);
    box.answers["GET /v1/sessions/s1"] =
        answer_of(200, R"({"id":"s1","state":"stopping","endReason":"logout"})");
    box.until_told("stop s1 logout");
}

TEST(LibCmagent, AStopThatTheDaemonDoesNotHearIsSaidAgain) {
    Box box;
    box.play();
    box.answers["DELETE /v1/sessions/s1"] = answer_of(503, R"({"code":"busy"})");
    EXPECT_EQ(cmagent_stop(box.client), CMAGENT_OK);
    EXPECT_EQ(cmagent_stop(box.client), CMAGENT_OK);
    box.until_asked("DELETE /v1/sessions/s1", 2);
    EXPECT_EQ(cmagent_get_state(box.client), CMAGENT_ENDING);
    box.answers["DELETE /v1/sessions/s1"] = answer_of(204, "");
    box.until_told("ended s1 user untouched");
}

TEST(LibCmagent, APauseIsToldAndALateOneLooksTheSessionUp) {
    Box box;
    box.play();
    EXPECT_EQ(cmagent_pause(box.client), CMAGENT_OK);
    box.answers["PATCH /v1/sessions/s1"] = answer_of(200, R"({"id":"s1"})");
    box.until_asked("PATCH /v1/sessions/s1");
    EXPECT_EQ(box.bodies.back(), R"({"paused":true})");
    box.answers["PATCH /v1/sessions/s1"] = answer_of(409, R"({"code":"session-ended"})");
    EXPECT_EQ(cmagent_resume(box.client), CMAGENT_OK);
    box.answers["GET /v1/sessions/s1"] =
        answer_of(200, R"({"id":"s1","state":"ended","endReason":"paused"})");
    box.until_told("stop s1 paused");
}

TEST(LibCmagent, WhatComesByteByByteIsTheSame) {
    Box box;
    box.daemon.piece = 1;
    box.answers["POST /v1/sessions"] = answer_of(409, kLimit);
    box.answers["POST /v1/conflicts/c1"] = Box::kStarted;
    box.open();
    box.start();
    box.until_told("limit");
    EXPECT_EQ(cmagent_resolve(box.client, nullptr, 0), CMAGENT_OK);
    box.until_told("started s1");
    box.daemon.tell(1, "playback-stop", R"({"sessionId":"s1","reason":"logout"})");
    box.until_told("stop s1 logout");
}

TEST(LibCmagent, AnAnswerThatIsTooLongIsAValue) {
    const std::string much(40'000, 'x');
    const std::string limit =
        R"({"code":"stream-limit","conflictId":"c1","detail":")" + much + R"("})";
    for (const std::size_t size : {std::size_t{CMAGENT_SIZE}, std::size_t{448 * 1024}}) {
        Box box(size);
        box.answers["POST /v1/sessions"] = answer_of(409, limit);
        int status = 0;
        box.then = [&](const cmagent_event& event) { status = event.status; };
        box.open();
        box.start();
        box.until_told(size == CMAGENT_SIZE ? "failed unreadable too-long" : "limit");
        EXPECT_EQ(status, 409);
    }
}

TEST(LibCmagent, AFloodOfEventsHoldsNobodyUp) {
    Box box;
    box.options.watch = 1;
    box.open();
    box.until([&] { return box.daemon.streams() == 1; });
    for (int i = 0; i < 1000; ++i) box.daemon.tell(i, "cm", R"({"reachable":true})");
    box.daemon.step();
    EXPECT_EQ(cmagent_dispatch(box.client), CMAGENT_OK);
    EXPECT_LE(box.told.size(), 64U);
    box.until([&] { return box.told.size() >= 1000; });
    EXPECT_EQ(box.told.back(), R"(news cm {"reachable":true})");
}

TEST(LibCmagent, EventsOfOthersAreForThoseWhoWatch) {
    for (const int watch : {0, 1}) {
        Box box;
        box.options.watch = watch;
        box.play();
        box.daemon.tell(1, "session-ended", R"({"sessionId":"other"})");
        box.daemon.tell(2, "obligation", R"({"action":"logout"})");
        box.until_told("news obligation");
        EXPECT_EQ(box.told.size(), watch == 0 ? 1U : 2U);
    }
}

TEST(LibCmagent, EveryCallMayBeMadeFromWithinAnEvent) {
    Box box;
    box.play();
    box.then = [&](const cmagent_event& event) {
        EXPECT_EQ(cmagent_dispatch(box.client), CMAGENT_NOT_NOW);
        if (event.kind == CMAGENT_STOP) {
            EXPECT_EQ(cmagent_stopped(box.client), CMAGENT_OK);
        }
        if (event.kind == CMAGENT_ENDED) {
            cmagent_close(box.client);
            box.client = nullptr;
        }
    };
    box.daemon.tell(1, "session-ended", R"({"sessionId":"s1","endReason":"logout"})");
    box.daemon.step();
    while (box.client != nullptr) ASSERT_EQ(cmagent_dispatch(box.client), CMAGENT_OK);
    EXPECT_EQ(box.told, (Texts{"stop s1 logout", "ended s1 logout"}));
    for (const char byte : box.memory) ASSERT_EQ(byte, 0);
}

TEST(LibCmagent, WhatIsNotAsItMustBeChangesNothing) {
    Box box;
    cmagent_client* client = nullptr;
    const auto open = [&](const cmagent_options& options, std::size_t size = CMAGENT_SIZE) {
        return cmagent_open(&client, box.memory.data(), size, &options);
    };
    EXPECT_EQ(open(box.options, CMAGENT_SIZE - 1), CMAGENT_INVALID);
    EXPECT_EQ(cmagent_open(nullptr, box.memory.data(), CMAGENT_SIZE, &box.options),
              CMAGENT_INVALID);
    EXPECT_EQ(cmagent_open(&client, nullptr, CMAGENT_SIZE, &box.options), CMAGENT_INVALID);
    EXPECT_EQ(cmagent_open(&client, box.memory.data(), CMAGENT_SIZE, nullptr), CMAGENT_INVALID);
    for (const char* url : {"http://example.com", "http://192.168.1.1", "https://127.0.0.1", "x"}) {
        cmagent_options options = box.options;
        options.url = url;
        EXPECT_EQ(open(options), CMAGENT_INVALID) << url;
    }
    const std::string longer(2000, 'k');
    for (const char* key : {"short", "0123456789abcde!", ""}) {
        cmagent_options options = box.options;
        options.client_key = key;
        EXPECT_EQ(open(options), CMAGENT_INVALID) << key;
    }
    for (const char* cmagent_options::*member :
         {&cmagent_options::token, &cmagent_options::language, &cmagent_options::client_key}) {
        cmagent_options options = box.options;
        options.*member = longer.c_str();
        EXPECT_EQ(open(options), CMAGENT_TOO_LONG);
        if (member == &cmagent_options::client_key) continue;
        options.*member = "a\r\nb";
        EXPECT_EQ(open(options), CMAGENT_INVALID);
    }
    cmagent_options silent = box.options;
    silent.on_event = nullptr;
    EXPECT_EQ(open(silent), CMAGENT_INVALID);
    cmagent_close(nullptr);
    EXPECT_STREQ(cmagent_describe(CMAGENT_NOT_NOW), "this means nothing in the present state");
    EXPECT_STREQ(cmagent_describe(7), "no such result");
    EXPECT_STREQ(cmagent_describe(-7), "no such result");
    EXPECT_STREQ(cmagent_version(), CMAGENT_VERSION);
}

TEST(LibCmagent, AStartThatCannotBeWrittenLeavesTheOneBefore) {
    Box box;
    box.answers["POST /v1/sessions"] = Box::kStarted;
    box.open();
    box.start();
    const std::string much(20'000, 'x');
    cmagent_request longer = box.request;
    longer.subject = much.c_str();
    EXPECT_EQ(cmagent_start(box.client, &longer), CMAGENT_TOO_LONG);
    cmagent_request without = box.request;
    without.metadata_count = 1;
    EXPECT_EQ(cmagent_start(box.client, &without), CMAGENT_INVALID);
    without = box.request;
    const char* const none[] = {nullptr};
    without.terminate = none;
    without.terminate_count = 1;
    EXPECT_EQ(cmagent_start(box.client, &without), CMAGENT_INVALID);
    EXPECT_EQ(cmagent_start(box.client, nullptr), CMAGENT_INVALID);
    box.until_told("started s1");
    EXPECT_NE(box.bodies.back().find(R"("subject":"home")"), std::string::npos);
}

}  // namespace
}  // namespace cmagent::lib
