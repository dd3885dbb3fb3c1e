#pragma once
#include <cstdint>
#include <string_view>

#include "agent/base/back_off.h"
#include "agent/config/configuration.h"
#include "agent/core/core.h"
#include "agent/daemon/agent_log.h"
#include "agent/daemon/players.h"
#include "agent/link/link.h"
#include "agent/ui/local_api.h"
#include "platform/api/clock.h"
#include "platform/api/log.h"
#include "platform/api/store.h"

namespace cmagent::daemon {

// Joins the core with the world: gives each event to the core with its time, and carries out the
// actions that come of it. The agent decides nothing.
class Agent final : public link::LinkListener,
                    public PlayersListener,
                    public core::TransitionListener,
                    public platform::StoreListener {
  public:
    // All must outlive the agent.
    struct World {
        core::Core& core;
        link::Link& link;
        Players& players;
        ui::LocalApi& api;
        platform::Store& store;
        platform::Clock& clock;
        platform::Log& log;
        const cm::Endpoint& endpoint;
    };
    explicit Agent(const World& world)
        : world_(world), log_(world.log, world.core, world.endpoint) {}

    // Takes up the sessions that an earlier run has left.
    void begin(bool resume);
    // Lets the link and the core meet their deadlines, and carries out what comes of it.
    void turn();
    [[nodiscard]] Time next_deadline() const;
    // Ends every session and stops playback. The end is reached when idle().
    void shut_down();
    [[nodiscard]] bool idle() const { return world_.core.idle(); }
    // What waits for its turn to be written goes now: the process ends.
    void keep();

    [[nodiscard]] bool describe(std::uint32_t exchange, cm::Request& into) override;
    void on_answer(std::uint32_t exchange, const cm::Answer& answer, Time at) override;
    void on_player(std::uint8_t player, platform::PlayerNews news) override;
    void on_output(std::uint8_t player, std::string_view line) override;
    void on_transition(const core::Transition& transition) override;
    void on_outcome(const core::History::Entry& conflict) override;
    void on_saved(bool on_flash, std::string_view reason) override;

  private:
    [[nodiscard]] Time now() const { return {world_.clock.boot_ms()}; }
    void set_clock();
    void drain();
    [[nodiscard]] bool obey(core::Action& rest);
    void perform(const core::Action& action);
    void send(const core::Action& action);
    void order(const core::Action& action);  // to a player
    void save();

    World world_;
    AgentLog log_;
    bool unsaved_ = false;
    Time save_at_;  // not before: flash is written once a second at the most
    BackOff save_again_{kSecond, 30 * kSecond};  // contract.md, "Said until heard"
    // The boot id, a line feed, and the core's snapshot.
    char state_[platform::kMaxStored];
};

}  // namespace cmagent::daemon
