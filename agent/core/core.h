#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/text.h"
#include "agent/base/time.h"
#include "agent/cm/advice.h"
#include "agent/cm/answer.h"
#include "agent/cm/request.h"
#include "agent/core/action.h"
#include "agent/core/conflict.h"
#include "agent/core/event.h"
#include "agent/core/random.h"
#include "agent/core/session.h"
#include "agent/core/settings.h"
#include "agent/core/throttle.h"
#include "agent/json/read.h"

namespace cmagent::core {

// The names of the metadata that an application's policies require, as CM told them last.
struct RequiredNames {
    bool known = false;
    std::size_t count = 0;
    Text<cm::kMaxName> names[cm::kMaxRequestPairs];
};

// One line of history of a session: told for every transition of every life cycle.
struct Transition {
    std::string_view session;  // public id
    std::string_view cycle;    // "lease", "exchange", "playback"
    std::string_view from;
    std::string_view to;
    std::string_view event;
};

class TransitionListener {
  public:
    virtual void on_transition(const Transition& transition) = 0;

  protected:
    ~TransitionListener() = default;
};

// All decisions of the agent. Does no I/O, reads no clock, allocates nothing: whatever happens is handed in with
// the time at which it happened, and what is to be done is polled from it.
//
//   core.handle(event, now); while (core.poll_action(action)) do_it(action);
//   core.handle_timeout(now) when core.next_deadline() has come; then the same.
//
// Not re-entrant: handle() must not be called while actions are being polled for an answer whose views they hold,
// unless they were all polled. About 1.3 MB, all zero at the start and mostly never touched: to be kept in static
// storage, where untouched pages cost nothing. Time begins after 0: that moment stands for a timer that is not set.
class Core {
  public:
    // Settings may be handed in again while running (SIGHUP): applications and players must keep their places.
    void configure(const Settings& settings) { settings_ = &settings; }  // must outlive the core
    void seed(std::uint64_t seed) { random_ = Random(seed); }
    void listen(TransitionListener* listener) { transitions_ = listener; }

    // What a refused event gets at once; `none` means done or, for those with a ticket, decided later.
    [[nodiscard]] Refusal handle(const Start& event, Time now);
    [[nodiscard]] Refusal handle(const Resolve& event, Time now);
    [[nodiscard]] Refusal handle(const GiveUp& event, Time now);
    [[nodiscard]] Refusal handle(const Change& event, Time now);
    [[nodiscard]] Refusal handle(const Release& event, Time now);
    [[nodiscard]] Refusal handle(const Stopped& event, Time now);
    [[nodiscard]] Refusal handle(const Query& event, Time now);
    void handle(const Logout& event, Time now);
    void handle(const Abandoned& event, Time now);
    void handle(const Listeners& event, Time now);
    void handle(const Answered& event, Time now);
    void handle(const PlayerSaid& event, Time now);
    void handle(const Begin& event, Time now);
    void handle(const Shutdown& event, Time now);

    void handle_timeout(Time now);
    [[nodiscard]] Time next_deadline() const;  // kNever: nothing to wait for
    // What is to be kept comes first: a session that CM may open is on its way to the flash before the request is out.
    [[nodiscard]] bool poll_action(Action& into);

    // The request behind an exchange that was sent; false: it is no longer wanted. Its views live until the next call.
    [[nodiscard]] bool describe(std::uint32_t exchange, cm::Request& into);

