#pragma once
// The link in a world of virtual time: a clock, a network and a CM that do what the test says.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/cm/advice.h"
#include "agent/link/link.h"

namespace cmagent::link {

struct FakeClock final : platform::Clock {
    std::int64_t now_ms = 1'000'000;
    [[nodiscard]] std::int64_t boot_ms() override { return now_ms; }
    [[nodiscard]] std::int64_t wall_ms() override { return 0; }
};

struct FakePoller final : platform::Poller {
    struct Watched {
        platform::Interest interest;
        platform::Watcher* watcher;
    };
    std::map<int, Watched> watched;
    bool refuses = false;

    [[nodiscard]] bool watch(int fd, platform::Interest interest,
                             platform::Watcher& watcher) override {
        if (refuses) return false;
        return watched.insert({fd, {interest, &watcher}}).second;
    }
    void change(int fd, platform::Interest interest) override {
        watched.at(fd).interest = interest;
    }
    void unwatch(int fd) override { watched.erase(fd); }
    void wait(std::int64_t) override {}
};

struct FakeResolver final : platform::Resolver {
    platform::Addresses addresses;  // what every name has
    bool silent = false;
    bool refuses = false;
    std::vector<platform::ResolverListener*> asking;
    std::vector<std::string> names;

    [[nodiscard]] bool resolve(std::string_view host, std::uint16_t port,
                               platform::ResolverListener& listener) override {
        names.push_back(std::string(host) + ":" + std::to_string(port));
        if (!refuses) asking.push_back(&listener);
        return !refuses;
    }
    void cancel(platform::ResolverListener& listener) override {
        asking.erase(std::remove(asking.begin(), asking.end(), &listener), asking.end());
    }
    bool turn() {
        if (silent || asking.empty()) return false;
        platform::ResolverListener* listener = asking.front();
        asking.erase(asking.begin());
        listener->on_resolved(addresses);
        return true;
    }
};

// How the network behaves towards an address.
struct Peer {
    enum class Manner {
        accepts,
        accepts_at_once,
        refuses,
        refuses_later,
        is_silent
    } manner = Manner::accepts;
    platform::StreamFault fault = platform::StreamFault::connect_failed;
};

// One connection after the other, as a real stream.
class FakeStream final : public platform::Stream {
  public:
    explicit FakeStream(int fd) : fd_(fd) {}

    std::map<int, Peer> peers;  // by the last byte of the address; not there: accepts
    std::vector<int> attempts;  // last bytes of the addresses
    std::string host;
    std::string received;  // what CM has received on this connection
    std::string answer;    // what CM sends
    bool ended = false;
    bool broken = false;
    std::size_t room = SIZE_MAX;  // bytes that the network still takes
    bool write_fails = false;

    [[nodiscard]] bool is_open() const { return state_ == State::open; }

    [[nodiscard]] Progress open(const platform::Address& peer, std::string_view name) override {
        close();
        host = name;
        attempts.push_back(peer.bytes[peer.family == platform::Address::Family::ipv4 ? 3 : 15]);
        peer_ = peers.count(attempts.back()) != 0 ? peers[attempts.back()] : Peer{};
        received.clear();
        answer.clear();
        ended = broken = write_fails = false;
        room = SIZE_MAX;
        fault_ = platform::StreamFault::none;
        state_ = State::opening;
        if (peer_.manner == Peer::Manner::refuses) return fail();
        if (peer_.manner == Peer::Manner::accepts_at_once) state_ = State::open;
        return state_ == State::open ? Progress::done : Progress::wait;
    }
    [[nodiscard]] Progress advance() override {
        if (peer_.manner == Peer::Manner::refuses_later) return fail();
        state_ = State::open;
        return Progress::done;
    }
    [[nodiscard]] Moved read(char* into, std::size_t size) override {
        if (broken) return {0, false, true};
        if (answer.empty()) {
            blocked_ = false;  // it is reading that cannot go on now
            return {0, ended, false};
        }
        const std::size_t count = std::min({size, answer.size(), portion});
        answer.copy(into, count);
        answer.erase(0, count);
        return {count, false, false};
    }
    [[nodiscard]] Moved write(const char* from, std::size_t size) override {
        if (write_fails) return {0, false, true};
        const std::size_t count = std::min(size, room);
        received.append(from, count);
        if (room != SIZE_MAX) room -= count;
        blocked_ = count == 0;
        return {count, false, false};
    }
    void close() override { state_ = State::closed; }
    [[nodiscard]] int descriptor() const override { return state_ == State::closed ? -1 : fd_; }
    [[nodiscard]] platform::Interest wanted() const override {
        if (state_ == State::opening) return {false, true};
        return {!blocked_, blocked_};
    }
    [[nodiscard]] platform::StreamFault fault() const override { return fault_; }

    void break_with(platform::StreamFault fault) {
        broken = true;
        fault_ = fault;
    }

    // What the descriptor is ready for.
    [[nodiscard]] platform::Interest ready() const {
        if (state_ == State::opening) return {false, peer_.manner != Peer::Manner::is_silent};
        if (state_ == State::closed) return {};
        return {!answer.empty() || ended || broken, room > 0};
    }

    std::size_t portion = SIZE_MAX;  // read() gives at most so much

  private:
    enum class State { closed, opening, open } state_ = State::closed;

    Progress fail() {
        fault_ = peer_.fault;
        return Progress::failed;
    }

