// The promises of HttpPort (platform/api/http.h): the fake, and libmicrohttpd behind sockets.
// Requests are handed over, answered at once, later or by a stream.

#include <unistd.h>

#include <deque>
#include <string>

#include "tests/contract/http/echo.h"
#include "tests/contract/http/port_fixture.h"
#include "tests/contract/kind_name.h"
#include "tests/fakes/fake_http_headers.h"
#include "tests/fakes/fake_http_port.h"

namespace cmagent::platform {
namespace {

using contract::KindName;
using fakes::FakeHttpRequest;
using fakes::HttpFields;

// The answer that has reached a client by now; of a stream the bytes of its source, without the
// framing.
struct Heard {
    int status = 0;
    std::string head;
    std::string body;
    bool over = false;
};

FakeHttpRequest to(const std::string& target, const HttpFields& fields = {}) {
    FakeHttpRequest request;
    request.target = target;
    request.fields = fields;
    return request;
}

class Fake {
  public:
    static constexpr const char* kName = "Fake";
    using Client = HttpTicket;

    Fake() { port.start(echo); }
    ~Fake() { port.stop(); }

    Client ask(const FakeHttpRequest& request) { return port.ask(request); }
    Client ask_malformed() { return port.refuse(HttpRefusal::malformed); }
    Heard heard(Client client) {
        static_cast<void>(port.read(client));
        const fakes::FakeHttpAnswer& answer = port.answer(client);
        std::string head;
        for (const auto& [name, value] : answer.fields) head += name + ": " + value + "\r\n";
        return {answer.status, head, answer.body, answer.over};
    }
    void leave(Client client) { port.leave(client); }

    Echo echo;
    fakes::FakeHttpPort port;
};

// RFC 9112 §7.1.
std::string without_chunks(const std::string& framed, bool& last_came) {
    std::string body;
    for (std::size_t at = 0; at < framed.size();) {
        const std::size_t size = std::stoul(framed.substr(at), nullptr, 16);
        last_came = size == 0;
        at = framed.find("\r\n", at) + 2;
        body += framed.substr(at, size);
        at += size + 2;
    }
    return body;
}

class Microhttpd {
  public:
    static constexpr const char* kName = "Microhttpd";
    using Client = std::size_t;

    Client ask(const FakeHttpRequest& request) {
        std::string fields;
        for (const auto& [name, value] : request.fields) fields += name + ": " + value + "\r\n";
        std::string text = request.method + " " + request.target + " HTTP/1.1\r\nHost: l\r\n" +
                           fields + "Content-Length: " + std::to_string(request.body.size()) +
                           "\r\n\r\n" + request.body;
        return send(text, request.local_socket);
    }
    Client ask_malformed() { return send("GET / HTTP/1.1\r\nHost: l\r\nHost: l\r\n\r\n", false); }
    Heard heard(Client client) {
        box_.turn();
        clients_[client].poll();
        const std::string& text = clients_[client].received;
        Heard heard;
        heard.status = status_of(text);
        heard.head = text.substr(0, text.find("\r\n\r\n") + 2);
        if (heard.status == 0) return heard;
        heard.body = body_of(text);
        const bool chunked = heard.head.find("chunked") != std::string::npos;
        heard.over = !chunked;
        if (chunked) heard.body = without_chunks(heard.body, heard.over);
        return heard;
    }
    void leave(Client client) {
        clients_[client].close();
        box_.turn();
    }

  private:
    Client send(const std::string& text, bool local_socket) {
        clients_.push_back(local_socket ? box_.connect_unix() : box_.connect());
        clients_.back().send(text);
        box_.turn();
        return clients_.size() - 1;
    }

    PortBox box_;
    std::deque<platform::Client> clients_;

  public:
    Echo& echo = box_.echo;
    MicrohttpdPort& port = *box_.port;
};

template <typename Kind>
class HttpPortContract : public testing::Test {
  protected:
    using Client = typename Kind::Client;

    Client ask(const FakeHttpRequest& request) { return kind_.ask(request); }
    Heard heard(Client client) { return kind_.heard(client); }
    std::string body_to(const FakeHttpRequest& request) { return heard(ask(request)).body; }
    void respond(HttpTicket ticket, const std::string& body) {
        HttpResponse response;
        response.status = 201;
        response.body = body;
        response.add("Location", "/there");
        kind_.port.respond(ticket, response);
    }
    void respond_with_source(HttpTicket ticket) {
        HttpResponse response;
        response.status = 200;
        response.source = &source_;
        kind_.port.respond(ticket, response);
    }
    // The source has more to give, and says so.
    void flow(const std::string& text) {
        source_.content = text;
        kind_.port.wake(source_);
    }

