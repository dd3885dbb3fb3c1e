#pragma once
// The link in virtual time, on a network of fakes. A story plays the core, and says how CM answers.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "agent/cm/advice.h"
#include "agent/link/link.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_poller.h"
#include "tests/fakes/fake_resolver.h"
#include "tests/fakes/fake_stream.h"
#include "tests/scenario/link_cm.h"

namespace cmagent::link {

using fakes::FakePeer;
using fakes::FakeStream;
using Ids = std::vector<std::uint32_t>;

// An exchange that is over, as the link has told it.
struct Told {
    std::uint32_t exchange;
    cm::Meaning meaning;
    int status;
    std::string reason;
    std::string body;
    std::int64_t at_ms;
    cm::Blame blame;
    std::string detail;
    cm::Meaning otherwise;
};

class LinkTest : public testing::Test, public LinkListener {
  protected:
    LinkTest() {
        settings.endpoint = {"cm.example", 443, "/v2", true};
        platform::Addresses addresses;
        addresses.list[addresses.count++].bytes[3] = 1;
        resolver.know("cm.example", addresses);
        link = std::make_unique<Link>(
            LinkWorld{settings, resolver, poller, clock, {tokens.data(), tokens.size()}}, one,
            other, *this);
    }
    ~LinkTest() override { link->close(); }

    // --- the network's part ---
    [[nodiscard]] bool connected() const { return one.is_open() || other.is_open(); }

    // --- the core's part ---
    void send(std::uint32_t id, cm::Call call, bool urgent = false, Millis allowance = 15'000) {
        calls[id] = call;
        ASSERT_TRUE(link->send({id, urgent, allowance}));
    }
    // As send(), and all that follows without delay.
    Told call(std::uint32_t id, cm::Call kind, bool urgent = false) {
        send(id, kind, urgent);
        run_loop();
        EXPECT_FALSE(told.empty());
        EXPECT_EQ(told.back().exchange, id);
        return told.back();
    }
    // Opens a connection that is kept, by one exchange.
    void keep_one() {
        const Cm before = cm;
        cm.accepts();
        ASSERT_EQ(call(999, cm::Call::heartbeat).meaning, cm::Meaning::granted);
        cm = before;
        told.clear();
        described.clear();
    }
    // On a kept connection, of which the network takes no more for now.
    void write_ten_bytes_of_a_start() {
        keep_one();
        one.set_room(10);
        send(1, cm::Call::start, true);
        run_loop();
    }

    // --- time ---
    // Everything that happens at this moment.
    void run_loop() {
        for (int rounds = 0; turn(); ++rounds) ASSERT_LT(rounds, 1000) << "the loop spins";
    }
    // Lets the time pass, stopping at every deadline on the way.
    void pass(Millis span) {
        const std::int64_t end = clock.boot_ms() + span;
        run_loop();
        while (link->next_deadline().ms <= end) {
            clock.advance(std::max<Millis>(0, link->next_deadline().ms - clock.boot_ms()));
            run_loop();
        }
        clock.advance(end - clock.boot_ms());
        run_loop();
    }
    [[nodiscard]] Time now() { return {clock.boot_ms()}; }

    // --- the outcome ---
    std::vector<std::uint32_t> described;
    std::vector<Told> told;
    std::function<void(const Told&)> on_told = [](const Told&) {};
    [[nodiscard]] Ids answered() const {
        Ids ids;
        for (const Told& each : told) ids.push_back(each.exchange);
        return ids;
    }

    fakes::FakeClock clock;
    fakes::FakePoller poller;
    fakes::FakeResolver resolver;
    FakeStream one{poller};
    FakeStream other{poller};
    Cm cm;
    LinkSettings settings;
    std::vector<json::Token> tokens = std::vector<json::Token>(cm::kMaxBodyTokens);
    std::unique_ptr<Link> link;
    std::map<std::uint32_t, cm::Call> calls;  // not there: no longer wanted
    std::set<std::uint32_t> fresh;            // that want a connection which has carried nothing

  private:
    bool describe(std::uint32_t exchange, cm::Request& into) override {
        described.push_back(exchange);
        if (calls.count(exchange) == 0) return false;
        into.call = calls[exchange];
        into.application_id = "demo-app";
        into.idp = "idp";
        into.subject = "subject";
        into.session = session_ = std::to_string(exchange);
        into.fresh = fresh.count(exchange) != 0;
        return true;
    }
    void on_answer(std::uint32_t exchange, const cm::Answer& answer, Time at) override {
        told.push_back({exchange, answer.meaning, answer.status, std::string(answer.reason),
                        std::string(answer.body), at.ms, answer.blame, std::string(answer.detail),
                        answer.otherwise});
        on_told(told.back());
    }
    // One step of the loop. False: nothing is left to be done at this moment.
    bool turn() {
        if (link->next_deadline() <= now()) {
            link->on_time(now());
            return true;
        }
        return resolver.turn() || cm.serve(one) || cm.serve(other) || poller.turn();
    }

    std::string session_;  // the views of a cm::Request live in it
};

}  // namespace cmagent::link
