// cmagentctl from its command line to what it prints, against a daemon that follows a script.
#include "agent/ctl/commands.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "tests/unit/ctl_captured.h"
#include "tests/unit/ctl_scripted_server.h"

namespace cmagent::ctl {
namespace {

const std::string kDeleted = "HTTP/1.1 204 No Content\r\n\r\n";

struct Told {
    Result result;
    std::string request;  // what the daemon was asked
};

// Runs the command against a daemon that answers once.
Told ask(const std::string& reply, std::vector<std::string> words) {
    ScriptedServer server({reply});
    words.insert(words.begin(), {"--url", server.url()});
    Told told{run(words), ""};
    server.finish();
    told.request = server.requests.at(0);
    return told;
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find("\r\n"));
}
std::string body_of(const std::string& request) {
    return request.substr(request.find("\r\n\r\n") + 4);
}

const std::vector<std::string> kStart = {"start", "--idp", "mvpd+1", "--subject", "home"};

// Whoever answers at the daemon's address may say anything: a terminal obeys nothing of it.
TEST(Ctl, JsonIsPrintedWithoutAByteThatATerminalObeys) {
    const std::string body =
        "{\"a\":\"\xC2\x9B\x7F\xE2\x80\xAE "
        "caf\xC3\xA9\",\n\"b\":\"\\u001b\",\"c\":\"\x1B[2J\x9B\"}";
    const std::string printed =
        "{\"a\":\"\\u009b\\u007f\\u202e caf\xC3\xA9\", \"b\":\"\\u001b\",\"c\":"
        "\"\\u001b[2J\\ufffd\"}\n";
    EXPECT_EQ(ask(answer("200 OK", body), {"--json", "streams", "--idp", "i", "--subject", "s"})
                  .result.out,
              printed);
    const std::string refused = "{\"code\":\"x\",\"detail\":\"\xE2\x80\xAE\xC2\x9B\"}";
    EXPECT_EQ(ask(answer("409 Conflict", refused), {"--json", "status"}).result.err,
              "{\"code\":\"x\",\"detail\":\"\\u202e\\u009b\"}\n");
    EXPECT_EQ(ask(answer("409 Conflict", refused), {"status"}).result.err, "cmagentctl: x: ??\n");
}

TEST(Ctl, StartPrintsTheIdFirst) {
    const Told told =
        ask(answer("201 Created", R"({"id":"s1","state":"active","paused":false})"), kStart);
    EXPECT_EQ(told.result.status, 0);
    EXPECT_EQ(told.result.out, "s1  active\n");
    EXPECT_EQ(told.result.err, "");
    EXPECT_EQ(first_line(told.request), "POST /v1/sessions HTTP/1.1");
    EXPECT_NE(told.request.find("\r\nHost: 127.0.0.1:"), std::string::npos);
    EXPECT_NE(told.request.find("\r\nContent-Type: application/json\r\n"), std::string::npos);
    EXPECT_EQ(told.request.find("Authorization"), std::string::npos);
    EXPECT_EQ(body_of(told.request), R"({"idp":"mvpd+1","subject":"home","metadata":{}})");
}

TEST(Ctl, StartTellsAllThatItIsGiven) {
    std::vector<std::string> words = kStart;
    for (const char* word : {"--application", "news", "--player", "bedroom", "--replaces", "s0",
                             "--metadata", "channel=A=\"b\"", "--metadata", "x=", "--terminate",
                             "c1", "--terminate", "c2", "--client-version", "7.1"}) {
        words.emplace_back(word);
    }
    const Told told =
        ask(answer("201 Created", R"({"id":"s1","state":"grace","message":"m"})"), words);
    EXPECT_EQ(told.result.out, "s1  grace  m\n");
    EXPECT_EQ(
        body_of(told.request),
        R"({"idp":"mvpd+1","subject":"home","application":"news","player":"bedroom",)"
        R"("replaces":"s0","clientVersion":"7.1","metadata":{"channel":"A=\"b\"","x":""},"terminate":["c1","c2"]})");
}