    int fd_;
    Peer peer_;
    bool blocked_ = false;
    platform::StreamFault fault_ = platform::StreamFault::none;
};

inline std::string response(int status, const std::string& fields = "",
                            const std::string& body = "") {
    return "HTTP/1.1 " + std::to_string(status) + " x\r\n" + fields +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
inline const std::string kAccepted = response(202, "Location: id\r\n");

struct Told {
    std::uint32_t exchange;
    cm::Meaning meaning;
    int status;
    std::string reason;
    std::string body;
    std::int64_t at_ms;
};

class LinkStory : public LinkListener {
  public:
    FakeClock clock;
    FakePoller poller;
    FakeResolver resolver;
    FakeStream one{100};
    FakeStream other{101};
    LinkSettings settings;
    std::vector<json::Token> tokens = std::vector<json::Token>(cm::kMaxBodyTokens);
    std::unique_ptr<Link> link;

    std::map<std::uint32_t, cm::Call> calls;  // not there: no longer wanted
    std::vector<std::uint32_t> described;
    std::vector<Told> told;
    std::function<void(const Told&)> on_told = [](const Told&) {};
    // What CM answers to a whole request; empty: nothing.
    std::function<std::string(const std::string&)> cm = [](const std::string&) { return ""; };
    void cm_accepts() {
        cm = [](const std::string&) { return kAccepted; };
    }

    LinkStory() {
        settings.endpoint = {"cm.example", 443, "/v2", true};
        platform::Address address;
        address.bytes[3] = 1;
        address.port = 443;
        resolver.addresses.list[resolver.addresses.count++] = address;
        link = std::make_unique<Link>(
            LinkWorld{settings, resolver, poller, clock, {tokens.data(), tokens.size()}}, one,
            other, *this);
    }

    bool describe(std::uint32_t exchange, cm::Request& into) override {
        described.push_back(exchange);
        if (calls.count(exchange) == 0) return false;
        into.call = calls[exchange];
        into.application_id = "demo-app";
        into.idp = "idp";
        into.subject = "subject";
        into.session = session = std::to_string(exchange);
        return true;
    }
    void on_answer(std::uint32_t exchange, const cm::Answer& answer) override {
        told.push_back({exchange, answer.meaning, answer.status, std::string(answer.reason),
                        std::string(answer.body), clock.now_ms});
        on_told(told.back());
    }

    void send(std::uint32_t id, cm::Call call, bool urgent = false, Millis allowance = 15'000) {
        calls[id] = call;
        ASSERT_TRUE(link->send({id, urgent, allowance}));
    }

    // Everything that happens at this moment.
    void settle() {
        for (int rounds = 0; turn(); ++rounds) ASSERT_LT(rounds, 1000) << "the loop spins";
    }
    // Lets the time pass, stopping at every deadline on the way.
    void pass(Millis span) {
        const std::int64_t end = clock.now_ms + span;
        settle();
        while (link->next_deadline().ms <= end) {
            clock.now_ms = std::max(clock.now_ms, link->next_deadline().ms);
            settle();
        }
        clock.now_ms = end;
        settle();
    }
    // As send(), and all that follows without delay.
    Told call(std::uint32_t id, cm::Call kind, bool urgent = false) {
        send(id, kind, urgent);
        settle();
        EXPECT_FALSE(told.empty());
        EXPECT_EQ(told.back().exchange, id);
        return told.back();
    }
    [[nodiscard]] std::vector<std::uint32_t> answered() const {
        std::vector<std::uint32_t> ids;
        for (const Told& each : told) ids.push_back(each.exchange);
        return ids;
    }

  private:
    bool turn() {
        if (link->next_deadline().ms <= clock.now_ms) {
            link->on_time({clock.now_ms});
            return true;
        }
        return resolver.turn() || serve(one) || serve(other) || ready(one) || ready(other);
    }
    // CM reads whole requests and answers them.
    bool serve(FakeStream& stream) {
        if (!stream.is_open() || !is_whole(stream.received)) return false;
        const std::string answer = cm(stream.received);
        if (answer.empty()) return false;
        stream.answer += answer;
        stream.received.clear();
        return true;
    }
    static bool is_whole(const std::string& request) {
        const std::size_t end = request.find("\r\n\r\n");
        const std::size_t length = request.find("Content-Length: ");
        if (end == std::string::npos) return false;
        const std::size_t body = length < end ? std::stoul(request.substr(length + 16)) : 0;
        return request.size() == end + 4 + body;
    }
    bool ready(FakeStream& stream) {
        const auto watched = poller.watched.find(stream.descriptor());
        if (watched == poller.watched.end()) return false;
        const platform::Interest wanted = watched->second.interest;
        const platform::Interest is = stream.ready();
        const platform::Interest both{wanted.read && is.read, wanted.write && is.write};
        if (!both.read && !both.write) return false;
        watched->second.watcher->on_ready(both);
        return true;
    }

    std::string session;
};

using Ids = std::vector<std::uint32_t>;

class LinkTest : public ::testing::Test, protected LinkStory {
  protected:
    // An open, kept connection on which one call has been made.
    void keep_one() {
        const auto before = cm;
        cm_accepts();
        ASSERT_EQ(call(999, cm::Call::heartbeat).meaning, cm::Meaning::granted);
        cm = before;
        told.clear();
        described.clear();
    }
    // On such a one: the network takes no more for now.
    void write_ten_bytes_of_a_start() {
        keep_one();
        one.room = 10;
        send(1, cm::Call::start, true);
        settle();
    }
};

}  // namespace cmagent::link
