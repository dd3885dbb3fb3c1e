#pragma once
// One box: the core, and a daemon, a flash, players and a UI around it that do what real ones do,
// or fail to.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/cm/response.h"
#include "agent/core/core.h"
#include "tests/simulation/network.h"
#include "tests/simulation/plan.h"
#include "tests/simulation/queue.h"
#include "tests/simulation/service.h"

namespace cmagent::simulation {

class World;

// A picture on the screen, or what was one.
struct Stream {
    bool on_mpv = false;
    bool others = false;  // shown by the other app
    bool on_screen = false;
    Millis changed_at = 0;  // of on_screen
};

class Box final : private core::TransitionListener {
  public:
    Box(World& world, std::size_t number, std::uint64_t seed);

    void boot();
    void meet(const Incident& incident);
    // The household has blocked CM until then, and tries all that might let it watch on.
    void cheat(std::uint32_t number, Millis until);
    // The end of the story: everything works again, and everybody goes to bed.
    void end_story();

    // --- for the judge ---
    [[nodiscard]] const core::Core& core() const { return *core_; }
    [[nodiscard]] const core::Settings& settings() const { return settings_; }
    [[nodiscard]] bool running() const { return running_; }  // the daemon
    [[nodiscard]] Time core_now() const;
    [[nodiscard]] bool awake() const { return running_ && !asleep(); }
    [[nodiscard]] bool ui_is_there() const { return ui_there_; }
    // The app that has started the session listens to the events.
    [[nodiscard]] bool owner_listens(const core::Session& session) const {
        return session.stream.owner == other_ ? other_listens_ : ui_listens_;
    }
    // The UI is there, and has been for long enough to have noticed what became of its sessions.
    [[nodiscard]] Millis ui_there_since() const { return ui_there_since_; }
    [[nodiscard]] const std::map<std::string, Stream>& streams() const { return streams_; }
    [[nodiscard]] const std::map<core::Ticket, Millis>& waiting() const { return waiting_; }
    [[nodiscard]] bool ui_hangs() const;
    [[nodiscard]] bool flies(std::uint32_t exchange) const { return flights_.count(exchange) != 0; }

  private:
    struct Flight {
        Millis deadline = 0;
        cm::Call call = cm::Call::start;
        core::SessionIndex session = core::kNoSession;
    };

    // box.cpp: the daemon
    void begin(bool rebooted);
    void kill(Millis down);
    void power_cut(Millis off);
    [[nodiscard]] bool asleep() const;
    // Happens unless the daemon has ended by then; waits for the box to wake up.
    void later(Millis delay, std::function<void()> deed);
    template <class Event>
    core::Refusal tell(const Event& event) {
        core::Refusal refusal = core::Refusal::none;
        if constexpr (std::is_same_v<decltype(core_->handle(event, core_now())), void>) {
            core_->handle(event, core_now());
        } else {
            refusal = core_->handle(event, core_now());
        }
        drain();
        return refusal;
    }
    void wake();
    void drain();
    void perform(const core::Action& action);
    void save();
    void write();

    // box_link.cpp: the way to CM
    void send(const core::Action& action);
    void carry(std::uint32_t exchange, const Letter& letter);
    void perform(std::uint32_t exchange, const Letter& letter, const Fate& fate);
    void fail(std::uint32_t exchange, const cm::Answer& answer, const Fate& fate);
    void deliver(std::uint32_t exchange, const std::string& http);
    void give_up(std::uint32_t exchange, const cm::Answer& answer);
    void hand_over(std::uint32_t exchange, const Flight& flight, const cm::Answer& answer);

    // box_viewer.cpp: the UI and the players
    void start(std::uint32_t number, const std::string& replaces);
    void notified(const core::Action& action);
    void decided(const core::Action& action);
    void begin_showing(const std::string& id, bool on_mpv);
    void reconcile();
    void ui_crash(Millis away);
    void ui_back();
    void listen();
    void stop_by_viewer(const std::string& id);
    void stop_mpv(bool by_force);
    void show(const std::string& id, bool on);
    void forget_old_streams();

    // box_other.cpp: another app of the box, and strangers
    void meet_other(const Incident& incident);
    void start_other(std::uint32_t number);
    void other_decided(const core::Action& action);
    void other_crash(Millis away);
    void other_back();
    void meddle(std::uint32_t number);
    [[nodiscard]] std::string pick_other(std::uint32_t number) const;
    [[nodiscard]] core::Owner owner_of(const Stream& stream) const {
        return stream.others ? other_ : owner_;
    }
    [[nodiscard]] bool is_there(const Stream& stream) const {
        return stream.others ? other_there_ : ui_there_;
    }

    // box_conflict.cpp: the viewer and a limit
    void resolve_later(std::uint8_t conflict);
    void meet_conflict(const core::Conflict& conflict);
    void choose(const core::Conflict& conflict);
    void press(const std::string& conflict, const cm::Codes& codes);
    void press_in_misfortune(const std::string& conflict, const cm::Codes& codes);
    void press_wrongly(const core::Conflict& conflict);
    void give_up(const std::string& conflict);
    void break_connection(core::Ticket ticket);
    void end_stream(std::uint32_t number);
    [[nodiscard]] std::vector<std::uint64_t> limits() const;  // that each conflict has heard

    [[nodiscard]] std::string pick(std::uint32_t number) const;  // a stream on the screen
    [[nodiscard]] std::string id_of(core::SessionIndex index) const;

    void on_transition(const core::Transition& transition) override;
    void on_outcome(const core::History::Entry& conflict) override;

    World& world_;
    std::size_t number_;
    core::Random random_;
    core::Settings settings_;
    std::string subject_;
    core::Owner owner_;  // of the app with the viewer
    core::Owner other_;  // of the other
    bool other_there_ = true;
    bool ui_listens_ = false;
    bool other_listens_ = false;
    std::uint32_t strangers_ = 0;  // that listen: a bit each, the first one's without a key
    std::map<core::Ticket, bool> asked_by_other_;

    std::unique_ptr<core::Core> core_;
    bool running_ = false;
    std::uint32_t run_ = 0;  // of the daemon
    Millis booted_at_ = 0;
    Millis asleep_until_ = 0;
    Millis wake_at_ = -1;
    int wakes_at_once_ = 0;
    std::map<std::uint32_t, Flight> flights_;

    std::string flash_;
    bool writing_ = false;
    bool to_write_ = false;
    bool flash_is_stale_ = false;  // something could not be written
    Millis flash_broken_until_ = 0;

    bool ui_there_ = true;
    Millis ui_there_since_ = 0;
    Millis ui_hangs_until_ = 0;
    bool in_bed_ = false;
    std::size_t conflicts_told_ = 0;  // events
    int deaf_ = 0;                    // orders that mpv is not going to follow
    core::Ticket last_ticket_ = 0;
    std::map<core::Ticket, Millis> waiting_;
    std::map<core::Ticket, bool> wanted_on_mpv_;
    std::map<core::Ticket, std::string> resolves_;  // the conflict
    std::map<std::string, Stream> streams_;

    std::vector<char> page_;
    std::vector<char> body_;
    std::vector<json::Token> tokens_;
    cm::ResponseReader reader_;
};

}  // namespace cmagent::simulation