TEST(Ctl, ALimitIsToldWithWhoIsWatchingAndHowToGoOn) {
    const Told told = ask(answer("409 Conflict", R"({"status":409,"code":"stream-limit",
        "blame":"household","title":"Stream limit reached","detail":"In vain. Only 3 programmes.",
        "conflictId":"c7",
        "violations":[{"line":"Only 3 programmes.","rule":"3 streams","threshold":3,"conflicts":[
          {"terminationCode":"51fd","deviceName":"Kitchen","applicationName":"News","channel":"One",
           "startedAt":"2024-11-25T09:06:12.951Z"},
          {"deviceName":"Bad\u001b[31m\u0085name","pausedSince":"P","here":"s3"},{}],
          "moreConflicts":2},
          {"line":"Only 2 devices.","message":"Zwei!","policy":"p","conflicts":[]},
          {"line":"Not on this device.","message":"Not on this device.","conflicts":[]}]})"),
                          kStart);
    EXPECT_EQ(told.result.status, 1);
    EXPECT_EQ(told.result.out, "");
    EXPECT_EQ(told.result.err,
              "cmagentctl: stream-limit: In vain. Only 3 programmes.\n"
              "  3 streams, limit 3\n"
              "  51fd  Kitchen, News, channel One, since 2024-11-25T09:06:12.951Z\n"
              "  (no code)  Bad?[31m?name, paused since P, on this box as s3\n"
              "  (no code)  a stream of which nothing is told\n"
              "  and 2 more\n"
              "Only 2 devices.\nThe service says: Zwei!\n  p\n"
              "Not on this device.\n  a rule without a name\n"
              "To end one of them instead: cmagentctl resolve c7 CODE\n");
}

TEST(Ctl, WhereNothingCanBeEndedOnlyAnotherTryIsOffered) {
    const Told told = ask(answer("409 Conflict", R"({"code":"stream-limit","detail":"No.",
        "conflictId":"c7","violations":[{"line":"No.","rule":"string","policy":"string",
        "attribute":"string","conflicts":[{"deviceName":"string"}]}]})"),
                          kStart);
    EXPECT_EQ(told.result.err,
              "cmagentctl: stream-limit: No.\n  a rule without a name\n"
              "  (no code)  a stream of which nothing is told\n"
              "To try again: cmagentctl resolve c7 --try-again\n");
}

TEST(Ctl, AProblemIsToldWithItsReason) {
    const Told told =
        ask(answer("422 Unprocessable", R"({"code":"missing-metadata","title":"Metadata",
        "missing":["channel","assetId"]})"),
            kStart);
    EXPECT_EQ(told.result.status, 1);
    EXPECT_EQ(told.result.err,
              "cmagentctl: missing-metadata: Metadata\n  --metadata channel=... is needed\n"
              "  --metadata assetId=... is needed\n");
    EXPECT_EQ(ask(answer("502 Bad Gateway",
                         R"({"code":"cm-tls","detail":"No","field":"f","reason":"pin-mismatch",
                             "blame":"operator","held":"h"})"),
                  kStart)
                  .result.err,
              "cmagentctl: cm-tls: No (field: f) (held: h) (reason: pin-mismatch) (blame: operator)"
              "\n");
    EXPECT_EQ(ask(answer("404 Not Found", "<html>"), kStart).result.err,
              "cmagentctl: the daemon answers with status 404\n");
}

TEST(Ctl, JsonIsPassedOnAsItCame) {
    std::vector<std::string> words = kStart;
    words.emplace_back("--json");
    const Told good = ask(answer("201 Created", R"({"id": "s1"})"), words);
    EXPECT_EQ(good.result.out, "{\"id\": \"s1\"}\n");
    const Told bad = ask(answer("409 Conflict", R"({"code": "stream-limit"})"), words);
    EXPECT_EQ(bad.result.status, 1);
    EXPECT_EQ(bad.result.out, "");
    EXPECT_EQ(bad.result.err, "{\"code\": \"stream-limit\"}\n");
}

