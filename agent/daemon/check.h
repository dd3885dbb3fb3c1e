#pragma once
#include <cstdint>
#include <type_traits>

#include "agent/config/configuration.h"
#include "agent/daemon/cm_probe.h"
#include "agent/ui/checking.h"
#include "agent/ui/local_api.h"
#include "platform/linux/folder_probe.h"
#include "platform/players/list.h"

namespace cmagent::daemon {

// What only the daemon itself knows of its sockets, files and log.
class BoxChecks {
  public:
    virtual void check_box(ui::CheckList& into) = 0;

  protected:
    ~BoxChecks() = default;
};

// Tries what a viewer will need, as the user and in the sandbox that the daemon has (contract.md,
// "check"): CM, one player after the other by a driver of its own, so that no order is disturbed, the
// folder of the state, and the box. A run serves all who ask meanwhile, and for 10 s after it.
class Check final : public ui::Checking, platform::PlayerListener {
  public:
    // All must outlive this.
    struct World {
        const CmProbe::World& cm;
        const config::Configuration& configuration;  // that the process was started with
        platform::PlayerServices players;
        platform::Worker& flash;
        ui::LocalApi& api;
        BoxChecks& box;
    };
    explicit Check(const World& world);

    [[nodiscard]] std::string_view check(Time now) override;
    [[nodiscard]] Time next_deadline() const;
    void on_time(Time now);
    void stop() { cm_.stop(); }

  private:
    enum class Step : std::uint8_t { idle, cm, players, state };

    void on_player(platform::PlayerNews news) override;
    void on_output(std::string_view line) override;

    [[nodiscard]] Time now() const { return {clock_.boot_ms()}; }
    void check_players();
    [[nodiscard]] bool begin_player(std::size_t player);
    void check_ui(std::size_t player);
    void add_player(ui::Checked result, std::string_view says);
    void end_player();
    void begin_state();
    void end_state(Time now);

    const config::Configuration& configuration_;
    const core::Core& core_;
    platform::Clock& clock_;
    const platform::PlayerServices services_;
    ui::LocalApi& api_;
    BoxChecks& box_;
    CmProbe cm_;
    platform::FolderProbe state_;
    ui::CheckList list_;
    std::string_view text_;  // of the last check

    Step step_ = Step::idle;
    Timer ended_at_;
    Time due_ = kNever;       // the player, or the flash, is waited for until then
    std::size_t player_ = 0;  // whose turn it is
    platform::Player* driver_ = nullptr;
    platform::PlayerNews news_ = platform::PlayerNews::unreachable;  // where `due_` is zero
    Text<200> output_;  // the last line about the player
    alignas(platform::PlayerDrivers::kAlignment) char place_[platform::PlayerDrivers::kSize];
};

// In a daemon that has no route for it (CMAGENT_CHECK).
class NoCheck final : public ui::Checking {
  public:
    explicit NoCheck(const Check::World&) {}
    [[nodiscard]] std::string_view check(Time) override { return {}; }
    [[nodiscard]] static Time next_deadline() { return kNever; }
    static void on_time(Time) {}
    static void stop() {}
};
using Checks = std::conditional_t<CMAGENT_CHECK != 0, Check, NoCheck>;

}  // namespace cmagent::daemon
