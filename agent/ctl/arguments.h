#pragma once
// The command line of cmagentctl (contract.md, "Programs").

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string_view>

#include "agent/base/text.h"
#include "agent/cm/limits.h"
#include "agent/ctl/command_list.h"
#include "agent/lib/daemon_address.h"

namespace cmagent::ctl {

// Texts of the command line, in the order in which they came.
template <std::size_t N>
struct ArgumentList {
    std::string_view list[N];
    std::size_t size = 0;

    [[nodiscard]] bool add(std::string_view text) {
        if (size == N) return false;
        list[size++] = text;
        return true;
    }
    [[nodiscard]] const std::string_view* begin() const { return list; }
    [[nodiscard]] const std::string_view* end() const { return list + size; }
};

// The longest that a place is waited for, in seconds (contract.md, "Local HTTP API").
inline constexpr std::uint64_t kMaxWait = 3600;
// contract.md, "Configuration": all time-outs.
inline constexpr std::uint64_t kMinStopDeadlineMs = 100;
inline constexpr std::uint64_t kMaxStopDeadlineMs = 120'000;

// Files and folders of the daemon's configuration: the vendor's, the device's, and a few to try.
inline constexpr std::size_t kMaxConfigurations = 8;

// All views are of argv, or of literals.
struct Arguments {
    // The address at which the daemon listens by default (contract.md, "Configuration").
    std::string_view url = "http://127.0.0.1:8790";
    lib::DaemonAddress address = {"", "127.0.0.1", "8790", "127.0.0.1:8790"};  // the same
    const char* token_file = nullptr;  // of run_command(), as the other files
    const char* client_key_file = nullptr;
    const char* subject_file = nullptr;
    bool json = false;
    bool help = false;
    bool version = false;

    Command command = Command::none;
    ArgumentList<1 + cm::kMaxCodes> words;  // that follow the command and belong to no option
    // Command::run: the player and its arguments, to the end of argv; null: none.
    const char* const* playing = nullptr;

    std::string_view idp;
    std::string_view subject;     // or in the file
    std::string_view client_key;  // out of its file
    std::string_view application;
    std::string_view player;
    std::string_view replaces;
    ArgumentList<cm::kMaxRequestPairs> metadata;  // NAME=VALUE, the name not empty
    ArgumentList<cm::kMaxCodes> terminate;
    std::string_view client_version;
    std::int32_t stop_deadline_ms = 2'000;
    bool refresh = false;
    std::string_view since;  // digits
    bool give_up = false;
    bool try_again = false;
    std::optional<std::uint64_t> wait_seconds;
    bool start_then = false;
    const char* state = nullptr;  // null: the one of the configuration
    ArgumentList<kMaxConfigurations> configurations;

    Text<128> problem;  // the usage error (EX_USAGE), for a person; empty: none
};

// As main() gets them. Options of a command follow it; the others may stand anywhere. "--url U" and
// "--url=U" mean the same.
[[nodiscard]] Arguments parse_arguments(int argc, const char* const* argv);

// All commands and options; of one command: what it takes.
void print_help(std::FILE* out, Command command);

}  // namespace cmagent::ctl
