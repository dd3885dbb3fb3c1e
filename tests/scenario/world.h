#pragma once
// The core in virtual time, with a CM, a UI and players that do what a story says.
//
//   World world;
//   const Ticket ticket = world.start();
//   world.answer(world.next(cm::Call::start), granted("cm-1", 60));
//   EXPECT_EQ(world.outcome(ticket).kind, Outcome::started);
//
// Answers are HTTP as it comes over the line, read by agent/cm: a story covers core, cm and json.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "agent/core/core.h"
#include "tests/scenario/allocation_trap.h"
#include "tests/scenario/exchanges.h"
#include "tests/scenario/start_options.h"

namespace cmagent::scenario {

using core::Refusal;
using core::State;
using core::Ticket;

// What came of something with a ticket.
struct Outcome {
    enum Kind { waiting, started, refused, limited, done, listed } kind = waiting;
    Refusal refusal = Refusal::none;
    std::string reason;
    cm::Blame blame = cm::Blame::none;
    Millis retry_after = 0;
    std::string session;   // started
    std::string conflict;  // limited
    std::string body;      // listed: CM's list of streams, where it was that
};

class World : private core::TransitionListener {
  public:
    // Settings are the contract's defaults, with a second player, "mpv", and a second application,
    // "news".
    explicit World(std::uint64_t seed = 1);
    ~World();  // says when the product has allocated

    // --- time ---
    Time now{1'000'000};
    void advance(Millis by);  // everything that is due meanwhile happens when it is due
    void wake_at(Time time);  // one look at the timers, as after a standby

    // --- the daemon's life ---
    std::int64_t wall_clock = 1'700'000'000'000;  // at the next begin(); 0: the box has no clock
    bool introduce = false;  // at the next begin(): CM is asked whether it knows the applications
    void begin(const std::string& kept, bool rebooted, bool resume = true);
    void read_tokens(const std::vector<core::Bearer>& bearers);  // who may call from now on
    void crash();   // all memory is gone; what was saved is taken up at once
    void reboot();  // … after a new boot
    void shut_down();

    // --- the UI ---
    Ticket start(const StartOptions& options = {});
    Ticket resolve(const std::string& conflict, const std::vector<std::string>& codes = {},
                   const core::Owner& by = {}, core::Party party = {});
    Ticket ask(cm::Call call);
    // GET /v1/streams: answered at once where the core knows.
    Ticket look(bool refresh = false, const std::string& subject = "viewer",
                std::uint8_t application = 0, core::Party party = {});
    Refusal wait(const std::string& conflict, Millis span, bool start, const core::Owner& by = {});
    Ticket end_stream(const std::string& cm_session, core::Party party = {});
    void give_up(const std::string& conflict, const core::Owner& by = {});
    void abandon(Ticket ticket);
    [[nodiscard]] Refusal refusal() const { return refusal_; }  // of the last thing asked for
    Refusal release(const std::string& session, const core::Owner& by = {});
    Refusal stopped(const std::string& session, const core::Owner& by = {});
    Refusal change(const std::string& session, const std::map<std::string, std::string>& metadata,
                   const core::Owner& by = {});
    Refusal pause(const std::string& session, bool on, const core::Owner& by = {});
    void logout(const std::string& subject = "viewer");
    // These listen from now on; nobody's listeners have no key.
    void listeners(const std::vector<core::Owner>& owners);
    void call(const core::Owner& by, const std::string& session = "");
    // How long a start of the subject would have to wait.
    [[nodiscard]] Millis throttled_for(const std::string& subject) const;
    const Outcome& outcome(Ticket ticket) { return outcomes_[ticket]; }

    // --- CM ---
    // The oldest request that is out, which must be such a call. Where none is out, time goes on
    // until one is.
    Call next(cm::Call kind);
    void answer(const Call& call, const Reply& reply);
    // The next start is answered so, again where it goes once more; looks find that CM has nothing.
    // Gives the last one.
    Call answer_start(const Reply& reply);
    // What kind of call next() would give; time goes on until there is one.
    cm::Call first_due();
    [[nodiscard]] std::size_t in_flight() const { return calls_.size(); }
    // Time goes on, and every request that comes up is answered so at once; how many there were.
    std::size_t answer_all(const Reply& reply, Millis by);
    // The oldest such call; whatever else is asked before it finds CM unreachable.
    Call await(cm::Call kind);
    // A session that plays, by CM's word; and one that CM has then ended, or then knows no longer.
    // A start that CM has refused with the sample «409-service-streams»: the conflict's id.
    std::string limited(const StartOptions& options = {});
    std::string playing(const StartOptions& options = {}, int lease_seconds = 60);
    std::string terminated(const StartOptions& options = {},
                           const std::string& body = "410-service-remote-termination");
    std::string vanished(const StartOptions& options = {});

    // --- the players ---
    void player(std::uint8_t player, core::PlayerSaid::What what);

    // --- what can be seen ---
    core::Core& core() { return *core_; }
    const core::Session& session(const std::string& id);
    const core::Conflict& conflict(const std::string& id);
    [[nodiscard]] std::string end_of(const std::string& id);  // "remote-termination/stopped"
    std::vector<std::string> orders;                          // "stop 1", "force 1", "join 1" …
    std::vector<int> cancelled;                               // players whose order was given up
    std::vector<std::string> notices;                         // "playback-stop <id>" …
    std::vector<std::string> transitions;         // "<id> lease held -> gone (terminated)"
    std::vector<std::string> outcomes;            // of conflicts: "3 streams cap: chosen"
    Millis player_takes = 0;                      // until an order to stop has reached the player
    std::vector<std::string> started_by_waiting;  // conflicts
    [[nodiscard]] std::size_t count(const std::string& notice) const;  // that begin so
    [[nodiscard]] const core::History::Entry& latest_entry() const;
    std::vector<std::uint32_t> taken_back;  // exchanges
    std::size_t saves = 0;
    std::string flash;
    std::size_t sent = 0;

    core::Settings settings;

  private:
    void on_transition(const core::Transition& transition) override;
    void on_outcome(const core::History::Entry& conflict) override;
    void drain();
    void looked(Ticket ticket, const core::Look& look);
    void perform(const core::Action& action);
    void note_started(core::SessionIndex index);
    void send(const core::Action& action);

    // Calls the core with the heap forbidden, then does what it wants done.
    template <class Event>
    auto tell(const Event& event);

    std::size_t allocations_before_ = AllocationTrap::caught();
    std::unique_ptr<core::Core> core_;
    std::deque<Call> calls_;
    std::set<std::uint32_t> out_;  // exchanges that are neither answered nor cancelled
    std::map<Ticket, Outcome> outcomes_;
    Ticket last_ticket_ = 0;
    Refusal refusal_ = Refusal::none;
    std::uint64_t seed_;
    std::vector<char> body_ = std::vector<char>(cm::kMaxBody);
    std::vector<json::Token> tokens_ = std::vector<json::Token>(cm::kMaxBodyTokens);
    std::vector<char> page_ = std::vector<char>(64 * 1024);
};

}  // namespace cmagent::scenario
