#pragma once
#include <string_view>

#include "agent/base/time.h"
#include "agent/cm/answer.h"
#include "agent/cm/request.h"
#include "agent/core/exchange.h"
#include "agent/core/lease.h"
#include "agent/core/ledgers.h"
#include "agent/core/playback.h"
#include "agent/core/session.h"

namespace cmagent::core {

// The life of one session: its three machines, and the effects of their transitions. A Lifecycle is
// two references, made where it is needed; all that lasts is in the session and in the ledgers.
class Lifecycle {
  public:
    Lifecycle(Ledgers& ledgers, Session& session) : ledgers_(ledgers), session_(session) {}

    // The only ways to change a state. `answer` is CM's answer that brought the event about, an empty
    // one where none did; `at` goes with the events that set a time.
    void step(LeaseEvent event, const cm::Answer& answer);
    void step(LeaseEvent event) { step(event, cm::Answer()); }
    void step(ExchangeEvent event, Time at = kNever);
    void step(PlaybackEvent event);

    // Makes the call to CM as soon as that is allowed.
    void ask(cm::Call call);
    // CM has answered the exchange in flight. False: the answer decides nothing yet, and CM was
    // asked something else.
    [[nodiscard]] bool answered(const cm::Answer& answer);

    // Ends the session: playback by `event`, and the lease that CM may still hold is given back.
    // The first reason counts.
    void end(EndReason reason, PlaybackEvent event);
    // For CM's word or ours: a start that is not decided yet is withdrawn, playback is stopped.
    void end(EndReason reason, Refusal refusal);
    // The viewer ends the session, with playback stopped by the UI itself, or gives up the start.
    void end_by_viewer();
    // The same by its owner; by anybody else it is an order to stop.
    void end_by(const Owner& who);
    // CM has allowed it, and its player is free.
    void play();
    // CM has allowed it, and it waits no longer: its player is free, or a later start takes its place.
    void leave_queue();
    // Takes back a start that is not decided yet.
    void withdraw(Refusal refusal);
    // Another caller waits now; the one who waited is told so.
    void hand_over(Ticket ticket);
    // The caller who waits for the end of the session is told once its picture is off and CM was
    // told too, or could not be told at the first attempt.
    void tell_end(const cm::Answer& answer);
    // The record is needed for another session.
    void drop();

  private:
    template <class Table, class State, class Event>
    auto follow(const Table& table, State& state, Event event) const;
    void tell(const CycleNames& names, std::size_t from, std::size_t to, std::size_t event) const;
    void act(LeaseAction action, const cm::Answer& answer);
    void ask_on(LeaseAction action, const cm::Answer& answer);
    void retry();
    void retry_look_up(const cm::Answer& answer);
    void refresh_metadata(const cm::Answer& answer);

    // To the session's player and to its backup; `cancel_player` only where the order stops nothing
    // else.
    void order_all(ActionKind kind);

    // lifecycle_end.cpp
    void release();
    void end_forgotten();

    // lifecycle_conflict.cpp
    // False: the event is no 409, and nothing is done.
    [[nodiscard]] bool step_by_limit(LeaseEvent event, const cm::Answer& answer);
    [[nodiscard]] Conflict& hear_limit(LeaseEvent event, const cm::Answer& answer);
    void offer();
    void outlive_limit();

    // lifecycle_lease.cpp
    void learn_life(cm::Meaning heard);
    void identify(const cm::Answer& answer);
    void granted(const cm::Answer& answer);
    void begin();
    void begin_on_credit();
    void recover(const cm::Answer& answer);
    void restart();
    void enter_grace();
    [[nodiscard]] Time note_throttle(const cm::Answer& answer);
    void wait_out_throttle(const cm::Answer& answer);
    void give_back(const cm::Answer& answer);
    void refuse(const cm::Answer& answer);
    void refuse(Refusal refusal, std::string_view reason, Millis retry_after,
                cm::Blame blame = cm::Blame::none);

    // lifecycle_own.cpp
    void end_chosen();
    [[nodiscard]] PlaybackEvent end_of(const Session& other) const;
    void prove_chosen();
    void take_over(const cm::Answer& answer);
    bool give_back_replaced();
    void take_player();
    void look_for_code();

    Ledgers& ledgers_;
    Session& session_;
};

// A record for a new session; one that ended makes room for it where there is no other.
[[nodiscard]] Session& open_session(Ledgers& ledgers);
// Gives it an id and, where the configuration wants references, the one that its start carries.
void name_anew(Session& session, Ledgers& ledgers);

}  // namespace cmagent::core
