// Every cell of the three tables, against what the specification says (cm-api.md, "What each answer
// means for the box"; contract.md, "Heartbeats" and "Stopping playback"), written down here a
// second time and by name. What is not listed changes nothing and does nothing.

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "agent/core/exchange.h"
#include "agent/core/lease.h"
#include "agent/core/playback.h"
#include "agent/core/print_states.h"

namespace cmagent::core {
namespace {

struct Expected {
    std::string_view state;
    std::string_view event;
    std::string_view to;
    std::string_view action;
};

// clang-format off
constexpr Expected kLease[] = {
    {"none", "granted", "held", "begin"},
    {"none", "conflict", "gone", "offer"},
    {"none", "own-conflict", "none", "take-over"},
    {"none", "terminated", "gone", "refuse"},
    {"none", "revoked", "gone", "refuse"},
    {"none", "vanished", "gone", "refuse"},
    {"none", "vanished-again", "gone", "refuse"},
    {"none", "throttled", "gone", "refuse"},
    {"none", "failing", "gone", "refuse"},
    {"none", "tolerated", "assumed", "begin-on-credit"},
    {"none", "faulty", "gone", "refuse"},
    {"none", "unclear", "unclear", "look-up"},
    {"none", "released", "gone", ""},
    {"none", "withdrawn", "withdrawn", ""},

    {"unclear", "found", "held", "begin"},
    {"unclear", "untaken", "none", "start-again"},
    {"unclear", "not-found", "gone", "refuse"},
    {"unclear", "look-failed", "withdrawn", "refuse-and-look-up"},
    {"unclear", "tolerated", "assumed", "begin-on-credit"},
    {"unclear", "unclear", "unclear", "retry-look-up"},
    {"unclear", "lapsed", "gone", "stop-forgotten"},
    {"unclear", "released", "withdrawn", ""},
    {"unclear", "withdrawn", "withdrawn", ""},

    {"assumed", "granted", "held", "recover"},
    {"assumed", "found", "held", "recover"},
    {"assumed", "untaken", "assumed", "start-again"},
    {"assumed", "not-found", "assumed", "ask-again"},
    {"assumed", "look-failed", "assumed", "retry-look-up"},
    {"assumed", "conflict", "gone", "stop-denied"},
    {"assumed", "own-conflict", "assumed", "take-over"},
    {"assumed", "terminated", "gone", "stop-terminated"},
    {"assumed", "revoked", "gone", "stop-revoked"},
    {"assumed", "vanished", "assumed", "ask-again"},
    {"assumed", "vanished-again", "assumed", "ask-again"},
    {"assumed", "throttled", "assumed", "wait-out-throttle"},
    {"assumed", "failing", "assumed", "ask-again"},
    {"assumed", "tolerated", "assumed", "ask-again"},
    {"assumed", "faulty", "gone", "stop-denied"},
    {"assumed", "unclear", "assumed", "look-up"},
    {"assumed", "grace-over", "assumed", "stop-unreachable"},
    {"assumed", "released", "gone", ""},
    {"assumed", "withdrawn", "withdrawn", ""},

    {"held", "granted", "held", "renew"},
    {"held", "conflict", "gone", "stop-displaced"},
    {"held", "own-conflict", "gone", "stop-displaced"},
    {"held", "terminated", "gone", "stop-terminated"},
    {"held", "revoked", "gone", "stop-revoked"},
    {"held", "vanished", "renewing", "restart"},
    {"held", "vanished-again", "gone", "stop-denied"},
    {"held", "throttled", "held", "wait-out-throttle"},
    {"held", "failing", "held", "ask-again"},
    {"held", "tolerated", "held", "ask-again"},
    {"held", "faulty", "held", "ask-slowly"},
    {"held", "unclear", "held", "ask-again"},
    {"held", "lapsed", "held", "stop-unreachable"},
    {"held", "lapsed-tolerated", "overdue", "enter-grace"},
    {"held", "ended-here", "gone", "stop-ended-here"},
    {"held", "released", "releasing", "end"},
    {"held", "withdrawn", "releasing", "end"},

    {"overdue", "granted", "held", "recover"},
    {"overdue", "conflict", "gone", "stop-displaced"},
    {"overdue", "own-conflict", "gone", "stop-displaced"},
    {"overdue", "terminated", "gone", "stop-terminated"},
    {"overdue", "revoked", "gone", "stop-revoked"},
    {"overdue", "vanished", "renewing", "restart"},
    {"overdue", "vanished-again", "gone", "stop-denied"},
    {"overdue", "throttled", "overdue", "wait-out-throttle"},
    {"overdue", "failing", "overdue", "ask-again"},
    {"overdue", "tolerated", "overdue", "ask-again"},
    {"overdue", "faulty", "gone", "stop-denied"},
    {"overdue", "unclear", "overdue", "ask-again"},
    {"overdue", "grace-over", "overdue", "stop-unreachable"},
    {"overdue", "ended-here", "gone", "stop-ended-here"},
    {"overdue", "released", "releasing", "end"},
    {"overdue", "withdrawn", "releasing", "end"},

    {"renewing", "granted", "held", "recover"},
    {"renewing", "found", "held", "recover"},
    {"renewing", "untaken", "renewing", "start-again"},
    {"renewing", "conflict", "gone", "stop-denied"},
    {"renewing", "own-conflict", "renewing", "take-over"},
    {"renewing", "terminated", "gone", "stop-terminated"},
    {"renewing", "revoked", "gone", "stop-revoked"},
    {"renewing", "vanished", "gone", "stop-denied"},
    {"renewing", "vanished-again", "gone", "stop-denied"},
    {"renewing", "throttled", "renewing", "wait-out-throttle"},
    {"renewing", "failing", "renewing", "stop-unreachable"},
    {"renewing", "tolerated", "assumed", "enter-grace"},
    {"renewing", "faulty", "gone", "stop-denied"},
    {"renewing", "unclear", "renewing", "look-up"},
    {"renewing", "grace-over", "renewing", "stop-unreachable"},
    {"renewing", "released", "gone", ""},
    {"renewing", "withdrawn", "withdrawn", ""},

    {"withdrawn", "granted", "releasing", "end"},
    {"withdrawn", "found", "releasing", "end"},
    {"withdrawn", "untaken", "withdrawn", "start-again"},
    {"withdrawn", "not-found", "gone", ""},
    {"withdrawn", "look-failed", "withdrawn", "retry-look-up"},
    {"withdrawn", "conflict", "gone", ""},
    {"withdrawn", "own-conflict", "gone", ""},
    {"withdrawn", "terminated", "gone", ""},
    {"withdrawn", "revoked", "gone", ""},
    {"withdrawn", "vanished", "gone", ""},
    {"withdrawn", "vanished-again", "gone", ""},
    {"withdrawn", "throttled", "gone", "note-throttle"},
    {"withdrawn", "failing", "gone", ""},
    {"withdrawn", "tolerated", "gone", ""},
    {"withdrawn", "faulty", "gone", ""},
    {"withdrawn", "unclear", "withdrawn", "look-up"},
    {"withdrawn", "lapsed", "gone", ""},

    {"releasing", "granted", "releasing", "end"},
    {"releasing", "ended", "gone", ""},
    {"releasing", "conflict", "gone", ""},
    {"releasing", "own-conflict", "gone", ""},
    {"releasing", "terminated", "gone", ""},
    {"releasing", "revoked", "gone", ""},
    {"releasing", "vanished", "gone", ""},
    {"releasing", "vanished-again", "gone", ""},
    {"releasing", "throttled", "releasing", "wait-out-throttle"},
    {"releasing", "failing", "releasing", "ask-again"},
    {"releasing", "tolerated", "releasing", "ask-again"},
    {"releasing", "faulty", "gone", ""},
    {"releasing", "unclear", "releasing", "ask-again"},
    {"releasing", "lapsed", "gone", ""},
    {"releasing", "ended-here", "gone", ""},
};

constexpr Expected kExchange[] = {
    {"idle", "ask", "in-flight", "send"},
    {"idle", "plan", "waiting", "set-timer"},
    {"idle", "retry", "backing-off", "set-timer"},
    {"idle", "throttled", "cooling", "set-timer"},

    {"waiting", "ask", "in-flight", "send"},
    {"waiting", "plan", "waiting", "set-timer"},
    {"waiting", "due", "in-flight", "send"},
    {"waiting", "drop", "idle", "clear-timer"},

    {"in-flight", "ask", "in-flight", "keep"},
    {"in-flight", "answered", "idle", ""},
    {"in-flight", "drop", "idle", "cancel"},

    {"backing-off", "ask", "in-flight", "send"},
    {"backing-off", "plan", "waiting", "set-timer"},
    {"backing-off", "due", "in-flight", "send"},
    {"backing-off", "drop", "idle", "clear-timer"},

    {"cooling", "ask", "cooling", "keep"},
    {"cooling", "due", "in-flight", "send"},
    {"cooling", "drop", "idle", "clear-timer"},
};

constexpr Expected kPlayback[] = {
    {"idle", "allow", "playing", "join"},
    {"idle", "stop", "untouched", ""},
    {"idle", "leave", "untouched", ""},
    {"idle", "queue", "queued", ""},

    {"queued", "allow", "playing", "join"},
    {"queued", "lost", "idle", ""},

    {"playing", "stop", "stopping", "stop"},
    {"playing", "leave", "untouched", "finish"},
    {"playing", "confirmed", "stopped", "finish"},
    {"playing", "exited", "stopped", "finish"},
    {"playing", "lost", "forcing", "force"},
    {"playing", "backup", "backing", "stop_backup"},

    {"stopping", "leave", "stopped", "finish"},
    {"stopping", "confirmed", "stopped", "finish"},
    {"stopping", "failed", "forcing", "force"},
    {"stopping", "deadline", "forcing", "force"},
    {"stopping", "exited", "stopped", "finish"},
    {"stopping", "lost", "forcing", "force"},
    {"stopping", "backup", "backing", "stop_backup"},

    {"backing", "leave", "stopped", "finish"},
    {"backing", "confirmed", "stopped", "finish"},
    {"backing", "failed", "forcing", "force"},
    {"backing", "deadline", "forcing", "force"},
    {"backing", "exited", "stopped", "finish"},

    {"forcing", "leave", "forced", "finish"},
    {"forcing", "confirmed", "forced", "finish"},
    {"forcing", "failed", "unconfirmed", "finish"},
    {"forcing", "deadline", "unconfirmed", "finish"},
    {"forcing", "exited", "forced", "finish"},
};
// clang-format on

template <class Enum>
std::string_view name_in(const char* list, Enum value) {
    return nth_word(list, static_cast<std::size_t>(value));
}

template <class State, class Event, class Action, std::size_t N>
void expect_table(const Table<State, Event, Action>& table, const Expected (&rows)[N]) {
    const CycleNames& names = table.names();
    std::size_t used = 0;
    for (std::size_t s = 0; s < kCountOf<State>; ++s) {
        for (std::size_t e = 0; e < kCountOf<Event>; ++e) {
            const std::string_view state = nth_word(names.states, s);
            const std::string_view event = nth_word(names.events, e);
            Expected expected{state, event, state, ""};
            for (const Expected& row : rows) {
                if (row.state != state || row.event != event) continue;
                expected = row;
                ++used;
            }
            const auto& cell = table.at(static_cast<State>(s), static_cast<Event>(e));
            EXPECT_EQ(name_in(names.states, cell.to), expected.to) << state << ", " << event;
            EXPECT_EQ(name_in(names.actions, cell.action), expected.action)
                << state << ", " << event;
        }
    }
    EXPECT_EQ(used, N) << "a row names a state or an event that there is not, or stands twice";
}

TEST(Tables, EveryCellOfTheLease) {
    expect_table(lease_table(), kLease);
}

TEST(Tables, EveryCellOfTheExchange) {
    expect_table(exchange_table(), kExchange);
}

TEST(Tables, EveryCellOfThePlayback) {
    expect_table(playback_table(), kPlayback);
}

std::size_t count_distinct(const char* list, std::size_t size) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < size; ++i) names.insert(nth_word(list, i));
    return names.size();
}