    // --- for showing ---
    static constexpr std::size_t kRecords = kMaxSessions + kKeptEnded;
    [[nodiscard]] const Session& session(SessionIndex index) const { return sessions_[index]; }
    [[nodiscard]] SessionIndex find_session(
        std::string_view id) const;  // kNoSession: unknown or not shown
    [[nodiscard]] const Conflict& conflict(std::uint8_t index) const { return conflicts_[index]; }
    // Nullptr where the id is unknown; one that is over is found too.
    [[nodiscard]] const Conflict* find_conflict(std::string_view id) const;
    [[nodiscard]] const RequiredNames& required(std::uint8_t application) const {
        return required_[application];
    }
    [[nodiscard]] const Settings& settings() const { return *settings_; }
    [[nodiscard]] bool cm_reachable() const { return !unreachable_; }
    // How long a start of this subject would have to wait for CM's throttle; 0: not at all.
    [[nodiscard]] Millis throttled_for(std::string_view idp, std::string_view subject,
                                       Time now) const {
        return throttle_.remaining(idp, subject, now);
    }
    // Nothing is owed to CM and nothing is being stopped.
    [[nodiscard]] bool idle() const;
    // Room for the tokens of one body, for whoever reads a conflict's text between two calls.
    [[nodiscard]] json::Tokens scratch() { return {tokens_, cm::kMaxBodyTokens}; }

    // What is to survive a power cut, as JSON text; its size, 0 when `into` is too small.
    [[nodiscard]] std::size_t snapshot(Buffer into) const;

    struct Counters {
        std::uint32_t lifetimes_missing = 0;  // 202 without usable Expires
        std::uint32_t silent_restarts = 0;
        std::uint32_t remote_terminations = 0;
        std::uint32_t conflicts = 0;
        std::uint32_t unconfirmed_stops = 0;
        std::uint32_t graces = 0;
        std::uint32_t outcomes_unknown = 0;
        std::uint32_t throttles = 0;
    };
    [[nodiscard]] const Counters& counters() const { return counters_; }

  private:
    static constexpr std::size_t kMaxQueries = 8;
    struct QueryRecord {
        Ticket ticket = 0;  // 0: free
        cm::Call call{};
        std::uint8_t application = 0;
        std::uint32_t exchange = 0;
        Text<cm::kMaxIdp> idp;
        Text<cm::kMaxSubject> subject;
    };
    // The last conflicts, for support: no personal data (contract.md, "State on flash").
    static constexpr std::size_t kHistory = 100;
    struct PastConflict {
        Text<cm::kMaxName> rule;
        std::int64_t wall_ms = 0;
    };

    // The three life cycles: the only ways to change a state.
    void step(Session& session, LeaseEvent event, const cm::Answer* answer = nullptr);
    void step(Session& session, ExchangeEvent event, Time at = kNever);
    void step(Session& session, PlaybackEvent event);
    void act(Session& session, LeaseAction action, const cm::Answer* answer);
    template <class Table, class State, class Event>
    auto follow(const Table& table, const Session& session, State& state, Event event) const;
    void tell(const Session& session, const CycleNames& names, std::size_t from, std::size_t to,
              std::size_t event) const;

    // core.cpp: what the rows' actions do
    void send(Session& session);
    void retry(Session& session);
    Action& order_exchange(std::size_t slot);
    [[nodiscard]] bool awaited(const Session& session) const;
    void ask(Session& session, cm::Call call);
    static void identify(Session& session, std::string_view cm_id);
    void granted(Session& session, const cm::Answer* answer);
    void begin(Session& session);
    void recover(Session& session, const cm::Answer* answer);
    void restart(Session& session);
    void enter_grace(Session& session);
    void wait_out_throttle(Session& session, const cm::Answer& answer);
    [[nodiscard]] Millis throttle_remaining(const StreamRequest& stream) const;
    [[nodiscard]] Time silenced_until(Session& session, const cm::Answer& answer);
    void order(ActionKind kind, const Session& session);
    void touch(Session& session, Notice notice);
    Action& notify(Notice notice, SessionIndex session);
    Action& reply(ActionKind kind, Ticket& ticket);
    void save();

    // core_endings.cpp
    void refuse(Session& session, Refusal refusal, std::string_view reason, Millis retry_after);
    void withdraw(Session& session, Refusal refusal);
    void conclude(Session& session, EndReason reason);
    void stop(Session& session, EndReason reason);
    void leave(Session& session, EndReason reason, PlaybackEvent event);
    void release(Session& session);
    void end(Session& session, const cm::Answer* answer);
    void settle_gone(Session& session);
    void let_successors_go(const Session& ended);
    void finish(Session& session);