TEST(Ctl, StopEndsASession) {
    const Told told = ask(kDeleted, {"stop", "s/1 é"});
    EXPECT_EQ(told.result.status, 0);
    EXPECT_EQ(told.result.out + told.result.err, "");
    EXPECT_EQ(first_line(told.request).rfind("DELETE /v1/sessions/s%2F1%20%C3%A9?clientKey=", 0),
              0U);
    EXPECT_EQ(
        ask(answer("404 Not Found", R"({"code":"no-such-session","detail":"d"})"), {"stop", "x"})
            .result.status,
        1);
}

// The key in the target of a request; empty: there is none.
std::string key_in(const Told& told) {
    const std::string line = first_line(told.request);
    const std::size_t at = line.find("clientKey=");
    return at == std::string::npos ? ""
                                   : line.substr(at + 10, line.find_first_of(" &", at) - at - 10);
}

TEST(Ctl, StopIsAnOrderByAKeyThatNoSessionHas) {
    const std::string first = key_in(ask(kDeleted, {"stop", "s1"}));
    EXPECT_EQ(first.size(), 32U);
    EXPECT_EQ(first.find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_NE(first, key_in(ask(kDeleted, {"stop", "s1"})));
}

TEST(Ctl, WithItsKeyTheCallerIsTheOwner) {
    const std::string path = testing::TempDir() + "cmagentctl-" + std::to_string(getpid()) + ".key";
    std::ofstream(path) << "0123456789abcdef rest\n";
    const auto with_key = [&](std::vector<std::string> words, const std::string& reply) {
        words.insert(words.end(), {"--client-key-file", path});
        return ask(reply, words);
    };
    const std::string session = answer("201 Created", R"({"id":"s2","state":"active"})");
    EXPECT_EQ(first_line(with_key({"stop", "s1"}, kDeleted).request),
              "DELETE /v1/sessions/s1?clientKey=0123456789abcdef HTTP/1.1");
    const Told started = with_key(kStart, session);
    EXPECT_EQ(first_line(started.request), "POST /v1/sessions HTTP/1.1");
    EXPECT_NE(body_of(started.request).find(R"("clientKey":"0123456789abcdef")"),
              std::string::npos);
    for (const std::vector<std::string>& words : {std::vector<std::string>{"resolve", "c7", "t1"},
                                                  {"stopped", "s1"},
                                                  {"pause", "s1"},
                                                  {"resume", "s1"},
                                                  {"sessions"},
                                                  {"sessions", "s1"},
                                                  {"events"},
                                                  {"resolve", "c7", "--wait", "9"},
                                                  {"resolve", "c7", "--give-up"},
                                                  {"resolve", "c7"}}) {
        EXPECT_EQ(key_in(with_key(words, session)), "0123456789abcdef");
    }
    EXPECT_EQ(first_line(with_key({"watch"}, answer("503 Busy", "{}")).request),
              "GET /v1/events?clientKey=0123456789abcdef HTTP/1.0");

    std::ofstream(path, std::ios::trunc) << "# none\n";
    const Result empty = run({"stop", "s1", "--client-key-file", path});
    EXPECT_EQ(empty.status, 64) << "an order would stop what the caller wants to go on";
    EXPECT_NE(empty.err.find("there is nothing in it"), std::string::npos);
    std::remove(path.c_str());
}

TEST(Ctl, TheSubjectMayComeFromAFile) {
    const std::string path =
        testing::TempDir() + "cmagentctl-" + std::to_string(getpid()) + ".subject";
    const std::string session = answer("201 Created", R"({"id":"s2","state":"active"})");
    for (const std::string end : {"", "\n", "\r\n", "\nsecond\n"}) {
        std::ofstream(path, std::ios::trunc) << "# home 7" << end;
        const Told told = ask(session, {"start", "--idp", "i", "--subject-file", path});
        EXPECT_EQ(body_of(told.request), R"({"idp":"i","subject":"# home 7","metadata":{}})");
    }
    std::ofstream(path, std::ios::trunc) << "\xEF\xBB\xBF# home 7\r\n";
    const int before = dup(STDIN_FILENO);
    ASSERT_NE(std::freopen(path.c_str(), "r", stdin), nullptr);
    const Told streams = ask(answer("200 OK", R"({"streams":[]})"),
                             {"streams", "--idp", "i", "--subject-file", "-"});
    EXPECT_EQ(first_line(streams.request), "GET /v1/streams?idp=i&subject=%23%20home%207 HTTP/1.1");
    dup2(before, STDIN_FILENO);
    close(before);
    std::remove(path.c_str());
    EXPECT_EQ(run({"start", "--idp", "i", "--subject-file", path}).status, 64);
}

TEST(Ctl, TheShellObeysToo) {
    const Told stopped = ask(kDeleted, {"stopped", "s1"});
    EXPECT_EQ(first_line(stopped.request), "POST /v1/sessions/s1/stopped HTTP/1.1");
    EXPECT_EQ(stopped.result.status, 0);
    EXPECT_EQ(stopped.result.out, "");
    const std::string session =
        answer("200 OK", R"({"id":"s1","state":"active","paused":true,"own":true})");
    const Told paused = ask(session, {"pause", "s1"});
    EXPECT_EQ(first_line(paused.request), "PATCH /v1/sessions/s1 HTTP/1.1");
    EXPECT_EQ(body_of(paused.request), R"({"paused":true})");
    EXPECT_EQ(paused.result.out, "s1  active, paused\n");
    EXPECT_EQ(body_of(ask(session, {"resume", "s1"}).request), R"({"paused":false})");
    const Told refused =
        ask(answer("403 Forbidden", R"({"code":"not-owner","detail":"No."})"), {"stopped", "s1"});
    EXPECT_EQ(refused.result.status, 1);
    EXPECT_EQ(refused.result.err, "cmagentctl: not-owner: No.\n");
}

TEST(Ctl, SessionsAreALineEachAndOneIsShownWhole) {
    const Told all = ask(answer("200 OK", R"({"sessions":[{"id":"s1","state":"active"},
        {"id":"s2","state":"ended","message":"Over."}]})"),
                         {"sessions"});
    EXPECT_EQ(first_line(all.request), "GET /v1/sessions HTTP/1.1");
    EXPECT_EQ(all.result.out, "s1  active\ns2  ended  Over.\n");
    const Told one =
        ask(answer("200 OK", R"({"id":"s1","metadata":{"channel":"One"}})"), {"sessions", "s1"});
    EXPECT_EQ(first_line(one.request), "GET /v1/sessions/s1 HTTP/1.1");
    EXPECT_EQ(one.result.out, "id: s1\nmetadata:\n  channel: One\n");
}

