#pragma once
#include <cstdint>
#include <string_view>

#include "agent/cm/answer.h"
#include "agent/cm/endpoint.h"
#include "agent/cm/request.h"
#include "agent/core/core.h"
#include "agent/daemon/lasting.h"
#include "platform/api/log.h"
#include "platform/api/store.h"

namespace cmagent::daemon {

// Where the flash takes nothing, with the reason behind it.
inline constexpr char kInMemory[] = "state: kept in memory only";

// What to do, in the log, in the status and in a check.
inline constexpr char kStateRemedy[] =
    "give state.dir room, and the daemon's user the right to write";
inline constexpr char kPlayerRemedy[] =
    "start it; else correct its place, or give the daemon's user the right";

// What the log says of sessions, CM, players and flash, and how grave each of it is (contract.md, "Log").
class AgentLog {
  public:
    // All must outlive this.
    AgentLog(platform::Log& log, const core::Core& core, const cm::Endpoint& endpoint)
        : log_(log), core_(core), endpoint_(endpoint) {}

    void tell(const platform::Store::Loaded& loaded);
    // Lines that follow from an event are kept, so that what they tell of is not held up by them, and
    // told by tell_kept() in their order.
    void keep(const core::Transition& transition);
    void keep(const core::History::Entry& conflict);
    void tell_kept();
    // `request`: what was asked; null where nobody wants the answer any more.
    void tell(const cm::Answer& answer, const cm::Request* request, Time now);
    void tell_saved(bool on_flash, std::string_view reason, Time now);
    void tell_output(std::uint8_t player, std::string_view line);
    void tell_unreached(std::uint8_t player);
    void tell_started(const core::StreamRequest& stream);

  private:
    // The transition of a session, or the outcome of a conflict.
    struct Kept {
        core::Transition transition;
        Text<16> session;  // its place may be another's by the time it is told
        const core::History::Entry* conflict = nullptr;
    };
    // What the end of 16 sessions at once comes to.
    static constexpr std::size_t kMostKept = 64;

    void tell(const core::Transition& transition);
    void tell(const core::History::Entry& conflict);
    [[nodiscard]] Kept& place();
    [[nodiscard]] std::string_view player_name(std::uint8_t player) const;
    [[nodiscard]] std::string_view application_name(std::string_view id) const;
    void put(TextWriter& line, const cm::Answer& answer, const cm::Request* request) const;

    platform::Log& log_;
    const core::Core& core_;
    const cm::Endpoint& endpoint_;
    Lasting unreachable_;
    Lasting off_flash_;
    bool told_of_nobodys_ = false;
    std::size_t kept_ = 0;
    Kept list_[kMostKept];
};

}  // namespace cmagent::daemon