    Kind kind_;
    Echo& echo_ = kind_.echo;
    EchoStream& source_ = kind_.echo.source;
};
using Kinds = testing::Types<Fake, Microhttpd>;
TYPED_TEST_SUITE(HttpPortContract, Kinds, KindName);

// --- requests ---

TYPED_TEST(HttpPortContract, HandsOverTheTargetAsTheClientWroteIt) {
    EXPECT_EQ(this->body_to(to("/a%2fb%00c/../d?x=%41&y=1+2")),
              "GET|/a%2fb%00c/../d|x=%41&y=1+2||tcp");
}

TYPED_TEST(HttpPortContract, HandsOverTheBodyWhole) {
    FakeHttpRequest request = to("/p");
    request.method = "POST";
    request.body = std::string(64 * 1024, 'b');
    EXPECT_EQ(this->body_to(request), "POST|/p||" + request.body + "|tcp");
}

TYPED_TEST(HttpPortContract, TellsAUnixSocketFromTheNetworkAndWhoseItIs) {
    FakeHttpRequest request = to("/");
    request.local_socket = true;
    request.user = getuid();
    EXPECT_EQ(this->body_to(request), "GET|/|||unix " + std::to_string(getuid()));
}

TYPED_TEST(HttpPortContract, FindsAFieldWhateverTheCaseOfItsName) {
    EXPECT_EQ(this->body_to(to("/fields", {{"X-Field", "one"}, {"x-field", "two"}})),
              "one|2|null|0");
}

TYPED_TEST(HttpPortContract, TheHandlerFindsTheWordsForARefusal) {
    const Heard heard = this->heard(this->kind_.ask_malformed());
    EXPECT_EQ(heard.status, 400);
    EXPECT_EQ(heard.body, "refused");
    EXPECT_EQ(this->echo_.served, 0);
}

// --- answers that come later ---

TYPED_TEST(HttpPortContract, ServesOthersWhileOneWaits) {
    const auto waiting = this->ask(to("/wait"));
    ASSERT_EQ(this->echo_.waiting.size(), 1U);
    EXPECT_EQ(this->heard(this->ask(to("/"))).status, 200);
    EXPECT_EQ(this->heard(waiting).status, 0);

    this->respond(this->echo_.waiting[0], "at last");
    const Heard heard = this->heard(waiting);
    EXPECT_EQ(heard.status, 201);
    EXPECT_EQ(heard.body, "at last");
    EXPECT_NE(heard.head.find("Location: /there\r\n"), std::string::npos);
}

TYPED_TEST(HttpPortContract, GivesEveryRequestATicketOfItsOwn) {
    for (int i = 0; i < 3; ++i) {
        const auto client = this->ask(to("/wait"));
        this->respond(this->echo_.waiting.back(), "");
        EXPECT_EQ(this->heard(client).status, 201);
    }
    const std::vector<HttpTicket>& tickets = this->echo_.waiting;
    EXPECT_NE(tickets[0], 0U);
    EXPECT_LT(tickets[0], tickets[1]);
    EXPECT_LT(tickets[1], tickets[2]);
}

TYPED_TEST(HttpPortContract, AnswersARequestOnce) {
    const auto client = this->ask(to("/wait"));
    const HttpTicket ticket = this->echo_.waiting[0];
    this->respond(ticket, "first");
    this->respond_with_source(ticket);
    EXPECT_EQ(this->source_.times_gone, 1) << "its answer is never sent";
    EXPECT_EQ(this->heard(client).body, "first");
    this->respond(ticket, "third");
    EXPECT_EQ(this->heard(client).body, "first");
}

TYPED_TEST(HttpPortContract, AClientThatClosesWhileItWaitsIsAbandoned) {
    for (const bool unix_socket : {false, true}) {
        FakeHttpRequest request = to("/wait");
        request.local_socket = unix_socket;
        const auto client = this->ask(request);
        EXPECT_NE(this->echo_.abandoned, this->echo_.waiting);
        this->kind_.leave(client);
        EXPECT_EQ(this->echo_.abandoned, this->echo_.waiting);
    }
    this->respond_with_source(this->echo_.waiting[0]);  // its client has gone
    EXPECT_EQ(this->source_.times_gone, 1);
}

TYPED_TEST(HttpPortContract, AnotherRequestMayBeAnsweredFromWithinTheHandler) {
    const auto waiting = this->ask(to("/wait"));
    this->echo_.within_request = [this] { this->respond(this->echo_.waiting[0], "at last"); };
    EXPECT_EQ(this->heard(this->ask(to("/"))).status, 200);
    EXPECT_EQ(this->heard(waiting).body, "at last");
}

// --- streams ---

TYPED_TEST(HttpPortContract, StreamsWhatTheSourceGivesWhenItIsWoken) {
    this->source_.content = "one;";
    const auto client = this->ask(to("/stream"));
    EXPECT_EQ(this->heard(client).body, "one;");

    this->source_.content = "two;";
    EXPECT_EQ(this->heard(client).body, "one;") << "the source was not woken";
    this->flow("two;");
    EXPECT_EQ(this->heard(client).body, "one;two;");
    EXPECT_FALSE(this->heard(client).over);
    EXPECT_EQ(this->source_.times_gone, 0);

    this->source_.end = true;
    this->flow("three;");
    EXPECT_EQ(this->heard(client).body, "one;two;three;");
    EXPECT_TRUE(this->heard(client).over);
    EXPECT_EQ(this->source_.times_gone, 1);
}

TYPED_TEST(HttpPortContract, AStreamMayAnswerARequestThatWaited) {
    const auto client = this->ask(to("/wait"));
    this->respond_with_source(this->echo_.waiting[0]);
    this->flow("one;");
    EXPECT_EQ(this->heard(client).body, "one;");
    this->kind_.leave(client);
    EXPECT_EQ(this->source_.times_gone, 1);
    EXPECT_TRUE(this->echo_.abandoned.empty()) << "it was answered";
}

TYPED_TEST(HttpPortContract, AStreamEndsWithItsClient) {
    const auto client = this->ask(to("/stream"));
    EXPECT_EQ(this->heard(client).status, 200);
    this->kind_.leave(client);
    EXPECT_EQ(this->source_.times_gone, 1);
    this->flow("to nobody");
    EXPECT_EQ(this->source_.times_gone, 1);
}

TYPED_TEST(HttpPortContract, ARequestMayBeAnsweredFromWithinASource) {
    const auto waiting = this->ask(to("/wait"));
    this->source_.within_take = [this] { this->respond(this->echo_.waiting[0], "at last"); };
    const auto stream = this->ask(to("/stream"));
    EXPECT_EQ(this->heard(stream).status, 200);
    EXPECT_EQ(this->heard(waiting).body, "at last");
}

TYPED_TEST(HttpPortContract, AClientThatIsDroppedLeavesItsSourceFreeAtOnce) {
    for (int i = 1; i <= 2; ++i) {
        this->source_.content = "some;";
        const auto client = this->ask(to("/stream"));
        EXPECT_EQ(this->heard(client).body, "some;");
        this->kind_.port.drop(this->source_);
        EXPECT_EQ(this->source_.times_gone, i);
    }
    this->kind_.port.drop(this->source_);  // nobody reads it
    EXPECT_EQ(this->source_.times_gone, 2);
}

TYPED_TEST(HttpPortContract, ASourceMayBeDroppedFromWithinTheHandlerAndGivenAnew) {
    this->source_.content = "old;";
    static_cast<void>(this->ask(to("/stream")));
    this->echo_.within_request = [this] {
        this->kind_.port.drop(this->source_);
        this->source_.content = "new;";
    };
    EXPECT_EQ(this->heard(this->ask(to("/stream"))).body, "new;");
    EXPECT_EQ(this->source_.times_gone, 1);
}

TYPED_TEST(HttpPortContract, StopAbandonsWhatWaitsAndEndsStreams) {
    static_cast<void>(this->ask(to("/wait")));
    const auto stream = this->ask(to("/stream"));
    EXPECT_EQ(this->heard(stream).status, 200);
    this->kind_.port.stop();
    EXPECT_EQ(this->echo_.abandoned, this->echo_.waiting);
    EXPECT_EQ(this->source_.times_gone, 1);
}

}  // namespace
}  // namespace cmagent::platform
