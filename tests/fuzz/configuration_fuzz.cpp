// Whatever stands in the configuration: it is refused with one fault that can be printed, or all
// that was read keeps to its limits.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "agent/config/configuration.h"
#include "agent/json/read.h"
#include "platform/players/list.h"

namespace {

using namespace cmagent;
using config::Configuration;

void require(bool holds) {
    if (!holds) std::abort();
}

bool within(std::int64_t value, std::int64_t least, std::int64_t most) {
    return least <= value && value <= most;
}

// Zero-terminated, and of the length that the view says.
void check_text(std::string_view text) {
    require(text.data() != nullptr && std::strlen(text.data()) == text.size());
}

// A command that is given names a program, a text has its length, and an adapter has what it needs.
void check_value(const platform::Adapters::Key& key, const platform::AdapterSettings& settings) {
    using Kind = platform::AdapterKey::Kind;
    const bool required = (key.requirers >> settings.adapter() & 1U) != 0;
    if (key.kind == Kind::command) {
        const platform::Command command = settings.command(key.name);
        require(!command.empty() || !required);
        require(command.empty() || command.words[0] != '\0');
        require(within(static_cast<std::int64_t>(command.count), 0, platform::Command::kMaxWords));
        const char* word = command.words;
        for (std::size_t i = 0; i < command.count; ++i) word += std::strlen(word) + 1;
    } else if (key.kind == Kind::text || key.kind == Kind::place) {
        const auto size = static_cast<std::int64_t>(std::strlen(settings.text(key.name)));
        require((size == 0 && !required) || within(size, key.least, key.most));
    }
}

void check_player(const core::PlayerSettings& player, const platform::AdapterSettings& settings) {
    using Playback = platform::Adapter::Playback;
    const platform::Adapters& adapters = platform::PlayerDrivers::kAdapters;
    require(within(player.stop_deadline, 100, 120 * kSecond));
    require(within(player.lost, kSecond, 120 * kSecond));
    require(player.is_ui == (settings.row().playback == Playback::in_ui));
    for (const platform::Adapters::Key& key : adapters.keys) check_value(key, settings);
}

void check(const Configuration& configuration) {
    const core::Settings& settings = configuration.settings;
    require(within(settings.connect_timeout, 100, 120 * kSecond));
    require(within(settings.request_timeout, 100, 120 * kSecond));
    require(within(settings.grace, 0, 3600 * kSecond));
    require(within(settings.pause, kSecond, 86400 * kSecond));
    require(within(static_cast<std::int64_t>(settings.max_sessions), 1, core::kMaxSessions));
    require(
        within(static_cast<std::int64_t>(settings.application_count), 1, core::kMaxApplications));
    require(settings.device.size() + cm::kMaxRequestPairs < cm::kMaxPairs);
    for (std::size_t i = 0; i < settings.application_count; ++i) {
        require(!settings.applications[i].id.empty());
        require(settings.applications[i].name.empty() == (i == 0));
    }
    require(within(static_cast<std::int64_t>(settings.player_count), 1, core::kMaxPlayers));
    for (std::size_t i = 0; i < settings.player_count; ++i) {
        require(settings.players[i].name.empty() == (i == 0));
        check_player(settings.players[i], configuration.adapters[i]);
    }

    require(!configuration.endpoint.host.empty() && configuration.endpoint.port != 0);
    require((configuration.trust.client_cert_file[0] == '\0') ==
            (configuration.trust.client_key_file[0] == '\0'));
    const config::LocalPort& http = configuration.http;
    for (const std::string_view address : http.listen) {
        check_text(address);
        require(!config::is_exposed(address) || http.token_file[0] != '\0');
    }
    for (const std::string_view origin : http.allowed_origins) {
        check_text(origin);
        require(!config::is_opaque_origin(origin) || http.token_file[0] != '\0');
    }
    require((http.socket_mode & ~std::size_t{0666}) == 0);
    require((http.socket_mode & 06) == 0 || http.token_file[0] != '\0');
    for (const char* const file : {configuration.trust.ca_file, http.token_file,
                                   configuration.trust.client_key_file, configuration.state_dir}) {
        require(std::string_view(file).size() <= config::kMaxPath);
        require(std::string_view(file).substr(0, 23) != "$CREDENTIALS_DIRECTORY/");
    }
    for (const std::string_view pin : configuration.trust.pins) check_text(pin);
    require(configuration.state_dir[0] != '\0' && !configuration.language.empty());
}

void check(const config::ConfigurationFault& fault, Span<const config::Source> files) {
    char bytes[1024];
    const std::string_view printed = print(fault, {bytes, sizeof bytes});
    require(!printed.empty() && printed.find('\n') == std::string_view::npos);
    if (fault.file == nullptr) return require(files.size > 1);
    std::size_t place = 0;
    while (files[place].name != fault.file) require(++place < files.size);
    std::uint32_t lines = 1;
    for (const char c : files[place].text) lines += c == '\n' ? 1 : 0;
    require(within(fault.line, 1, lines));
    require(printed.substr(0, 2) == "f:");
}

// A zero, which is in no JSON, ends a file: the next one patches it.
std::size_t split(std::string_view text, config::Source (&into)[4]) {
    std::size_t count = 0;
    for (;;) {
        const std::size_t end = count + 1 < std::size(into) ? text.find('\0') : text.npos;
        into[count++] = {"f", slice(text, 0, end)};
        if (end == text.npos) return count;
        text.remove_prefix(end + 1);
    }
}

char g_folder[] = "/run/credentials/cmagentd.service";
constexpr config::Surroundings kSurroundings{
    [](const char*) { return g_folder; },
    [](const char*, Buffer, std::string_view& text) -> const char* {
        text = "stb-0001\n";
        return nullptr;
    }};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Configuration first;
    static Configuration second;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const platform::Adapters& adapters = platform::PlayerDrivers::kAdapters;
    config::Source parts[4];
    const Span<const config::Source> files{parts, split(text, parts)};
    const config::ConfigurationFault fault =
        parse_configuration(files, adapters, first, kSurroundings);
    if (fault) {
        check(fault, files);
        return 0;
    }
    check(first);
    // The same text is the same configuration, and it can take its own place.
    require(!parse_configuration(files, adapters, second, kSurroundings));
    require(config::keep_fixed(first, second).empty());
    return 0;
}
