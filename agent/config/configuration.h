#pragma once
// The configuration (contract.md, "Configuration: one JSON file"): read once at the start, and again on SIGHUP.
// Strict: the first thing that is not as it should be is the only one that is reported, and nothing of the file
// is then used.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/list.h"
#include "agent/base/text.h"
#include "agent/cm/endpoint.h"
#include "agent/core/settings.h"
#include "agent/json/string.h"
#include "platform/api/log.h"

namespace cmagent::config {

// Ten times what a box with eight players, all of them with commands, needs.
inline constexpr std::size_t kMaxConfiguration = 65'536;
// The key in use, the next one and the authority's, with room to change them: as many as the TLS driver takes.
inline constexpr std::size_t kMaxPins = 8;
inline constexpr std::size_t kMaxListen = 8;      // as many sockets as the listener serves
inline constexpr std::size_t kMaxOrigins = 16;    // the apps of one box, each from its own site
inline constexpr std::size_t kMaxHosts = 16;      // the names under which the box is reached
inline constexpr std::size_t kMaxArguments = 16;  // of a player's command: a script does the rest
inline constexpr std::size_t kMaxPath = 255;  // of a file; the programs of a box lie near the root
inline constexpr std::size_t kMaxSocketPath = 107;  // sockaddr_un
inline constexpr std::size_t kMaxHttpHost = 253;    // RFC 1035 §2.3.4, as text
inline constexpr std::size_t kMaxOrigin = 270;      // "https://", a host, a port
inline constexpr std::size_t kMaxLanguage = 35;     // RFC 5646 §4.4.1

inline constexpr char kDefaultConfigurationFile[] = "/etc/cmagent/cmagent.json";

// One list for all of these: what is done with it is compiled once. The keys have their own limits.
using Texts = List<std::string_view, 16>;
static_assert(kMaxPins <= Texts::capacity() && kMaxListen <= Texts::capacity());
static_assert(kMaxOrigins <= Texts::capacity() && kMaxHosts <= Texts::capacity());

enum class OnRestart : std::uint8_t { resume, end };
enum class OnShutdown : std::uint8_t { end, keep };
enum class Adapter : std::uint8_t { ui, exec, mpv };

// A program and its arguments, as Processes::start takes them.
class Command {
  public:
    // False: no room.
    [[nodiscard]] bool add(const char* argument) {
        if (count_ == kMaxArguments) return false;
        arguments_[count_++] = argument;
        return true;
    }
    // Ends with a null pointer; is one itself where there is no command.
    [[nodiscard]] const char* const* argv() const { return count_ == 0 ? nullptr : arguments_; }
    [[nodiscard]] std::size_t size() const { return count_; }

  private:
    std::size_t count_ = 0;
    const char* arguments_[kMaxArguments + 1] = {};
};

// How a player is reached. Its name and its times are in core::PlayerSettings.
struct PlayerDriver {
    Adapter adapter = Adapter::ui;
    Command stop;             // exec: always there; else never
    Command force;            // may be there with every adapter
    const char* socket = "";  // mpv: always there; else never
};

// What CM is trusted by, and shown. Files are named here, not read.
struct Trust {
    // Debian's place of the distribution's bundle, which OpenEmbedded, Buildroot and OpenWrt share.
    const char* ca_file = "/etc/ssl/certs/ca-certificates.crt";
    const char* client_cert_file = "";  // "": none; both or neither
    const char* client_key_file = "";
    Texts pins;  // "sha256/<base64>"; none: any key of a verified chain
};

// Who may call the local port, and where.
struct LocalPort {
    Texts listen;  // as platform::Listener takes them; never empty
    Texts allowed_origins;
    Texts allowed_hosts;
    const char* token_file = "";  // "": no tokens
};

// Zero-terminated copies of the texts of a file.
class Strings {
  public:
    Strings() {}  // the bytes stay as they are: pages that nobody needs are never touched
    Strings(const Strings&) = delete;
    Strings& operator=(const Strings&) = delete;

    // What is meant, escapes resolved. Never lacks room for the strings of one file, each of which is at least as
    // long there, and stands between two quotes.
    [[nodiscard]] std::string_view keep(const json::String& text);

  private:
    std::size_t used_ = 0;
    char bytes_[kMaxConfiguration];
};

// All views and pointers are of `strings`, or of literals: they live as long as this object, which is neither copied nor
// moved. About 90 KiB, mostly never touched: meant for static storage.
struct Configuration {
    core::Settings
        settings;  // of applications and players, number 0 is the default and has no name
    PlayerDriver drivers[core::kMaxPlayers];  // the same places as settings.players

    cm::Endpoint endpoint;
    Trust trust;
    LocalPort http;
    OnRestart on_restart = OnRestart::resume;
    OnShutdown on_shutdown = OnShutdown::end;
    const char* state_dir = "/var/lib/cmagent";
    std::string_view language = "en";  // where the caller asks for none
    platform::LogLevel log_level = platform::LogLevel::info;

    Strings strings;
};

// What is wrong with a configuration: the first thing that was met. Carries no values of texts, which may be
// secrets (an application id, the password in a URL).
struct ConfigurationFault {
    static constexpr std::size_t kMaxKey = 256;  // longer ones are cut, and end in "..."
    static constexpr std::size_t kMaxWhy = 512;

    std::uint32_t line = 0;  // from 1; 0: the file could not be read
    Text<kMaxKey> key;       // "session.graceSeconds", "http.listen[1]"; empty: no single one
    Text<kMaxWhy> why;  // "4000 is out of range, allowed is 0 to 3600"; empty: nothing is wrong

    ConfigurationFault() {}  // written out: else gcc copies all of it from an image of zeros
    explicit operator bool() const { return !why.empty(); }
};

// `text` is used during the call only. On a fault `into` is of no use. Not re-entrant.
[[nodiscard]] ConfigurationFault parse_configuration(std::string_view text, Configuration& into);

// Reads the file, then as above. Blocks. Not re-entrant.
[[nodiscard]] ConfigurationFault read_configuration(const char* file, Configuration& into);

// "/etc/cmagent/cmagent.json:12: session.graceSeconds: 4000 is out of range, allowed is 0 to 3600". Cut where
// `into` is too small.
[[nodiscard]] std::string_view print(const ConfigurationFault& fault, const char* file,
                                     Buffer into);

// --- reading it again (SIGHUP) ---

// At most so many members of a configuration can only be changed by a restart.
inline constexpr std::size_t kMaxFixed = 16;
using FixedMembers = List<std::string_view, kMaxFixed>;

// Applications, players, sockets, files and CM's address are what the process was built around; all else (session.*
// but onRestart, which is of the start anyway, device.metadata, who may call, time-outs, language, log level) may
// change while it runs. Makes `next` fit to take the place of the configuration that is in use: what cannot change
// keeps the value that it had in `started`. Returns the keys that differ there, for a warning each: "takes effect
// after a restart".
//
// `started` is what the process was started with: it must live on, for `next` then points into it.
[[nodiscard]] FixedMembers keep_fixed(const Configuration& started, Configuration& next);

}  // namespace cmagent::config