template <class State, class Event, class Action>
void expect_names(const Table<State, Event, Action>& table) {
    const CycleNames& names = table.names();
    EXPECT_EQ(count_distinct(names.states, kCountOf<State>), kCountOf<State>) << names.cycle;
    EXPECT_EQ(count_distinct(names.events, kCountOf<Event>), kCountOf<Event>) << names.cycle;
    EXPECT_EQ(count_distinct(names.actions, kCountOf<Action>), kCountOf<Action>) << names.cycle;
}

TEST(Tables, EverythingHasAName) {
    expect_names(lease_table());
    expect_names(exchange_table());
    expect_names(playback_table());
}

// The API shows these two by themselves.
TEST(Tables, AStateIsCalledAsInItsTable) {
    EXPECT_EQ(name(Lease::overdue), "overdue");
    EXPECT_EQ(name(Playback::unconfirmed), "unconfirmed");
}

TEST(Tables, RowThatStandsTwiceIsSeen) {
    constexpr Row<Exchange, ExchangeEvent, ExchangeAction> kTwice[] = {
        {Exchange::idle, ExchangeEvent::ask, Exchange::waiting, ExchangeAction::none},
        {Exchange::idle, ExchangeEvent::ask, Exchange::cooling, ExchangeAction::none},
    };
    EXPECT_FALSE(ExchangeTable(kTwice).unambiguous());
}

