#pragma once
#include <cstdint>
#include <string_view>

#include "agent/base/text_writer.h"
#include "platform/linux/socket_address.h"

namespace cmagent::platform {

// What an AskedPlayer says to a player, in its language.
enum class Order : std::uint8_t {
    none,  // the question: does a picture play?
    stop,
    force,
};

// What a portion of a player's words says: a set of these.
struct Heard {
    using Set = std::uint8_t;

    static constexpr Set kOpen = 1;     // greeted: from now on it takes orders and questions
    static constexpr Set kMoved = 2;    // something has happened: worth a question
    static constexpr Set kPlaying = 4;  // an answer to say(Order::none): a picture plays
    static constexpr Set kIdle = 8;     // likewise: nothing plays
    // Likewise: there is no such player. For one that is talked to through somebody else, as a bus.
    static constexpr Set kAbsent = 16;
    static constexpr Set kRefused = 32;  // it does not do, or answer, what it was told: see why()
    // With kPlaying, where a player tells it: by its own controls the picture stands still, or goes on.
    static constexpr Set kPaused = 64;
    static constexpr Set kResumed = 128;

    static constexpr Set kAnswer = kPlaying | kIdle | kAbsent;
};

// The language of a player, over one connection: what an AskedPlayer says, and how what comes back
// is understood. Knows no order's history; it is made once, and hears of every new connection.
class Talk {
  public:
    // Of one piece that is said: with a token in it, or to each of several players.
    static constexpr std::size_t kMaxSaid = 4096;

    struct Manner {
        // An answer must have come before the next thing may be said, the answer to an order
        // included; nothing is ever told unasked, and a connection may end with any answer (HTTP).
        bool in_turns;
        // Who listens is the player: when nobody does any more, it is gone. (A bus is not.)
        bool at_home;
    };
    explicit Talk(Manner manner) : manner_(manner) {}
    [[nodiscard]] Manner manner() const { return manner_; }

    // Where it listens; size 0: nowhere.
    [[nodiscard]] virtual SocketAddress address() const = 0;

    // The three write what is to be sent into `out`, in one piece; what does not fit is not sent.
    //
    // There is a new connection: forgets what was half read, says what must be said first, and what
    // is to be watched. kOpen where orders may follow at once, else it comes with take().
    [[nodiscard]] virtual Heard::Set begin(TextWriter& out) = 0;
    // Each order makes the answers to earlier questions void: they are no answers any more.
    virtual void say(Order order, TextWriter& out) = 0;
    // Bytes that have come, in portions as they like to be cut.
    [[nodiscard]] virtual Heard::Set take(std::string_view bytes, TextWriter& out) = 0;

    // After kRefused, or where who is not at home closes before kOpen: the reason, for the log;
    // zero-terminated, valid until the next call.
    [[nodiscard]] virtual const char* why() const = 0;

  protected:
    ~Talk() = default;

  private:
    const Manner manner_;
};

}  // namespace cmagent::platform
