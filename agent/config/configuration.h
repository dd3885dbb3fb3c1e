#pragma once
// The configuration (contract.md, "Configuration"): read once at the start, and
// again on SIGHUP. Strict: reading ends at the first fault, which alone is reported, and nothing of
// the file is then used.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/list.h"
#include "agent/base/text.h"
#include "agent/cm/endpoint.h"
#include "agent/core/settings.h"
#include "agent/json/string.h"
#include "agent/ui/texts.h"
#include "platform/api/adapter.h"
#include "platform/api/log.h"

namespace cmagent::config {

// Of all files together: ten times what a box with eight players, all of them with commands, needs.
inline constexpr std::size_t kMaxConfiguration = 65'536;
// The vendor's, the device's, and 32 in a folder (contract.md, "Configuration").
inline constexpr std::size_t kMaxFiles = 34;
// The key in use, the next one and the authority's, with room to change them: as many as the TLS
// driver takes.
inline constexpr std::size_t kMaxPins = 8;
inline constexpr std::size_t kMaxListen = 8;    // as many sockets as the listener serves
inline constexpr std::size_t kMaxOrigins = 16;  // the apps of one box, each from its own site
inline constexpr std::size_t kMaxHosts = 16;    // the names under which the box is reached
inline constexpr std::size_t kMaxPath = 255;  // of a file; the programs of a box lie near the root
// The names of the files, and for each value that may begin with a variable, six and three of each
// player, the variable and what it comes to.
inline constexpr std::size_t kMaxPaths = kMaxFiles + 2 * (6 + core::kMaxPlayers * 3);
inline constexpr std::size_t kMaxVariable = 64;     // CREDENTIALS_DIRECTORY has 21
inline constexpr std::size_t kMaxSocketPath = 107;  // sockaddr_un, without the zero
inline constexpr std::size_t kMaxAccount = 32;      // useradd(8)
inline constexpr std::size_t kMaxOrigin = 270;      // "https://", a host, a port
inline constexpr std::size_t kMaxLanguage = 35;     // RFC 5646 §4.4.1
inline constexpr std::size_t kMaxKeyName = 16;      // of one object: "connectTimeoutMs"
inline constexpr std::size_t kMaxUrl = 1024;        // of `cm.url`

// One type for all lists of texts, so that its code is there once. The keys have their own limits.
using Texts = List<std::string_view, 16>;
static_assert(kMaxPins <= Texts::capacity() && kMaxListen <= Texts::capacity());
static_assert(kMaxOrigins <= Texts::capacity() && kMaxHosts <= Texts::capacity());

enum class OnRestart : std::uint8_t { resume, end };
enum class OnShutdown : std::uint8_t { end, keep };

// How the agent verifies CM, and identifies itself to CM. Files are named here, not read.
struct Trust {
    // Debian's place of the distribution's bundle, which OpenEmbedded, Buildroot and OpenWrt share.
    const char* ca_file = "/etc/ssl/certs/ca-certificates.crt";
    const char* client_cert_file = "";  // "": none. Either both files are named or neither
    const char* client_key_file = "";
    Texts pins;  // "sha256/<base64>"; none: any key of a verified chain
};

// The sockets of the local API, and the callers that it admits.
struct LocalPort {
    Texts listen;  // as platform::Listener takes them; none: those of the supervisor alone
    Texts allowed_origins;
    Texts allowed_hosts;
    const char* token_file = "";  // "": no tokens
    // Of the files of unix sockets.
    const char* socket_group = "";  // "": that of the process
    std::size_t socket_mode = 0660;
};

// Whether others than the programs of this box reach an address to listen on, which is not so of
// loopback and of a unix socket.
[[nodiscard]] bool is_exposed(std::string_view address);

// Whether an origin names nobody: that of every page from a file, and of every sandboxed frame. Old
// WebKit and Qt write "file://" where the HTML standard has "null".
[[nodiscard]] bool is_opaque_origin(std::string_view origin);

// Zero-terminated copies of the texts of a file.
class Strings {
  public:
    Strings() {}  // leaves the bytes as they are: pages that are not needed are never touched
    Strings(const Strings&) = delete;
    Strings& operator=(const Strings&) = delete;

    // A copy with its escapes resolved, zero-terminated, right behind the copy before it. There is
    // always room for the strings of one file: each is at least as long in the file, where it also
    // stands between two quotes.
    [[nodiscard]] std::string_view keep(const json::String& text);
    // One text behind the other, of kMaxPath bytes at most together, else empty. There is room for
    // kMaxPaths of them.
    [[nodiscard]] std::string_view join(std::string_view first, std::string_view second);
    // Where the next copy will begin.
    [[nodiscard]] const char* end() const { return bytes_ + used_; }

