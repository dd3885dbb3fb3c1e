#include "platform/players/mpris_talk.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "agent/base/decimal.h"
#include "agent/base/hash.h"
#include "agent/base/hex.h"
#include "agent/base/text.h"
#include "platform/players/dbus_address.h"

namespace cmagent::platform {
namespace {

// By their numbers.
constexpr char kInterfaces[] =
    "org.freedesktop.DBus\0org.freedesktop.DBus."
    "Properties\0org.mpris.MediaPlayer2.Player\0"
    "org.mpris.MediaPlayer2";
constexpr std::size_t kOfBus = 0;
constexpr std::size_t kOfProperties = 1;
constexpr std::size_t kOfPlayer = 2;
constexpr std::size_t kOfApplication = 3;
// Of a call, by its number.
constexpr char kMembers[] = "\0Hello\0AddMatch\0AddMatch\0ListNames\0Get\0Get\0Stop\0Quit";
constexpr std::uint8_t kInterface[] = {kOfBus,        kOfBus,    kOfBus,
                                       kOfBus,        kOfBus,    kOfProperties,
                                       kOfProperties, kOfPlayer, kOfApplication};
// By the number of a status.
constexpr char kStatuses[] = "Stopped\0Paused\0Playing";

constexpr char kPrefix[] = "org.mpris.MediaPlayer2.";
// Those of others make us ask once more than is needed.
constexpr char kRules[] =
    "type='signal',path='/org/mpris/MediaPlayer2'\0"
    "type='signal',member='NameOwnerChanged',arg0namespace='org.mpris.MediaPlayer2'";

// A serial is the number of a round and that of a call.
constexpr unsigned kCallBits = 4;
constexpr std::uint32_t kCallMask = (1U << kCallBits) - 1;

// Takes it away from the front of `text`.
bool take_prefix(std::string_view prefix, std::string_view& text) {
    if (slice(text, 0, prefix.size()) != prefix) return false;
    text = slice(text, prefix.size());
    return true;
}

std::uint32_t digest(std::string_view text) {
    Fnv1a hash;
    hash.add(text);
    return static_cast<std::uint32_t>(hash.value());
}

}  // namespace

SocketAddress MprisTalk::address() const {
    return dbus_address(bus_);
}

Heard::Set MprisTalk::begin(TextWriter& out) {
    reader_.clear();
    speaks_ = asking_ = ordered_ = quits_ = false;
    order_ = Call::none;
    std::strcpy(why_, "the bus does not take this user");
    // Mechanism EXTERNAL: the kernel has told the bus who we are, and we say the same.
    char digits[kMaxDecimal];
    out << '\0' << "AUTH EXTERNAL ";
    for (const char digit : write_decimal(geteuid(), digits))
        write_hex(out, static_cast<std::uint8_t>(digit), 2);
    out << "\r\n";
    return 0;
}

void MprisTalk::say(Order order, TextWriter& out) {
    round_++;
    asking_ = order == Order::none;
    if (!asking_) {
        quits_ = order == Order::force;
        order_ = quits_ ? Call::quit : Call::stop;
        ordered_ = true;
        return;
    }
    proven_ = true;
    // Of what has not played yet nothing can be gone.
    stayed_ = players_ == 0;
    listing_ = listed_ = false;
    status_ = Status::stopped;
    awaited_ = 0;
    say(Call::list, nth_word(kInterfaces, kOfBus), out);
}

void MprisTalk::say(Call call, std::string_view to, TextWriter& out) const {
    const auto number = static_cast<std::uint32_t>(call);
    const std::size_t interface = kInterface[number];
    DbusCall said;
    said.texts[DbusCall::path] =
        interface == kOfBus ? "/org/freedesktop/DBus" : "/org/mpris/MediaPlayer2";
    said.texts[DbusCall::destination] = to;
    said.texts[DbusCall::interface] = nth_word(kInterfaces, interface);
    said.texts[DbusCall::member] = nth_word(kMembers, number);
    if (call == Call::properties) said.arguments[0] = nth_word(kRules, 0);
    if (call == Call::owners) said.arguments[0] = nth_word(kRules, 1);
    if (interface == kOfProperties) {
        said.arguments[0] = nth_word(kInterfaces, kOfPlayer);
        said.arguments[1] = "PlaybackStatus";
    }
    char bytes[kMaxDbusCall];
    out << std::string_view(bytes, write_dbus_call(said, round_ << kCallBits | number, bytes));
}

Heard::Set MprisTalk::take(std::string_view bytes, TextWriter& out) {
    Heard::Set heard = 0;
    while (!bytes.empty() && (heard & Heard::kRefused) == 0) {
        const Buffer room = reader_.room();
        const std::size_t size = std::min(room.size, bytes.size());
        if (size == 0) return refuse("this is no bus");
        std::memcpy(room.data, bytes.data(), size);
        reader_.add(size);
        bytes = slice(bytes, size);
        if (!speaks_) heard |= greet(out);
        while (speaks_ && (heard & Heard::kRefused) == 0) {
            const DbusReader::Part part = reader_.next();
            if (part == DbusReader::Part::none) break;
            heard |= on_part(part, out);
        }
    }
    return heard;
}

// `OK` and the bus's name for itself.
Heard::Set MprisTalk::greet(TextWriter& out) {
    std::string_view line = reader_.take_line();
    if (line.empty()) return 0;
    if (!take_prefix("OK ", line)) return Heard::kRefused;
    const std::uint32_t id = digest(line);
    if (id != bus_id_) {
        lost_ = lost_ || players_ != 0;
        players_ = 0;
        seen_ = false;
    }
    bus_id_ = id;
    speaks_ = true;
    out << "BEGIN\r\n";
    for (const Call call : {Call::hello, Call::properties, Call::owners})
        say(call, nth_word(kInterfaces, kOfBus), out);
    return 0;
}

Heard::Set MprisTalk::on_part(DbusReader::Part part, TextWriter& out) {
    switch (part) {
        case DbusReader::Part::message:
            return on_message();
        case DbusReader::Part::name:
            if (listing_) on_name(reader_.text(), out);
            return out.complete() ? Heard::Set{0} : refuse("too many have the name");
        case DbusReader::Part::end:
            listed_ = listed_ || listing_;
            if (listing_) order_ = Call::none;
            return conclude();
        default:
            return refuse("this is no bus");
    }
}

void MprisTalk::on_name(std::string_view name, TextWriter& out) {
    std::string_view rest = name;
    if (!take_prefix(kPrefix, rest) || !take_prefix(name_, rest)) return;
    if (!rest.empty() && rest[0] != '.') return;
    seen_ = true;
    awaited_++;
    if (order_ != Call::none) {
        say(Call::before, name, out);
        say(order_, name, out);
    }
    say(Call::ask, name, out);
}

Heard::Set MprisTalk::on_message() {
    const std::uint32_t serial = reader_.reply_serial();
    const auto call = static_cast<Call>(serial & kCallMask);
    const bool of_round = asking_ && ((serial >> kCallBits) - round_) << kCallBits == 0;
    listing_ = false;
    switch (reader_.type()) {
        case DbusReader::signal:
            return Heard::kMoved;
        case DbusReader::method_return:
            listing_ = call == Call::list && of_round;
            if (call == Call::before || call == Call::ask)
                note(reader_.text(), call == Call::ask && of_round);
            return call == Call::hello ? Heard::kOpen : conclude();
        case DbusReader::error:
            return on_error(call, of_round);
        default:
            return 0;
    }
}

// An error of the bus means that the player has gone meanwhile, which the next round shows; so does
// one of a player that was told to quit, which takes back what can be asked before it goes. Another
// of the player's own, or of the bus's policy, will be none the next time either.
Heard::Set MprisTalk::on_error(Call call, bool of_round) {
    const std::string_view name = reader_.error_name();
    const bool gone = reader_.sender() == nth_word(kInterfaces, kOfBus) &&
                      name.find("Denied") == std::string_view::npos;
    const bool goes = quits_ && call == Call::ask;
    if (!gone && !goes && call >= Call::ask) return refuse(name);
    if (call == Call::ask && of_round) count(Status::unknown, false);
    return conclude();
}

void MprisTalk::note(std::string_view said, bool counts) {
    const std::uint32_t owner = digest(reader_.sender());
    const bool played = has_played(owner);
    std::uint8_t number = 0;
    while (number < static_cast<std::uint8_t>(Status::unknown) &&
           nth_word(kStatuses, number) != said)
        ++number;
    const auto status = static_cast<Status>(number);
    if (status == Status::paused || status == Status::playing) {
        lost_ = false;
        if (!played) played_[players_++ % kMost] = owner;
    }
    stayed_ = stayed_ || (counts && played);
    if (counts) count(status, played && status == Status::stopped);
}

bool MprisTalk::has_played(std::uint32_t owner) const {
    for (std::uint32_t i = 0; i < std::min(players_, kMost); ++i) {
        if (played_[i] == owner) return true;
    }
    return false;
}

// One of those who are awaited has answered, or will not.
void MprisTalk::count(Status status, bool proven) {
    status_ = std::max(status_, status);
    proven_ = proven_ && proven;
    awaited_--;
}

// What the round says, once all have answered.
Heard::Set MprisTalk::conclude() {
    if (!asking_ || !listed_ || awaited_ != 0) return 0;
    asking_ = false;
    const bool plays = ordered_ ? !proven_ : stayed_ && status_ != Status::stopped;
    if (plays || (lost_ && !ordered_)) {
        quiet_ = false;
        constexpr Heard::Set kSaid[] = {0, Heard::kPaused, Heard::kResumed, 0};
        return static_cast<Heard::Set>(Heard::kPlaying | kSaid[static_cast<std::size_t>(status_)]);
    }
    if (ordered_ && !seen_) return refuse("nobody has the name");
    // Between two tracks a player may say `Stopped`.
    if (!ordered_ && stayed_ && players_ != 0 && !quiet_) {
        quiet_ = true;
        return Heard::kPlaying;
    }
    quiet_ = ordered_ = quits_ = seen_ = false;
    players_ = 0;
    return Heard::kIdle;
}

Heard::Set MprisTalk::refuse(std::string_view why) {
    const std::size_t size = std::min(why.size(), sizeof why_ - 1);
    std::memcpy(why_, why.data(), size);
    why_[size] = '\0';
    return Heard::kRefused;
}

}  // namespace cmagent::platform
