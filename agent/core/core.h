#pragma once
#include <cstddef>
#include <cstdint>

#include "agent/base/text.h"
#include "agent/base/time.h"
#include "agent/cm/advice.h"
#include "agent/cm/request.h"
#include "agent/core/action.h"
#include "agent/core/event.h"
#include "agent/core/ledgers.h"
#include "agent/core/refusal.h"
#include "agent/core/requests.h"
#include "agent/core/settings.h"
#include "agent/core/transition.h"
#include "agent/json/read.h"

namespace cmagent::core {

// All decisions of the agent. The core does no I/O, reads no clock, allocates nothing: every event
// is handed in with the time at which it happened, and the actions to be done are polled.
//
//   core.handle(event, now); while (core.poll_action(action)) do_it(action);
//   core.handle_timeout(now) when core.next_deadline() has come; then the same.
//
// Not re-entrant: handle() must not be called while actions are being polled for an answer whose
// views they hold, unless they were all polled. About 1.8 MB, all zero at the start and mostly
// never touched: to be kept in static storage, where untouched pages cost nothing. Time begins
// after 0: that moment stands for a timer that is not set.
class Core {
  public:
    // `settings` must outlive the core. Others may be handed in while running (SIGHUP), with every
    // application and every player in its old place.
    void configure(const Settings& settings) { ledgers_.settings = &settings; }
    // Once, before anything is handled.
    void seed(const Entropy& entropy) {
        ledgers_.random = Random(entropy.jitter);
        ledgers_.ids.begin(entropy.ids);
    }
    void listen(TransitionListener* listener) { ledgers_.listener = listener; }
    // The box's wall clock at a moment, which dates what follows; 0: it is not set.
    void set_clock(std::int64_t wall_ms, Time now) {
        ledgers_.boot_wall_ms = wall_ms == 0 ? 0 : wall_ms - now.ms;
    }

    // The refusal comes at once; `none` means that the event was done or, where it has a ticket,
    // that it will be decided later.
    [[nodiscard]] Refusal handle(const Start& event, Time now);
    [[nodiscard]] Refusal handle(const Resolve& event, Time now);
    [[nodiscard]] Refusal handle(const AwaitPlace& event, Time now);
    [[nodiscard]] Refusal handle(const GiveUp& event, Time now);
    [[nodiscard]] Refusal handle(const Change& event, Time now);
    [[nodiscard]] Refusal handle(const Release& event, Time now);
    [[nodiscard]] Refusal handle(const Stopped& event, Time now);
    [[nodiscard]] Refusal handle(const Query& event, Time now);
    [[nodiscard]] Refusal handle(const EndStream& event, Time now);
    // The look that answers a query for the running streams without a call to CM; nullptr: handle()
    // it. It lives until the next event.
    [[nodiscard]] const Look* known(const Query& query, Time now) const {
        return ledgers_.looks.known(*query.stream, query.refresh, now);
    }
    void handle(const Logout& event, Time now);
    void handle(const Abandoned& event, Time now);
    void handle(const Listeners& event, Time now);
    void handle(const Called& event, Time now);
    void handle(const Answered& event, Time now);
    void handle(const PlayerSaid& event, Time now);
    void handle(const StopSent& event, Time now);
    void handle(const Tokens& event, Time now);
    void handle(const Begin& event, Time now);
    void handle(const Shutdown& event, Time now);

    void handle_timeout(Time now);
    [[nodiscard]] Time next_deadline() const;  // kNever: nothing to wait for
    [[nodiscard]] bool poll_action(Action& into);

    // The request behind an exchange that was sent; false: it is no longer wanted. Its views live
    // until the next call.
    [[nodiscard]] bool describe(ExchangeId exchange, cm::Request& into);

    // Writes the state that is to survive a power cut, as JSON text. Returns the text's size, 0
    // when `into` is too small.
    [[nodiscard]] std::size_t snapshot(Buffer into) const;

    // For showing.
    [[nodiscard]] const Ledgers& ledgers() const { return ledgers_; }
    [[nodiscard]] const Settings& settings() const { return *ledgers_.settings; }
    // Nothing is owed to CM and nothing is being stopped.
    [[nodiscard]] bool idle() const { return ledgers_.sessions.all_closed(); }

  private:
    Ledgers ledgers_{};
    Requests requests_{};
    json::Token tokens_[cm::kMaxBodyTokens] =
        {};  // for the kept state, the body of a conflict, a look
};

}  // namespace cmagent::core
