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
#include <string>
#include <vector>

#include "agent/core/core.h"
#include "tests/scenario/allocation_trap.h"

namespace cmagent::scenario {

using core::kMinute;
using core::kSecond;
using core::Millis;
using core::Refusal;
using core::State;
using core::Ticket;
using core::Time;

// A request that the core wanted sent, as it looked then.
struct Call {
    std::uint32_t exchange = 0;
    cm::Call kind = cm::Call::start;
    bool urgent = false;
    Millis allowance = 0;
    Time at{};
    std::string application;
    std::string idp;
    std::string subject;
    std::string session;
    std::map<std::string, std::string> metadata;
    std::vector<std::string> terminate;
};

// What came of something with a ticket.
struct Outcome {
    enum Kind { waiting, started, refused, limited, listed } kind = waiting;
    Refusal refusal = Refusal::none;
    std::string reason;
    Millis retry_after = 0;
    std::string session;   // started
    std::string conflict;  // limited
    std::string body;      // listed
};

// What comes back: a response, or why there is none.
struct Reply {
    std::string http;
    cm::Meaning without_response = cm::Meaning::unreachable;
    std::string reason;
};

Reply response(int status, const std::string& fields = "", const std::string& body = "",
               const std::string& type = "application/json");
// 202 with a lease of that many seconds; `session` for a start.
Reply granted(const std::string& session, int seconds);
Reply accepted(int seconds);
Reply fixture(int status, const std::string& name);
// A list of running streams: that one, and another.
Reply streams_with(const std::string& session, const std::string& reference);
Reply unreachable();                      // no connection
Reply lost();                             // the request went out, no answer came
Reply no_tls(const std::string& reason);  // the handshake failed

struct StartOptions {
    std::string subject = "viewer";
    std::map<std::string, std::string> metadata = {{"channel", "news"}};
    std::vector<std::string> terminate;
    std::string replaces;
    std::uint8_t player = 0;
    std::uint8_t application = 0;
};

inline constexpr std::uint8_t kUiPlayer = 0;
inline constexpr std::uint8_t kMpvPlayer = 1;

// The usual start, but for one thing.
StartOptions on_mpv();
StartOptions with(const std::map<std::string, std::string>& metadata);
StartOptions instead_of(const std::string& session);
StartOptions by(const std::string& subject);

class World : private core::EdgeListener {
  public:
    // Settings are the contract's defaults, with a second player, "mpv", and a second application, "news".
    World();
    ~World();  // says when the product has allocated

    // --- time ---
    Time now{1'000'000};
    void advance(Millis by);  // everything that is due meanwhile happens when it is due
    void wake_at(Time time);  // one look at the timers, as after a standby

    // --- the daemon's life ---
    void begin(const std::string& kept, bool rebooted, bool resume = true);
    void crash();   // all memory is gone; what was saved is taken up at once
    void reboot();  // … after a new boot
    void shut_down();

    // --- the UI ---
    Ticket start(const StartOptions& options = {});
    Ticket resolve(const std::string& conflict, const std::vector<std::string>& codes);
    Ticket ask(cm::Call call);
    void give_up(const std::string& conflict);
    void abandon(Ticket ticket);
    [[nodiscard]] Refusal refusal() const { return refusal_; }  // of the last thing asked for
    Refusal release(const std::string& session);
    Refusal stopped(const std::string& session);
    Refusal change(const std::string& session, const std::map<std::string, std::string>& metadata);
    Refusal pause(const std::string& session, bool on);
    void logout(const std::string& subject = "viewer");
    void listeners(std::size_t count);
    const Outcome& outcome(Ticket ticket) { return outcomes_[ticket]; }

    // --- CM ---
    // The oldest request that is out, which must be such a call. Where none is out, time goes on until one is.
    Call next(cm::Call kind);
    void answer(const Call& call, const Reply& reply);
    // What kind of call next() would give; time goes on until there is one.
    cm::Call first_due();
    [[nodiscard]] std::size_t in_flight() const { return calls_.size(); }
    // Time goes on, and every request that comes up is answered so at once; how many there were.
    std::size_t answer_all(const Reply& reply, Millis by);
    // A session that plays, by CM's word.
    std::string playing(const StartOptions& options = {}, int lease_seconds = 60);

    // --- the players ---
    void player(std::uint8_t player, core::PlayerSaid::What what);

    // --- what can be seen ---
    core::Core& core() { return *core_; }
    const core::Session& session(const std::string& id);
    [[nodiscard]] std::string end_of(const std::string& id);  // "remote-termination/stopped"
    std::vector<std::string> orders;                          // "stop 1", "force 1", "join 1" …
    std::vector<std::string> notices;                         // "playback-stop <id>" …
    std::vector<std::string> edges;  // "<id> lease held -> gone (terminated)"
    [[nodiscard]] std::size_t count(const std::string& notice) const;  // that begin so
    std::size_t saves = 0;
    std::string flash;
    std::size_t sent = 0;

    core::Settings settings;

  private:
    void on_edge(const core::Edge& edge) override;
    void drain();
    void perform(const core::Action& action);
    void send(const core::Action& action);

    // Calls the core with the heap forbidden, then does what it wants done.
    template <class Event>
    auto tell(const Event& event);

    std::size_t allocations_before_ = AllocationTrap::caught();
    std::unique_ptr<core::Core> core_;
    std::deque<Call> calls_;
    std::map<Ticket, Outcome> outcomes_;
    Ticket last_ticket_ = 0;
    Refusal refusal_ = Refusal::none;
    std::uint64_t seed_ = 1;
    std::vector<char> body_ = std::vector<char>(cm::kMaxBody);
    std::vector<json::Token> tokens_ = std::vector<json::Token>(cm::kMaxBodyTokens);
    std::vector<char> page_ = std::vector<char>(64 * 1024);
};

}  // namespace cmagent::scenario
