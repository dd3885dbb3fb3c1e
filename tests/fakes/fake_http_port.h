#pragma once
#include <gtest/gtest.h>

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "platform/api/http.h"
#include "tests/fakes/fake_http_headers.h"

namespace cmagent::fakes {

// A client's request.
struct FakeHttpRequest {
    std::string method = "GET";
    std::string target = "/";
    std::string body;
    HttpFields fields;
    bool local_socket = false;
    std::uint32_t user = 0;
};

// The part of the answer that has reached the client by now.
struct FakeHttpAnswer {
    int status = 0;    // 0: no answer yet
    std::string body;  // of a stream: all that the client has read
    std::map<std::string, std::string> fields;
    bool streams = false;  // a source gives the body
    bool over = false;     // the answer is complete, or its client was given up
    std::uint64_t caller = 0;
};

// A port without a socket: the test is every client.
class FakeHttpPort final : public platform::HttpPort {
  public:
    using Ticket = platform::HttpTicket;

    std::vector<platform::HttpSource*> woken;  // by every wake()
    std::size_t stuck = 0;                     // bytes that no client acknowledges

    // `handler` answers from now on.
    void start(platform::HttpHandler& handler) { handler_ = &handler; }
    // Every client is gone: requests that wait are abandoned, streams end.
    void stop() {
        while (!clients_.empty()) leave(clients_.begin()->first);
    }

    // A request comes in. The ticket names the client from then on.
    Ticket ask(const FakeHttpRequest& request) {
        const Ticket ticket = ++last_ticket_;
        Client& client = *(clients_[ticket] = std::make_unique<Client>(request));
        platform::HttpResponse response;
        in_handler_ = ticket;
        const bool at_once = handler_->on_request(client.request, ticket, response);
        in_handler_ = 0;
        at_once ? deliver(ticket, response) : void(client.waits = true);
        return ticket;
    }
    // A request that the port refuses by itself; `headers` are the fields that came before it.
    Ticket refuse(platform::HttpRefusal why, const FakeHttpHeaders& headers = FakeHttpHeaders()) {
        const Ticket ticket = ++last_ticket_;
        platform::HttpResponse response;
        handler_->on_refused(why, headers, response);
        deliver(ticket, response);
        return ticket;
    }
    // The client's answer, without the part of a stream that read() has not fetched.
    [[nodiscard]] const FakeHttpAnswer& answer(Ticket ticket) { return answers_[ticket]; }

    // The client of a stream reads all that the source has, at most `portion` bytes at once, and
    // returns it. As on a real port, a source that had nothing is asked again after wake() only.
    std::string read(Ticket ticket, std::size_t portion = 4096) {
        std::string text;
        while (const Client* const client = find(ticket)) {
            if (client->source == nullptr || client->dry) break;
            text += take(ticket, portion);
        }
        answers_[ticket].body += text;
        return text;
    }
    // The client closes its connection.
    void leave(Ticket ticket) {
        const auto client = clients_.find(ticket);
        if (client == clients_.end()) return;
        const std::unique_ptr<Client> gone = std::move(client->second);
        clients_.erase(client);
        if (gone->source != nullptr) gone->source->gone();
        if (gone->waits) handler_->on_abandoned(ticket);
    }

    // --- HttpPort ---
    void respond(Ticket ticket, const platform::HttpResponse& response) override {
        EXPECT_NE(ticket, in_handler_) << "never from within the call that brings the request";
        const Client* const client = find(ticket);
        if (client != nullptr && client->waits) return deliver(ticket, response);
        if (response.source != nullptr) response.source->gone();
    }
    void wake(platform::HttpSource& source) override {
        EXPECT_NE(&source, in_source_) << "a source says by what it gives that there is more";
        woken.push_back(&source);
        for (auto& [ticket, client] : clients_) {
            if (client->source == &source) client->dry = false;
        }
    }

    void drop(platform::HttpSource& source) override {
        EXPECT_NE(&source, in_source_) << "a source ends by what it gives";
        for (const auto& [ticket, client] : clients_) {
            if (client->source != &source) continue;
            answers_[ticket].over = true;
            return leave(ticket);
        }
    }
    [[nodiscard]] std::size_t unacknowledged(const platform::HttpSource&) const override {
        return stuck;
    }

  private:
    // A request that waits or whose answer is a stream: the views of `request` live as long.
    struct Client {
        explicit Client(const FakeHttpRequest& from)
            : kept(from), headers(from.fields), mark(kept.target.find('?')) {
            request.method = kept.method;
            request.path = std::string_view(kept.target).substr(0, mark);
            if (mark != std::string::npos) {
                request.query = std::string_view(kept.target).substr(mark + 1);
            }
            request.body = kept.body;
            request.headers = &headers;
            request.local_socket = kept.local_socket;
            request.user = kept.user;
        }
        FakeHttpRequest kept;
        FakeHttpHeaders headers;
        std::size_t mark;
        platform::HttpRequest request;
        bool waits = false;
        platform::HttpSource* source = nullptr;
        bool dry = false;  // the source had nothing, and was not woken since
    };

    [[nodiscard]] Client* find(Ticket ticket) {
        const auto client = clients_.find(ticket);
        return client == clients_.end() ? nullptr : client->second.get();
    }
    void deliver(Ticket ticket, const platform::HttpResponse& response) {
        FakeHttpAnswer& answer = answers_[ticket];
        answer.status = response.status;
        answer.caller = response.caller;
        answer.body = response.body;
        for (std::size_t i = 0; i < response.field_count; ++i) {
            answer.fields[response.fields[i].name] = response.fields[i].value;
        }
        answer.streams = response.source != nullptr;
        answer.over = !answer.streams;
        if (answer.over) {
            clients_.erase(ticket);
        } else {
            find(ticket)->waits = false;
            find(ticket)->source = response.source;
        }
    }
    std::string take(Ticket ticket, std::size_t portion) {
        Client& client = *find(ticket);
        std::string bytes(portion, '\0');
        in_source_ = client.source;
        const platform::HttpSource::Taken taken = client.source->take(bytes.data(), portion);
        in_source_ = nullptr;
        client.dry = taken.bytes == 0;
        if (taken.bytes == 0 && taken.end) {
            answers_[ticket].over = true;
            leave(ticket);
        }
        return bytes.substr(0, taken.bytes);
    }

    platform::HttpHandler* handler_ = nullptr;
    std::map<Ticket, std::unique_ptr<Client>> clients_;
    std::map<Ticket, FakeHttpAnswer> answers_;
    Ticket last_ticket_ = 0;
    Ticket in_handler_ = 0;                            // whose on_request() is being called
    const platform::HttpSource* in_source_ = nullptr;  // whose take() is being called
};

}  // namespace cmagent::fakes
