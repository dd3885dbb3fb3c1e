#pragma once
#include <cstdint>

#include "agent/base/bytes.h"
#include "agent/base/time.h"
#include "agent/core/core.h"
#include "agent/ui/api_settings.h"
#include "agent/ui/api_state.h"
#include "platform/api/clock.h"
#include "platform/api/http.h"

namespace cmagent::ui {

// The local HTTP API (contract.md, "Local HTTP API"): turns requests into events of the core, and
// actions of the core into answers and events for listeners. No I/O, no heap; the port calls it
// with requests, the daemon with the actions of the core.
//
//   api.configure(settings); api.start(seed, now); port.start(api);
//   while (core.poll_action(action)) … api.on_action(action, now) for notify, started, refused,
//                                      limited, listed and looked
//   api.on_time(now) in every turn of the loop, at the latest at api.next_deadline()
//
// About 1.3 MB, of which only the pages that requests and answers fill are ever touched: meant for
// static storage.
class LocalApi final : public platform::HttpHandler {
  public:
    LocalApi(core::Core& core, platform::Clock& clock, platform::HttpPort& port)
        : port_(port), state_{core, clock, port} {}

    // May be called again while running (SIGHUP); the core must be configured before. Who has called
    // with a token that is gone is turned away: his streams end, and so does what he has begun.
    void configure(const ApiSettings& settings);
    // Once a minute, how many wrong tokens there were; else 0.
    [[nodiscard]] std::uint32_t take_wrong_tokens(Time now) {
        return state_.wrong_tokens.take_untold(now);
    }
    // Shown by GET /v1/status and GET /metrics beside the API's own.
    [[nodiscard]] DaemonFacts& facts() { return state_.facts; }
    // Before the first request; it must outlive the API.
    void check_by(Checking& checking) { state_.checking = &checking; }
    // A check is over that Checking::check() has begun. `text` as there.
    void on_checked(std::string_view text);
    [[nodiscard]] std::size_t listeners() const { return state_.listeners(); }
    // `seed` is unpredictable, so that the event ids of this run are no other run's.
    void start(std::uint64_t seed, Time now);

    void on_action(const core::Action& action, Time now);
    void on_time(Time now);
    [[nodiscard]] Time next_deadline() const;

    [[nodiscard]] bool on_request(const platform::HttpRequest& request, platform::HttpTicket ticket,
                                  platform::HttpResponse& response) override;
    void on_refused(platform::HttpRefusal why, const platform::HttpHeaders& headers,
                    platform::HttpResponse& response) override;
    void on_abandoned(platform::HttpTicket ticket) override;

  private:
    // The longest answer is GET /v1/sessions with 16 sessions, live and ended, of 48 pairs of
    // metadata, each as long as may be; twice that for escapes.
    static constexpr std::size_t kMaxAnswer = kMiB;

    [[nodiscard]] bool admits(Caller& caller) const;
    [[nodiscard]] bool puts_off(platform::HttpTicket ticket, Time now);
    void abandon(core::Ticket decision, Time now);
    void answer(const core::Action& action, Time now);
    void publish(const core::Action& action);
    void offer_events();
    void note_caller(Time now);
    void report_listeners(Time now);
    void send(PendingRequest& pending);
    [[nodiscard]] const platform::HttpResponse& complete_reply();

    platform::HttpPort& port_;
    core::Presence::Listening reported_;
    Reply reply_{{answer_, sizeof answer_}};
    ApiState state_;
    char answer_[kMaxAnswer];
};

}  // namespace cmagent::ui