TEST(Ctl, AConflictIsShown) {
    const Told shown = ask(answer("200 OK", R"({"conflictId":"c7","detail":"No.",
        "violations":[{"line":"No.","rule":"r","conflicts":[{"terminationCode":"t"}]}]})"),
                           {"conflicts", "c7"});
    EXPECT_EQ(first_line(shown.request), "GET /v1/conflicts/c7 HTTP/1.1");
    EXPECT_EQ(shown.result.out, "No.\n  r\n  t  a stream of which nothing is told\n");
}

TEST(Ctl, LogoutIsOfAnAccount) {
    const Told told = ask(kDeleted, {"logout", "--idp", "i", "--subject", "s"});
    EXPECT_EQ(first_line(told.request), "POST /v1/logout HTTP/1.1");
    EXPECT_EQ(body_of(told.request), R"({"idp":"i","subject":"s"})");
    EXPECT_EQ(told.result.status, 0);
}

TEST(Ctl, RequiredMetadataAreANameALine) {
    const Told told = ask(answer("200 OK", R"({"required":["channel","assetId"]})"),
                          {"metadata", "--application", "news"});
    EXPECT_EQ(first_line(told.request), "GET /v1/metadata?application=news HTTP/1.1");
    EXPECT_EQ(told.result.out, "channel\nassetId\n");
}

