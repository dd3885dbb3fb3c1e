#pragma once
#include <cstdint>
#include <string_view>

namespace cmagent::platform {

// The news of a player. Several may come for one order; the core knows which it still waits for.
enum class PlayerNews : std::uint8_t {
    stopped,      // verified: after stop(), nothing plays any more
    forced,       // verified: after force(), nothing plays any more
    unreachable,  // the last order could not be delivered (no socket, program missing, it exited
                  // with an error)
    exited,       // playback that had been seen running ended by itself, without an order
    paused,       // it stands still by the player's own controls; only while joined
    playing,      // it goes on, or has gone on all the time
};

class PlayerListener {
  public:
    // Called on the loop's thread, never from within a call of Player.
    virtual void on_player(PlayerNews news) = 0;
    // A line about it for the log: what its commands print, and how they have ended. Any bytes.
    virtual void on_output(std::string_view line) = 0;

  protected:
    ~PlayerListener() = default;
};

// A player that the agent can stop: one object for each entry of the configuration. No call blocks;
// the core keeps the deadlines (`player.stopDeadlineMs`). What a driver tries again it tries with a
// back-off, so that a player that hangs up on it costs a handful of attempts. Nothing that comes
// from a request reaches a command line.
class Player {
  public:
    // A session plays on it from now on: it may be watched, so that its own end is noticed
    // (`exited`). Called for each session; calls nest with leave().
    virtual void join() = 0;
    virtual void leave() = 0;

    // Stop playback now. Answered by `stopped` or `unreachable`; a player that does neither is
    // forced at the deadline.
    virtual void stop() = 0;
    // The same, by whatever means there are (kill, quit, reset of the decoder). Answered by
    // `forced` or `unreachable`.
    virtual void force() = 0;
    // The order is given up: its deadline has come, or no session is left that it was for. The driver
    // stops trying at once: nothing more is run, connected or said for it, a command that still runs
    // is killed, and no news of it follows. Harmless where there is no order.
    virtual void cancel() = 0;

    // Whether an order would reach it, without one: it is connected to and asked once, or looked for.
    // Answered by `playing` or `stopped`, as it is, or by `unreachable`, with the reason as a line
    // before it; cancel() gives it up. For a driver that is made for this: it has no session, and no
    // order. False: there is nobody to ask.
    [[nodiscard]] virtual bool probe() = 0;

  protected:
    ~Player() = default;
};

}  // namespace cmagent::platform
