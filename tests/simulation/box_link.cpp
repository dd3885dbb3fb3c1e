// The way from a box to CM and back, as agent/daemon's link takes it: every exchange ends by its
// deadline.

#include <iterator>

#include "agent/cm/date_time.h"
#include "tests/call_name.h"
#include "tests/cmsim/date.h"
#include "tests/simulation/box.h"
#include "tests/simulation/world.h"

namespace cmagent::simulation {
namespace {

// CM wants to be asked which metadata it requires.
std::string refresh() {
    const std::string body =
        R"({"obligations":[{"namespace":"adobe.primetime.cm","action":"refresh",)"
        R"("arguments":["metadata"]}]})";
    return "HTTP/1.1 400 x\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

// What gateways say in CM's place: of themselves, of the request, of the connection.
constexpr const char* kOfGateways[] = {
    "HTTP/1.1 401 x\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 403 x\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nno",
    "HTTP/1.1 400 x\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 405 x\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 408 x\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 412 x\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 421 x\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 502 x\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nno",
    "HTTP/1.1 302 x\r\nLocation: http://portal/\r\nContent-Length: 0\r\n\r\n",
};

// As a proxy does that stamps answers by its own clock.
void rewrite_date(std::string& http, Millis skew) {
    constexpr std::size_t kDate = 29;  // RFC 9110 §5.6.7
    const std::size_t at = http.find("Date: ") + 6;
    if (skew == 0 || at < 6) return;
    const auto date = cm::read_http_date(std::string_view(http).substr(at, kDate));
    http.replace(at, kDate, cmsim::http_date(date.value_or(0) + skew));
}

}  // namespace

void Box::send(const core::Action& action) {
    cm::Request request;
    if (!core_->describe(action.exchange, request))
        return world_.judge.fail(number_, "an exchange that nobody wants");
    Letter letter;
    letter.box = number_;
    letter.stream = id_of(action.session);
    letter.call = request.call;
    letter.application = request.application_id;
    letter.idp = request.idp;
    letter.subject = request.subject;
    letter.session = request.session;
    if (request.metadata != nullptr) {
        for (const cm::Metadata::Pair pair : *request.metadata)
            letter.metadata.emplace(pair.name, pair.value);
    }
    if (request.terminate != nullptr) {
        for (std::size_t i = 0; i < request.terminate->count; ++i)
            letter.terminate.emplace_back(request.terminate->list[i].view());
    }
    const bool named = letter.call == cm::Call::heartbeat || letter.call == cm::Call::end;
    if (named && letter.session.empty())
        world_.judge.fail(number_, letter.stream + " names no session to CM");
    for (const auto& [exchange, flight] : flights_) {
        if (action.session != core::kNoSession && flight.session == action.session)
            return world_.judge.fail(number_, "two requests of one session at once");
    }
    world_.judge.sent(number_, action.session, letter);
    flights_[action.exchange] = {world_.now() + action.allowance, request.call, action.session};
    later(action.allowance, [this, exchange = action.exchange] {
        const auto flight = flights_.find(exchange);
        if (flight != flights_.end()) give_up(exchange, cm::lost(flight->second.call, "timed-out"));
    });
    carry(action.exchange, letter);
}

void Box::carry(std::uint32_t exchange, const Letter& letter) {
    const Fate fate =
        world_.network.fate(number_, letter.call == cm::Call::start, world_.now(), random_);
    const auto answer = [this, exchange, fate](const char* http) {
        later(fate.there + fate.back,
              [this, exchange, text = std::string(http)] { deliver(exchange, text); });
    };
    switch (fate.kind) {
        case Fate::request_lost:
            return;
        case Fate::refused:
            return fail(exchange, no_response(cm::Meaning::unreachable, "no-connection"), fate);
        case Fate::no_handshake:
            return fail(exchange, no_response(cm::Meaning::insecure, "handshake-failed"), fate);
        case Fate::cut_before:
            return fail(exchange, cm::lost(letter.call, "closed"), fate);
        case Fate::portal:
            return answer(
                "HTTP/1.1 200 x\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi");
        case Fate::error:
            return answer("HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n");
        case Fate::gateway:
            return answer(kOfGateways[random_.next() % std::size(kOfGateways)]);
        case Fate::answered:
        case Fate::answer_lost:
        case Fate::cut_after:
            return perform(exchange, letter, fate);
    }
}

void Box::fail(std::uint32_t exchange, const cm::Answer& answer, const Fate& fate) {
    later(fate.there + fate.back, [this, exchange, answer] { give_up(exchange, answer); });
}

void Box::perform(std::uint32_t exchange, const Letter& letter, const Fate& fate) {
    const std::uint32_t run = run_;
    // Now and then a look, which carries no metadata, is taken to lack some.
    const bool lacks = letter.call == cm::Call::running_streams && random_.next() % 8 == 0;
    world_.queue.at(world_.now() + fate.there, [this, exchange, letter, fate, run, lacks] {
        std::string http = lacks ? refresh() : world_.service.answer(letter, world_.now());
        world_.judge.performed(letter, http);
        if (fate.kind == Fate::answer_lost || run != run_) return;
        if (fate.kind == Fate::cut_after)
            return fail(exchange, cm::lost(letter.call, "closed"), fate);
        rewrite_date(http, world_.network.skew_of(number_, world_.now()));
        later(fate.back, [this, exchange, http = std::move(http)] {
            deliver(exchange, http);
            // Now and then an answer comes twice: the second time nobody waits for it.
            if (random_.next() % 100 == 0) deliver(exchange, http);
        });
    });
}

void Box::deliver(std::uint32_t exchange, const std::string& http) {
    const auto found = flights_.find(exchange);
    const Flight flight = found != flights_.end() ? found->second : Flight{};
    if (found != flights_.end() && flight.deadline < world_.now())
        return give_up(exchange, cm::lost(flight.call, "timed-out"));  // it slept meanwhile
    reader_.reset();
    (void)reader_.feed(http.data(), http.size());
    hand_over(exchange, flight,
              cm::read_answer(flight.call, cm::Channel::verified, reader_,
                              {tokens_.data(), tokens_.size()}));
}

void Box::give_up(std::uint32_t exchange, const cm::Answer& answer) {
    const auto found = flights_.find(exchange);
    if (found == flights_.end()) return;
    const Flight flight = found->second;  // a copy: hand_over() takes it off the list
    hand_over(exchange, flight, answer);
}

void Box::hand_over(std::uint32_t exchange, const Flight& flight, const cm::Answer& answer) {
    const bool awaited = flights_.erase(exchange) > 0;
    if (awaited && flight.session != core::kNoSession)
        world_.judge.answered(number_, flight.session, flight.call, answer);
    if (world_.tells() && awaited && answer.meaning != cm::Meaning::granted) {
        world_.say(number_, id_of(flight.session) + " " + std::string(call_name(flight.call)) +
                                ": " + std::string(meaning_name(answer.meaning)));
    }
    const std::vector<std::uint64_t> before = limits();
    world_.judge.hears(number_, awaited ? &answer : nullptr);
    const std::size_t told = conflicts_told_;
    tell(core::Answered{exchange, &answer});
    world_.judge.heard_limit(number_, awaited && answer.meaning == cm::Meaning::conflict, before,
                             conflicts_told_ - told);
}

}  // namespace cmagent::simulation