TEST(Ctl, EventsThatAreKeptAreReadHoweverLongTheyAre) {
    const std::string longest = "{\"m\":\"" + std::string(60'000, 'x') + "\"}";
    std::string array = R"([{"id":12,"event":"cm","data":{"reachable":true,"t":"\"]}\\"}})";
    for (int id = 13; id < 23; ++id) {
        array += ",{\"id\":" + std::to_string(id) + R"(,"event":"x","data":)" + longest + "}";
    }
    const Told told = ask(answer("200 OK", array + "]"), {"events"});
    EXPECT_EQ(first_line(told.request),
              "GET /v1/events?since=kept&timeoutSeconds=0&observer=1 HTTP/1.0");
    EXPECT_EQ(told.result.status, 0);
    EXPECT_EQ(told.result.out.rfind("12 cm reachable=true t=\"]}\\\n13 x m=xxx", 0), 0U)
        << told.result.out.substr(0, 200);
    EXPECT_EQ(std::count(told.result.out.begin(), told.result.out.end(), '\n'), 11);

    const std::string too_long = R"([{"id":7,"event":"x","data":{"m":")" +
                                 std::string(70'000, 'x') +
                                 R"("}},{"id":8,"event":"y","data":{}},)"
                                 R"(7,{"id":"z","event":"y"},{"id":9}])";
    const Told since = ask(answer("200 OK", too_long), {"events", "--since", "7", "--json"});
    EXPECT_EQ(first_line(since.request),
              "GET /v1/events?since=7&timeoutSeconds=0&observer=1 HTTP/1.0");
    EXPECT_EQ(since.result.out, "{\"id\":8,\"event\":\"y\",\"data\":{}}\n");
    const Told waits = ask(answer("200 OK", "[]"), {"events", "--since", "7", "--wait", "060"});
    EXPECT_EQ(first_line(waits.request),
              "GET /v1/events?since=7&timeoutSeconds=60&observer=1 HTTP/1.0");
    EXPECT_EQ(waits.result.out, "");
    const Told broken = ask("HTTP/1.1 200 OK\r\n\r\n[{\"id\":1", {"events"});
    EXPECT_EQ(broken.result.status, 69);
}

TEST(Ctl, ResolveShowsEndsOrGivesUp) {
    const Told shown = ask(answer("200 OK", R"({"conflictId":"c7","detail":"No.",
        "violations":[{"line":"No.","rule":"r","conflicts":[{"terminationCode":"t"}]}]})"),
                           {"resolve", "c7"});
    EXPECT_EQ(first_line(shown.request), "GET /v1/conflicts/c7 HTTP/1.1");
    EXPECT_EQ(shown.result.out, "No.\n  r\n  t  a stream of which nothing is told\n");

    const Told ended = ask(answer("201 Created", R"({"id":"s2","state":"active"})"),
                           {"resolve", "c7", "t1", "--", "-t2"});
    EXPECT_EQ(first_line(ended.request), "POST /v1/conflicts/c7 HTTP/1.1");
    EXPECT_EQ(body_of(ended.request), R"({"terminate":["t1","-t2"]})");
    EXPECT_EQ(ended.result.out, "s2  active\n");

    const Told given_up = ask(kDeleted, {"resolve", "c7", "--give-up"});
    EXPECT_EQ(first_line(given_up.request), "DELETE /v1/conflicts/c7 HTTP/1.1");
    EXPECT_EQ(given_up.result.status, 0);
}

TEST(Ctl, ResolveTriesAgainOrWaits) {
    const Told again = ask(answer("201 Created", R"({"id":"s2","state":"active"})"),
                           {"resolve", "c7", "--try-again"});
    EXPECT_EQ(body_of(again.request), R"({"terminate":[]})");
    EXPECT_EQ(again.result.out, "s2  active\n");

    const Told waits = ask(answer("202 Accepted", R"({"conflictId":"c7","wait":{"until":"T"}})"),
                           {"resolve", "c7", "--wait", "0900"});
    EXPECT_EQ(first_line(waits.request), "POST /v1/conflicts/c7 HTTP/1.1");
    EXPECT_EQ(body_of(waits.request), R"({"wait":{"seconds":900,"start":false}})");
    EXPECT_EQ(waits.result.out, "c7  waiting until T\n");

    const Told ends = ask(answer("202 Accepted", R"({"conflictId":"c7"})"),
                          {"resolve", "c7", "--wait=0", "--start"});
    EXPECT_EQ(body_of(ends.request), R"({"wait":{"seconds":0,"start":true}})");
    EXPECT_EQ(ends.result.out, "c7  not waiting\n");
}

