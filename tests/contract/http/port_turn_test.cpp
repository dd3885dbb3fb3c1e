// What the port does in one turn of the loop, in which an order to stop may have to wait for it, and
// who has his turn when (design.md, rule 3).

#include <algorithm>
#include <deque>

#include "tests/contract/http/port_fixture.h"

namespace cmagent::platform {
namespace {

struct PortTurn : PortTest {
    // What the daemon does in one turn.
    void one_turn() {
        poller.wait(0);
        const int before = echo.served;
        port->on_time(clock.boot_ms());
        most_served = std::max(most_served, echo.served - before);
    }
    Client& add() { return clients.emplace_back(connect()); }
    // Whose answer has come by now, and is taken from him.
    bool has_answer(Client& client) {
        client.poll();
        const bool has = !client.received.empty();
        client.received.clear();
        return has;
    }
    // They ask again as soon as they are answered, for as many turns.
    void hammer(int turns) {
        answers.assign(clients.size(), 0);
        for (Client& client : clients) client.send(get("/"));
        for (int i = 0; i < turns; ++i) {
            one_turn();
            for (std::size_t k = 0; k < clients.size(); ++k) {
                if (!has_answer(clients[k])) continue;
                ++answers[k];
                clients[k].send(get("/"));
            }
        }
    }

    std::deque<Client> clients;
    std::vector<int> answers;
    int most_served = 0;
};

TEST_F(PortTurn, Hazard66AReadyDescriptorCostsNothingBeforeThePortsTurn) {
    add().send(get("/"));
    turn();
    clients[0].received.clear();
    clients[0].send(get("/"));
    poller.wait(100);
    EXPECT_EQ(echo.served, 1) << "others may be ready whose turn is first";
    EXPECT_LE(port->next_deadline(), clock.boot_ms()) << "at once, then";
    port->on_time(clock.boot_ms());
    EXPECT_EQ(echo.served, 2);
}

TEST_F(PortTurn, Hazard66FewClientsAreHeardInATurn) {
    for (int i = 0; i < 24; ++i) add();
    turn();
    hammer(100);
    EXPECT_EQ(most_served, static_cast<int>(kHeardInATurn));
}

TEST_F(PortTurn, Hazard75ClientsThatAskAllTheTimePressAndThoseWhoAskTogetherDoNot) {
    for (int i = 0; i < 24; ++i) add().send(get("/"));
    for (int turns = 0; turns < 40; ++turns) {
        one_turn();
        EXPECT_FALSE(port->pressed()) << turns;
    }
    hammer(kPressedTurns);
    EXPECT_TRUE(port->pressed());
    turn();
    EXPECT_FALSE(port->pressed()) << "all have been heard";
}

TEST_F(PortTurn, Hazard75AsFewAsAreHeardInATurnPressNobody) {
    for (unsigned i = 0; i < kHeardInATurn; ++i) add();
    turn();
    hammer(4 * kPressedTurns);
    EXPECT_FALSE(port->pressed());
}

TEST_F(PortTurn, Hazard67ClientsThatAskAllTheTimeAreHeardEquallyOften) {
    for (int i = 0; i < 24; ++i) add();
    turn();
    hammer(240);
    const auto [fewest, most] = std::minmax_element(answers.begin(), answers.end());
    EXPECT_GE(*fewest, 38) << "of 40";
    EXPECT_LE(*most - *fewest, 2);
}

TEST_F(PortTurn, Hazard67OneWhoComesLateWaitsForNoMoreThanOneRoundOfTheOthers) {
    for (int i = 0; i < 24; ++i) add();
    turn();
    hammer(20);
    Client late = connect();
    late.send(get("/"));
    int turns = 0;
    for (; turns < 20 && !has_answer(late); ++turns) {
        one_turn();
        for (Client& client : clients) {
            if (has_answer(client)) client.send(get("/"));
        }
    }
    EXPECT_LE(turns, 8);
}

// Answers without a body go out at once, and the next request may be there already.
TEST_F(PortTurn, Hazard66RequestsThatCameTogetherAreHeardInSeveralTurns) {
    for (const char* const target : {"/same", "/"}) {
        Client& client = add();
        std::string all;
        for (int i = 0; i < 100; ++i) all += get(target);
        client.send(all);
        const int before = echo.served;
        most_served = 0;
        for (int turns = 0; turns < 400 && echo.served < before + 100; ++turns) {
            one_turn();
            client.poll();
        }
        EXPECT_EQ(echo.served, before + 100) << target;
        EXPECT_LE(most_served, static_cast<int>(kHeardInATurn)) << target;
    }
}

TEST_F(PortTurn, Hazard67OneWhoIsPutOffIsNotGivenUpForIt) {
    for (int i = 0; i < 24; ++i) add().send(get("/"));
    one_turn();
    clock.advance(kTurnMs + 1);  // the loop was held up, or stood by
    turn();
    for (Client& client : clients) EXPECT_TRUE(has_answer(client));
    EXPECT_EQ(echo.served, 24);
}

TEST_F(PortTurn, Hazard67OneWhoIsPutOffKeepsHisPlaceWhenOthersCome) {
    constexpr int kShare = static_cast<int>(share_of(kMaxConnections));
    for (int i = 0; i < kShare; ++i) {
        add().send(i < 6 ? "" : get("/"));
        clock.advance(1);
    }
    one_turn();
    for (int i = 0; i < 6; ++i) add();
    turn();
    for (int i = 6; i < kShare; ++i) EXPECT_TRUE(has_answer(clients[i])) << i;
}

TEST_F(PortTurn, Hazard67OneWhoLeavesWhileHeIsPutOffHoldsUpNobody) {
    for (int i = 0; i < 24; ++i) add().send(get("/"));
    one_turn();
    for (int i = 0; i < 20; ++i) clients[i].close();
    Client late = connect();
    late.send(get("/"));
    turn();
    EXPECT_TRUE(has_answer(late));
    for (int i = 20; i < 24; ++i) EXPECT_TRUE(has_answer(clients[i])) << i;
}

// Who says a little at a time is heard like all others.
TEST_F(PortTurn, Hazard67PartsOfRequestsCountAsTheyCome) {
    const std::string body(60 * 1024, 'b');
    for (int i = 0; i < 8; ++i) {
        const std::string text = post("/", body);
        Client& client = add();
        client.send(text.substr(0, 20'000));
    }
    one_turn();
    for (Client& client : clients) client.send(post("/", body).substr(20'000));
    Client late = connect();
    late.send(get("/"));
    turn();
    EXPECT_TRUE(has_answer(late));
    for (Client& client : clients) EXPECT_TRUE(has_answer(client));
}

// A page that waits for an order to stop hears it before anybody else is heard.
TEST_F(PortTurn, Hazard66NewsGoOutBeforeAnybodyIsHeard) {
    Client stream = connect();
    stream.send(get("/stream"));
    turn();
    stream.received.clear();
    for (int i = 0; i < 24; ++i) add().send(get("/"));
    one_turn();
    echo.source.content = "stop";
    bool told = false;
    echo.source.within_take = [&] { told = told || !echo.source.content.empty(); };
    bool told_before = true;
    echo.within_request = [&] { told_before = told_before && told; };
    port->wake(echo.source);
    one_turn();
    EXPECT_TRUE(told);
    EXPECT_TRUE(told_before);
    echo.within_request = [] {};
    echo.source.within_take = [] {};
}

}  // namespace
}  // namespace cmagent::platform
