#pragma once
// The commands of cmagentctl (contract.md, "Programs").

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/names.h"

namespace cmagent::ctl {

enum class Command : std::uint8_t {
    none,  // what is no command
    status,
    start,
    stop,
    stopped,
    pause,
    resume,
    sessions,
    resolve,
    conflicts,
    outlook,
    streams,
    end_stream,
    logout,
    metadata,
    history,
    watch,
    events,
    run,
    explain,
    forget,
    check,
    report,
};

// A set of commands; without any: an empty one.
class Commands {
  public:
    constexpr Commands() = default;
    template <class... Each>
    explicit constexpr Commands(Each... commands) : bits_((bit(commands) | ...)) {}
    [[nodiscard]] constexpr bool has(Command command) const { return (bits_ & bit(command)) != 0; }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }

  private:
    static_assert(kCountOf<Command> <= 32);
    static constexpr std::uint32_t bit(Command command) {
        return 1U << static_cast<unsigned>(command);
    }
    std::uint32_t bits_ = 0;
};

// `none` where there is none with that name.
[[nodiscard]] Command find_command(std::string_view name);

struct CommandText {
    std::string_view name;
    std::string_view words;  // that follow it
    std::string_view help;
};
[[nodiscard]] CommandText text_of(Command command);

// How many words the command takes. Of `run` they are the player and its arguments, and the first
// one ends the options.
[[nodiscard]] std::size_t least_words(Command command);
[[nodiscard]] std::size_t most_words(Command command);

}  // namespace cmagent::ctl