// --- cmagentd --print-states ---

std::string printed() {
    std::vector<char> page(16 * 1024);
    return {page.data(), print_states({page.data(), page.size()})};
}

TEST(PrintStates, ThreeDiagramsWithEveryChangeOfState) {
    const std::string text = printed();
    for (const char* title : {"title: lease", "title: exchange", "title: playback"})
        EXPECT_NE(text.find(title), std::string::npos) << title;
    EXPECT_NE(text.find("    [*] --> none\n"), std::string::npos);
    EXPECT_NE(text.find("    held --> renewing: vanished / restart\n"), std::string::npos);
    EXPECT_NE(text.find("    in_flight --> idle: answered\n"), std::string::npos)
        << "Mermaid takes no hyphens in names of states";
    EXPECT_NE(text.find("    stopping --> forcing: failed, deadline, lost / force\n"),
              std::string::npos);
    EXPECT_NE(text.find("    none --> gone: terminated, revoked, vanished,"), std::string::npos)
        << "one arrow for the events that lead the same way";
    EXPECT_EQ(text.find("withdrawn --> withdrawn: withdrawn"), std::string::npos)
        << "what changes nothing and does nothing is not drawn";
}

TEST(PrintStates, NothingIsCut) {
    std::vector<char> page(100);
    EXPECT_EQ(print_states({page.data(), page.size()}), 0u);
}

}  // namespace
}  // namespace cmagent::core
