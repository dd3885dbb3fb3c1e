#pragma once
#include <cstdint>

#include "agent/base/text.h"
#include "agent/ctl/arguments.h"
#include "agent/ctl/client.h"
#include "agent/ctl/secret.h"
#include "agent/json/read.h"

namespace cmagent::ctl {

// A session that this process plays under, by a key of its own (contract.md, "Owner"), and the
// event stream by which it is there for the daemon and hears of the session. Two connections: about
// 540 KiB.
class OwnSession {
  public:
    enum class Standing : std::uint8_t {
        none,     // asked for, or waited for
        granted,  // also while the daemon is gone
        stop,     // the picture must go off, and the daemon waits for the word that it has
        over,     // the picture must go off; nobody waits
    };

    // `token` must live as long as this. Calls end with kInterrupted once there is something to
    // read from `interrupt`.
    OwnSession(const Arguments& arguments, std::string_view token, const Key& key, int interrupt);

    static constexpr int kInterrupted = -1;
    // Asks, and waits as long as the arguments say. kDone: granted. Else an exit status, and why
    // stands on standard error.
    [[nodiscard]] int ask();

    // Hears what the daemon has to say, until that time (monotonic_ms()) or an interruption at the
    // latest.
    void listen(std::int64_t until);
    [[nodiscard]] Standing standing() const { return standing_; }

    // What listen() tells the daemon, and again when it is back.
    void set_paused(bool paused) { paused_ = paused; }

    // The picture is off: confirms a stop, or gives the session back, with whatever was asked for
    // or waited for. Tries for 5 s where the daemon is gone; it then misses its owner.
    void finish();

  private:
    [[nodiscard]] int start();
    [[nodiscard]] int wait_for_place();
    [[nodiscard]] bool claim_wait();
    void open_stream();
    void lose_stream();
    void hear(std::string_view piece);
    void take_event(std::string_view name, json::Item data);
    void look_up();
    void look_for_own();
    void take_id(json::Item object, const char* name);
    void take_state(json::Item session);
    void tell_end(json::Item end) const;
    void tell_pause();
    [[nodiscard]] bool call(const char* method, const char* below, std::string_view body = {});
    [[nodiscard]] bool is(json::Item object, const char* name, ConstText id) const;

    const Arguments& arguments_;
    const Key& key_;
    Client calls_;
    Client stream_;
    Text<64> id_;
    Text<64> conflict_;  // whose place is waited for; empty: none
    std::int64_t wait_until_ = 0;
    Standing standing_ = Standing::none;
    bool paused_ = false;
    bool told_paused_ = false;
    bool open_ = false;      // the stream
    bool look_due_ = false;  // what was missed
    std::int64_t heard_at_ = 0;
    std::int64_t retry_at_ = 0;
    std::int64_t pause_ms_ = kFirstPauseMs;
    Text<32> last_event_;

    static constexpr std::int64_t kFirstPauseMs = 250;
};

}  // namespace cmagent::ctl