TEST(Ctl, StreamsAreListed) {
    const Told told = ask(answer("200 OK", R"({"streams":[{"sessionId":"a","terminationCode":"t",
        "deviceName":"Kitchen"},{"sessionId":"b","channel":"One"}],"otherStreams":2,
        "nextLapseInMs":41999,"agoMs":3001})"),
                          {"streams", "--idp", "a&b", "--subject", "x y", "--application", "n"});
    EXPECT_EQ(first_line(told.request),
              "GET /v1/streams?idp=a%26b&subject=x%20y&application=n HTTP/1.1");
    EXPECT_EQ(told.result.out,
              "a  t  Kitchen\nb  (no code)  channel One\nand 2 more\n"
              "the first lapses in 41 s, seen 3 s ago\n");

    const Told none = ask(answer("200 OK", R"({"streams":[],"agoMs":0})"),
                          {"streams", "--idp", "i", "--subject", "s", "--refresh"});
    EXPECT_EQ(first_line(none.request), "GET /v1/streams?idp=i&subject=s&refresh=true HTTP/1.1");
    EXPECT_EQ(none.result.out, "seen 0 s ago\n");
}

TEST(Ctl, AStreamIsEndedByItsName) {
    const Told told = ask(kDeleted, {"end-stream", "cm/1", "--idp", "i", "--subject", "s"});
    EXPECT_EQ(first_line(told.request), "DELETE /v1/streams/cm%2F1?idp=i&subject=s HTTP/1.1");
    EXPECT_EQ(told.result.status, 0);
    EXPECT_EQ(told.result.out + told.result.err, "");
}

TEST(Ctl, TheOutlookBeginsWithItsVerdict) {
    const std::vector<std::string> words = {"outlook",    "--idp",     "i",          "--subject",
                                            "s",          "--refresh", "--metadata", "channel=A&B",
                                            "--metadata", "x="};
    const Told told = ask(answer("200 OK", R"({"verdict":"last","streams":2,"here":1,"limits":[
        {"rule":"3 streams","attribute":"streamId","atLeast":2,"atMost":3,"seen":"T"},
        {"attribute":"deviceId","atMost":2,"displaces":true},{}],
        "inTheWay":[{"sessionId":"a","terminationCode":"t","channel":"One"}],
        "nextLapseInMs":5000})"),
                          words);
    EXPECT_EQ(first_line(told.request),
              "GET /v1/outlook?idp=i&subject=s&refresh=true&metadata.channel=A%26B&metadata.x= "
              "HTTP/1.1");
    EXPECT_EQ(told.result.out,
              "last, streams: 2, on this box: 1\n"
              "  3 streams, at least 2, at most 3, seen T\n"
              "  deviceId, at most 2, the latest wins\n"
              "  a rule without a name\n"
              "  t  channel One\n"
              "the first lapses in 5 s\n");
    EXPECT_EQ(ask(answer("200 OK", R"({"verdict":"unknown"})"), words).result.out, "unknown\n");
}

TEST(Ctl, TheHistoryIsALineForEachEntry) {
    const Told told = ask(answer("200 OK", R"({"entries":[
        {"id":7,"at":"2026-11-26T21:45:52Z","kind":"denied","application":"news","policy":"p",
         "rule":"3 \u001b streams","attribute":"streamId","threshold":3,"listed":2,"attempt":1,
         "outcome":"gave-up"},
        {"id":8,"kind":"terminated","endReason":"remote-termination","playback":"stopped",
         "heardToStopMs":0,"stopToVerifiedMs":41}],"last":8})"),
                          {"history", "--since", "6"});
    EXPECT_EQ(first_line(told.request), "GET /v1/history?since=6 HTTP/1.1");
    EXPECT_EQ(told.result.out,
              "7  2026-11-26T21:45:52Z  denied, in news, rule 3 ? streams, policy p, "
              "attribute streamId, threshold 3, listed 2, attempt 1, outcome gave-up\n"
              "8  terminated, ended remote-termination, playback stopped, heard to stop ms 0, "
              "stop to verified ms 41\n");
    const Told raw = ask(answer("200 OK", R"({"entries":[],"last":0})"), {"history", "--json"});
    EXPECT_EQ(first_line(raw.request), "GET /v1/history HTTP/1.1");
    EXPECT_EQ(raw.result.out, "{\"entries\":[],\"last\":0}\n");
}