  private:
    std::size_t used_ = 0;
    char bytes_[kMaxConfiguration + kMaxPaths * (kMaxPath + 1)];
};

// The file that has the last word about a key, and the line there. Null: none names it.
struct Origin {
    const char* file = nullptr;
    std::uint32_t line = 0;
};
// At most so many keys of keys.cpp are fixed.
inline constexpr std::size_t kMaxFixed = 17;

// All views and pointers are of `strings`, or of literals: they live as long as this object, which
// is neither copied nor moved. About 90 KiB, mostly never touched: meant for static storage.
struct Configuration {
    List<const char*, kMaxFiles> files;  // that were merged, in their order
    Origin fixed[kMaxFixed];             // of the fixed keys, in the order of keys.cpp; in `files`
    cm::Endpoint endpoint;
    Trust trust;
    LocalPort http;
    const char* device_id_file = "";  // "": none. settings.device has what it says
    OnRestart on_restart = OnRestart::resume;
    OnShutdown on_shutdown = OnShutdown::end;
    const char* state_dir = "/var/lib/cmagent";
    const char* user = "";   // that the process becomes; "": it stays what it is
    std::int8_t nice = -10;  // where it is permitted
    bool realtime = false;
    std::string_view language = "en";  // for a request that asks for no language
    ui::CmMessages cm_messages = ui::CmMessages::after;
    platform::LogLevel log_level = platform::LogLevel::info;
    platform::LogTarget log_target = platform::LogTarget::standard_error;

    // Of applications and players, number 0 is the default and has no name.
    core::Settings settings;
    platform::AdapterSettings adapters[core::kMaxPlayers];  // the same places as settings.players

    Strings strings;
};

// The first fault of a configuration. It repeats no text of the file, which may be a secret (an
// application id, the password in a URL).
struct ConfigurationFault {
    static constexpr std::size_t kMaxKey = 256;  // longer ones are cut, and end in "..."
    static constexpr std::size_t kMaxWhy = 512;

    const char* file = nullptr;  // the caller's name for it; null: `why` says more of files
    std::uint32_t line = 0;      // from 1; 0: the file could not be read
    Text<kMaxKey> key;           // "session.graceSeconds", "http.listen[1]"; empty: no single one
    Text<kMaxWhy> why;  // "4000 is out of range, allowed is 0 to 3600"; empty: there is no fault

    ConfigurationFault() {}  // written out: else gcc copies all of it from an image of zeros
    explicit operator bool() const { return !why.empty(); }
};

// One of the files of a configuration. The texts of all lie one behind the other in one buffer.
struct Source {
    const char* name;
    std::string_view text;
};

// What the box has to say to a configuration, and who asks what it came to.
struct Surroundings {
    // The value of a variable of the environment; null: it is not set. A null function: the box is not
    // asked, names of files stay as the configuration says them, and `read` is not called.
    char* (*variable)(const char* name) = nullptr;
    // Reads the start of a file into `into`. What it cannot be read for, else null; static storage,
    // until the next call.
    const char* (*read)(const char* name, Buffer into, std::string_view& text) = nullptr;
    // Told of each key that a file sets, "session.graceSeconds", with the file that has the last
    // word. Null: nobody asks.
    void (*is_set)(std::string_view key, const char* file, std::uint32_t line) = nullptr;
};

// Reads `files`, the earlier of which the later ones patch (RFC 7396): first each by itself, as far
// as it can be right or wrong without the others, then what they come to. They are needed during the
// call only, but their names as long as the fault. `adapters` are those that a player may name; they
// must outlive `into`. On a fault `into` is of no use. Not re-entrant: the tokens of the texts are
// kept in static storage.
[[nodiscard]] ConfigurationFault parse_configuration(Span<const Source> files,
                                                     const platform::Adapters& adapters,
                                                     Configuration& into,
                                                     const Surroundings& surroundings);

// "/etc/cmagent/cmagent.json:12: session.graceSeconds: 4000 is out of range, allowed is 0 to 3600".
// Cut where `into` is too small.
[[nodiscard]] std::string_view print(const ConfigurationFault& fault, Buffer into);

// --- reading it again (SIGHUP) ---

// A key from the outermost object on: "cm.url".
using KeyPath = Text<2 * kMaxKeyName + 1>;
struct FixedKey {
    KeyPath path;
    Origin origin;
};
using FixedKeys = List<FixedKey, kMaxFixed>;

// The keys that keys.cpp marks as fixed are those that the process was built around: applications,
// players, sockets, files and CM's address. All others may change while the process runs. Makes
// `next` fit to take the place of the configuration in use: a fixed key keeps the value that it has
// in `started`. Returns the fixed keys whose values differ, for a warning each: "takes effect after
// a restart".
//
// `started` is the configuration that the process was started with. It must outlive `next`, which
// then points into it.
[[nodiscard]] FixedKeys keep_fixed(const Configuration& started, Configuration& next);

}  // namespace cmagent::config
