// The way from a box to CM and back, as agent/daemon's link takes it: every exchange ends by its
// deadline.

#include "tests/call_name.h"
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
    cm::Answer refused;
    refused.meaning = cm::Meaning::unreachable;
    refused.reason = "no-connection";
    switch (fate.kind) {
        case Fate::request_lost:
            return;
        case Fate::refused:
            return later(fate.there + fate.back,
                         [this, exchange, refused] { give_up(exchange, refused); });
        case Fate::portal:
            return later(fate.there + fate.back, [this, exchange] {
                deliver(exchange,
                        "HTTP/1.1 200 x\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi");
            });
        case Fate::error:
            return later(fate.there + fate.back, [this, exchange] {
                deliver(exchange, "HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n");
            });
        case Fate::answered:
        case Fate::answer_lost:
            break;
    }
    const std::uint32_t run = run_;
    // Now and then a look, which carries no metadata, is taken to lack some.
    const bool lacks = letter.call == cm::Call::running_streams && random_.next() % 8 == 0;
    world_.queue.at(world_.now() + fate.there, [this, exchange, letter, fate, run, lacks] {
        std::string http = lacks ? refresh() : world_.service.answer(letter, world_.now());
        world_.judge.performed(letter, http);
        if (fate.kind == Fate::answer_lost || run != run_) return;
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