TEST(Ctl, StatusIsAnOutlineOfWhateverIsThere) {
    const Told told = ask(answer("200 OK", R"({"version":"0.1.0","cm":{"reachable":true},"none":[],
        "sessions":[{"id":"s1","lease":{"expiresInMs":5}},{"id":"s\n2"}]})"),
                          {"status"});
    EXPECT_EQ(first_line(told.request), "GET /v1/status HTTP/1.1");
    EXPECT_EQ(told.result.out,
              "version: 0.1.0\ncm:\n  reachable: true\nnone: []\nsessions:\n  -\n    id: s1\n"
              "    lease:\n      expiresInMs: 5\n  -\n    id: s?2\n");
}

const std::string kStream =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
const std::string kNoToken = answer("401 Unauthorized", R"({"code":"token-missing","detail":"d"})");

TEST(Ctl, WatchPrintsEvents) {
    const std::string stream =
        kStream +
        ": hello\n\nid: 12\nevent: session-started\ndata: {\"sessionId\":\"s1\"}\n\n"
        "id: 13\nevent: cm\ndata: {\"reachable\":false,\"why\":{\"a\":1},\"m\":\"a b\"}\n\n"
        "id: x\nevent: cm\ndata: {}\n\nid: 14\nevent: cm\ndata: {\n\n"
        "id: 15\nevent: session-ended\ndata: {\"conflictId\":\"c1\",\"violations\":"
        "[{\"line\":\"Only 3.\",\"conflicts\":[{}]},{\"line\":\"No\"}]}\n\n";
    ScriptedServer server({stream, kNoToken, stream, kNoToken});
    const Result result = run({"--url", server.url(), "watch"});
    EXPECT_EQ(result.out,
              "12 session-started sessionId=s1\n13 cm reachable=false why={\"a\":1} m=\"a b\"\n"
              "15 session-ended conflictId=c1 violation=\"Only 3.\" violation=No\n");
    EXPECT_EQ(run({"--url", server.url(), "--json", "watch"}).out,
              "{\"id\":12,\"event\":\"session-started\",\"data\":{\"sessionId\":\"s1\"}}\n"
              "{\"id\":13,\"event\":\"cm\",\"data\":{\"reachable\":false,\"why\":{\"a\":1},\"m\":"
              "\"a b\"}}\n"
              "{\"id\":15,\"event\":\"session-ended\",\"data\":{\"conflictId\":\"c1\","
              "\"violations\":[{\"line\":\"Only 3.\",\"conflicts\":[{}]},{\"line\":\"No\"}]}}\n");
    server.finish();
    EXPECT_EQ(first_line(server.requests[0]), "GET /v1/events?observer=1 HTTP/1.0")
        << "a shell is nobody's presence";
    EXPECT_NE(server.requests[0].find("\r\nAccept: text/event-stream"), std::string::npos);
}

TEST(Ctl, WatchGoesOnWhenTheDaemonIsBack) {
    ScriptedServer server(
        {kStream + "id: 12\nevent: cm\ndata: {\"reachable\":true}\n\nid: 13\nevent: cm\ndat",
         "",  // not up yet
         kStream + "id: 77\nevent: reset\ndata: {}\n\n", kNoToken});
    const Result result = run({"--url", server.url(), "watch"});
    server.finish();
    EXPECT_EQ(result.out, "12 cm reachable=true\n77 reset\n");
    EXPECT_NE(result.err.find("the daemon has closed the event stream"), std::string::npos);
    EXPECT_EQ(server.requests[0].find("Last-Event-ID"), std::string::npos);
    EXPECT_NE(server.requests[2].find("\r\nLast-Event-ID: 12\r\n"), std::string::npos);
    EXPECT_NE(server.requests[3].find("\r\nLast-Event-ID: 77\r\n"), std::string::npos);
    EXPECT_EQ(result.status, 1) << "an answer that is no stream ends it";
}