    // core_answers.cpp
    [[nodiscard]] LeaseEvent meaning_for(Session& session, const cm::Answer& answer);
    [[nodiscard]] LeaseEvent undecided(const Session& session, bool cm_unreachable) const;
    [[nodiscard]] bool refused_for_good(const Session& session) const;
    void note_reachable(const cm::Answer& answer);
    void note_metadata(Session& session, const cm::Answer& answer);
    [[nodiscard]] LeaseEvent meaning_of_look(Session& session, const cm::Answer& answer);
    void refuse(Session& session, const cm::Answer* answer);
    [[nodiscard]] bool choose_own(Session& session, std::string_view body);
    [[nodiscard]] bool find_own(Session& session, std::string_view body);
    [[nodiscard]] bool is_forgotten(const json::String& cm_id) const;
    void offer(Session& session, const cm::Answer& answer);
    [[nodiscard]] Conflict& next_conflict();
    void remember_terminator(Session& session, std::string_view body);
    [[nodiscard]] static bool bears_reference(json::Item metadata, const Session& session);
    [[nodiscard]] bool find_reference(Session& session, std::string_view body);
    void learn_names(std::uint8_t application, std::string_view body);
    [[nodiscard]] bool lacks_metadata(const Session& session) const;
    void answer_refresh(Session& session, const cm::Answer& answer);
    void answer_query(QueryRecord& query, const cm::Answer& answer);

    // core_requests.cpp
    [[nodiscard]] Refusal admit(const Start& event) const;
    void go(Session& session, std::string_view replaces);
    [[nodiscard]] const Session* last_of_chain(SessionIndex index) const;
    void end_by_user(Session& session);
    void replace(Session& old, Session& session);
    void end_subject(std::string_view idp, std::string_view subject, std::uint8_t applications);

    // core_timers.cpp
    [[nodiscard]] Time ui_lost_at(const Session& session) const;
    [[nodiscard]] Time lapse_at(const Session& session) const;
    [[nodiscard]] Time deadline(const Session& session) const;
    void time_out(Session& session);
    void speak(Session& session);
    void check_lapse(Session& session);

    // records.cpp
    [[nodiscard]] Session& allocate();
    [[nodiscard]] static bool evict_before(const Session& a, const Session& b);
    [[nodiscard]] Session* by_exchange(std::uint32_t exchange);
    [[nodiscard]] QueryRecord* query_by_exchange(std::uint32_t exchange);
    [[nodiscard]] Session* shown(std::string_view id);
    [[nodiscard]] Conflict* conflict_by_id(std::string_view id);
    [[nodiscard]] SessionIndex index_of(const Session& session) const;
    void renew_reference(Session& session);
    void remember_conflict(const Conflict& conflict, std::int64_t wall_ms);

    // snapshot.cpp
    void restore(json::Item item, const Begin& event);
    void take_up(Session& session, Playback playback, bool resume);
    void give_back(Session& session, bool rebooted);

    Time now_{};  // when what is being handled happened
    const Settings* settings_ = nullptr;
    TransitionListener* transitions_ = nullptr;
    Random random_{};
    std::uint64_t serial_ = 0;
    std::uint32_t generation_ = 0;
    bool unreachable_ = false;  // CM, by its last answer
    bool unsaved_ = false;
    bool shutting_down_ = false;
    std::size_t listeners_ = 0;
    Timer listeners_gone_at_;
    bool listened_ = false;  // somebody has, in this run or before a crash
    Time quiet_until_{};     // after a reboot: no start before
    std::size_t history_count_ = 0;
    Counters counters_{};
    Throttle throttle_{};
    Session sessions_[kRecords] = {};
    ActionQueue actions_{};
    Conflict conflicts_[kMaxConflicts] = {};
    QueryRecord queries_[kMaxQueries] = {};
    RequiredNames required_[kMaxApplications] = {};
    PastConflict history_[kHistory] = {};
    cm::Metadata outgoing_{};  // what describe() hands out
    json::Token tokens_[cm::kMaxBodyTokens] = {};
};

}  // namespace cmagent::core
