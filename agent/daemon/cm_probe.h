#pragma once
#include <cstddef>
#include <cstdint>

#include "agent/base/time.h"
#include "agent/core/core.h"
#include "agent/core/rejection.h"
#include "agent/link/cm_connection.h"
#include "agent/ui/check_list.h"
#include "platform/api/server_chain.h"

namespace cmagent::daemon {

// Tries all that a call to CM needs, on a connection of its own, so that no session is disturbed:
// CM's name, each address with its handshake, and GET metadata of each application over an address
// that works. It adds a line of each to a list. Some 130 KB, mostly never touched: to be kept in
// static storage.
class CmProbe final : platform::Resolver, platform::ResolverListener, link::CmConnectionListener {
  public:
    // All must outlive this.
    struct World {
        const link::LinkSettings& settings;
        platform::Resolver& resolver;
        platform::Poller& poller;
        platform::Clock& clock;
        platform::Stream& stream;
        json::Tokens tokens;  // kMaxBodyTokens: as of a link
        const core::Core& core;
        const platform::ServerChain& chain;  // that was seen last
    };
    explicit CmProbe(const World& world);

    // Begins anew; `into` must live until over(), or the next begin().
    void begin(ui::CheckList& into);
    [[nodiscard]] bool over() const { return step_ == Step::over; }
    [[nodiscard]] Time next_deadline() const;
    void on_time(Time now);  // at any time
    void stop();

  private:
    enum class Step : std::uint8_t {
        naming,    // the resolver was asked
        reaching,  // one address after the other
        asking,    // one application after the other
        closing,   // all lines are there
        over,
    };
    // Nobody publishes more; each may take all its time.
    static constexpr std::size_t kMostAddresses = 8;
    static constexpr std::size_t kNone = SIZE_MAX;

    // For the connection: it is told one address, that whose turn it is.
    [[nodiscard]] bool resolve(std::string_view host, std::uint16_t port,
                               platform::ResolverListener& listener) override;
    void cancel(platform::ResolverListener& listener) override;
    void on_resolved(const platform::Addresses& addresses) override;

    void on_connection_open(link::CmConnection& connection) override;
    void on_connection_answer(link::CmConnection& connection, const cm::Answer& answer,
                              Time at) override;
    void on_connection_failed(link::CmConnection& connection, const cm::Answer& failure) override;

    [[nodiscard]] Time now() const { return {world_.clock.boot_ms()}; }
    void name(const char* problem);
    void proceed();
    void reach();
    void ask();
    void add_certificate(std::string_view address);
    void add_address(const cm::Answer* failure);
    void add_application(const cm::Answer& answer);
    void leave_out(const char* why);
    void add_clock();

    World world_;
    link::LinkSettings settings_;  // of the check under way
    link::AddressBook book_;
    link::LinkCounters counters_;
    link::CmConnection connection_;
    core::Rejection rejection_;
    ui::CheckList* list_ = nullptr;

    Step step_ = Step::over;
    Time due_ = kNever;      // the resolver is waited for until then
    bool proceeds_ = false;  // on the next turn, for a connection may not be used within its calls
    platform::ResolverListener* asker_ = nullptr;  // waits for the address
    platform::Addresses told_;
    std::size_t at_ = 0;  // the address whose turn it is
    std::size_t good_ = kNone;
    std::size_t application_ = 0;
    Time began_;  // to reach this address, or to ask
    // What the box's clock is judged by.
    std::int64_t date_ms_ = 0;      // of CM's last answer; 0: none
    bool judged_by_clock_ = false;  // a certificate has failed by its times
    Timer silent_until_;            // CM has asked not to be asked
};

}  // namespace cmagent::daemon