TEST(Ctl, WatchNeedsADaemonToBeginWith) {
    EXPECT_EQ(run({"--url", "http://127.0.0.1:1", "watch"}).status, 69);
    EXPECT_EQ(ask(kNoToken, {"watch"}).result.status, 1);
}

TEST(Ctl, SaysThatNobodyIsThere) {
    const Result missing = run({"--url", "unix:/nonexistent/x.sock", "status"});
    EXPECT_EQ(missing.status, 69);
    EXPECT_EQ(missing.err, "cmagentctl: unix:/nonexistent/x.sock: No such file or directory\n");
    // The system's words end it; they are not compared, for qemu-user yields its host's number as
    // SO_ERROR.
    const Result refused = run({"--url", "http://127.0.0.1:1", "status"});
    EXPECT_EQ(refused.status, 69);
    EXPECT_EQ(refused.err.rfind("cmagentctl: http://127.0.0.1:1: ", 0), 0U) << refused.err;
}

TEST(Ctl, AnAnswerThatIsNoneCountsAsNobodyThere) {
    for (const std::string& reply :
         {std::string(), std::string("SSH-2.0-x\r\n"), std::string("HTTP/1.1 200 OK\r\nContent-Le"),
          std::string("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}"), answer("200 OK", "{"),
          answer("200 OK", "{}").replace(9, 3, "xxx")}) {
        EXPECT_EQ(ask(reply, {"status"}).result.status, 69) << reply;
    }
}

TEST(Ctl, WhatNoRequestCanHoldIsNotSent) {
    const Result target = run({"stop", std::string(5000, 'x')});
    EXPECT_EQ(target.status, 69);
    EXPECT_NE(target.err.find("the request is too long"), std::string::npos);
    std::vector<std::string> words = kStart;
    words.insert(words.end(), {"--metadata", "name=" + std::string(70000, 'x')});
    const Result body = run(words);
    EXPECT_EQ(body.status, 64);
    EXPECT_NE(body.err.find("more than one request can hold"), std::string::npos);
}

TEST(Ctl, LongAnswersAreReadWhole) {
    const std::string long_text(200'000, 'x');
    EXPECT_EQ(
        ask(answer("200 OK", "{\"a\":\"" + long_text + "\"}"), {"--json", "status"}).result.out,
        "{\"a\":\"" + long_text + "\"}\n");
    const std::string chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n3\r\n:1}\r\n0\r\n\r\n";
    EXPECT_EQ(ask(chunked, {"status"}).result.out, "a: 1\n");
}

TEST(Ctl, SpeaksOverAUnixSocket) {
    const std::string path =
        testing::TempDir() + "cmagentctl-" + std::to_string(getpid()) + ".sock";
    ScriptedServer server({kDeleted}, path);
    EXPECT_EQ(run({"stop", "s1", "--url", "unix:" + path}).status, 0);
    server.finish();
    EXPECT_NE(server.requests.at(0).find("\r\nHost: localhost\r\n"), std::string::npos);
}

TEST(Ctl, TheTokenComesFromAFile) {
    const std::string path =
        testing::TempDir() + "cmagentctl-" + std::to_string(getpid()) + ".token";
    std::ofstream(path) << "# of the news app\n\n  s3cret news\nother\n";
    const Told told = ask(kDeleted, {"--token-file", path, "stop", "s1"});
    EXPECT_NE(told.request.find("\r\nAuthorization: Bearer s3cret\r\n"), std::string::npos);
    std::remove(path.c_str());
    const Result missing = run({"--token-file", path, "stop", "s1"});
    EXPECT_EQ(missing.status, 64);
    EXPECT_NE(missing.err.find("No such file"), std::string::npos);
}

}  // namespace
}  // namespace cmagent::ctl
