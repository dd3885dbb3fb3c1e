#pragma once
#include <cstdint>
#include <string_view>

#include "platform/players/dbus_message.h"
#include "platform/players/talk.h"

namespace cmagent::platform {

// What is said on a bus of D-Bus to every player that has the name `org.mpris.MediaPlayer2.NAME`,
// with or without a suffix (MPRIS D-Bus Interface Specification 2.2).
//
// A signal is never believed: it makes us ask. A question is a round: who has such a name, and what
// does each of them say? After an order nothing plays when in one round each says `Stopped`, and
// has said something else before: a player that says `Stopped` whatever it does proves nothing by
// it. An order goes to those whom the next list names; the bus keeps it for one that hangs.
//
// That nobody has the name is evidence only where somebody had it, for this picture and on this bus:
// the name may be a wrong one, a browser does not tell the bus of every picture, and what played may
// have outlived its bus. Without an order a picture is over when who played has gone, or when two
// rounds say `Stopped`.
class MprisTalk final : public Talk {
  public:
    // `bus`: addresses, empty for the bus of the process's user. Both texts must outlive this.
    MprisTalk(std::string_view bus, std::string_view name)
        : Talk({false, false}), bus_(bus), name_(name) {}

    [[nodiscard]] SocketAddress address() const override;
    [[nodiscard]] Heard::Set begin(TextWriter& out) override;
    void say(Order order, TextWriter& out) override;
    [[nodiscard]] Heard::Set take(std::string_view bytes, TextWriter& out) override;
    [[nodiscard]] const char* why() const override { return why_; }

  private:
    // What we say; its number is part of the serial, by which an answer is known.
    enum class Call : std::uint8_t {
        none,
        hello,
        properties,
        owners,
        list,
        before,
        ask,
        stop,
        quit
    };
    // What players say; of several the one that says the most counts.
    enum class Status : std::uint8_t { stopped, paused, playing, unknown };

    void say(Call call, std::string_view to, TextWriter& out) const;
    [[nodiscard]] Heard::Set greet(TextWriter& out);
    [[nodiscard]] Heard::Set on_part(DbusReader::Part part, TextWriter& out);
    [[nodiscard]] Heard::Set on_message();
    [[nodiscard]] Heard::Set on_error(Call call, bool of_round);
    void on_name(std::string_view name, TextWriter& out);
    void note(std::string_view said, bool counts);
    void count(Status status, bool proven);
    [[nodiscard]] Heard::Set conclude();
    [[nodiscard]] Heard::Set refuse(std::string_view why);
    [[nodiscard]] bool has_played(std::uint32_t owner) const;

    const std::string_view bus_;
    const std::string_view name_;
    DbusReader reader_;
    bool speaks_ = false;       // the bus has let us in
    std::uint32_t bus_id_ = 0;  // a digest of its name for itself, which no other bus has
    char why_[96] = {};

    Call order_ = Call::none;  // for those whom the list will name
    bool ordered_ = false;     // the questions are those of an order
    bool quits_ = false;       // … which is to quit

    // The round: its number; whether one runs; whether its list has come; how many have not
    // answered; what the others have said.
    std::uint32_t round_ = 0;
    bool asking_ = false;
    bool listing_ = false;  // names come of its list
    bool listed_ = false;
    bool proven_ = false;
    Status status_ = Status::stopped;
    std::uint32_t awaited_ = 0;

    // Digests of the last who have said something else than `Stopped` (a bus names nobody as it has
    // named another), and how many there were. One that is forgotten proves nothing by `Stopped`.
    static constexpr std::uint32_t kMost = 8;
    std::uint32_t played_[kMost] = {};
    std::uint32_t players_ = 0;
    bool stayed_ = false;  // in this round one of them has answered
    bool seen_ = false;    // since something was concluded, somebody had the name
    bool lost_ = false;    // what played was on another bus
    bool quiet_ = false;   // without an order: one reading was that nothing plays any more
};

}  // namespace cmagent::platform
