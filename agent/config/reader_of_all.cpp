// What only all files together can be held to: keys that are required, and keys that need or exclude
// one another.

#include "agent/base/characters.h"
#include "agent/base/text_writer.h"
#include "agent/base/utf8.h"
#include "agent/config/reader.h"

namespace cmagent::config {
namespace {

// "adapter exec", "adapter exec or mpv": those of these bits.
void list_adapters(TextWriter& line, const platform::Adapters& adapters, unsigned bits) {
    const char* separator = "adapter ";
    for (std::size_t i = 0; i < adapters.rows.size; ++i) {
        if ((bits >> i & 1U) == 0) continue;
        line << separator << nth_word(adapters.names, i);
        separator = " or ";
    }
}

// A value of metadata, as the form of a request has it.
bool is_value(std::string_view text) {
    while (const std::size_t length = sequence_length(text)) text.remove_prefix(length);
    return text.empty();
}

}  // namespace

bool ConfigurationReader::check_section(Section section, const LocatedValue& object) {
    switch (section) {
        case Section::cm:
            return check_certificate(object);
        case Section::http:
            return check_port(object);
        case Section::device:
            return read_device_id(object);
        case Section::player:
            return check_adapter(object);
        default:
            return true;
    }
}

// Both files of the client's certificate are named, or neither.
bool ConfigurationReader::check_certificate(const LocatedValue& cm) {
    const Trust& trust = place_.into.trust;
    const bool certificate = trust.client_cert_file[0] != '\0';
    const bool key = trust.client_key_file[0] != '\0';
    if (certificate == key) return true;
    return fail(cm.member(certificate ? "clientKeyFile" : "clientCertFile"),
                certificate ? "is missing: a certificate needs its key"
                            : "is missing: a key needs its certificate");
}

// A text of a list that `opens` the port to strangers is refused.
bool ConfigurationReader::check_closed(const LocatedValue& http, const char* key,
                                       const Texts& texts, bool (*opens)(std::string_view),
                                       const char* why) {
    const LocatedValue list = http.member(key);
    int index = 0;
    for (const json::Item entry : json::ArrayForEach(list.value)) {
        const LocatedValue at{&list, {}, index++, entry};
        if (opens(texts[static_cast<std::size_t>(at.index)])) return fail(at, why);
    }
    return true;
}

// Where others than this box's programs may come in, callers are known by their tokens.
bool ConfigurationReader::check_port(const LocatedValue& http) {
    const LocalPort& port = place_.into.http;
    if (port.token_file[0] != '\0') return true;
    if (!check_closed(http, "listen", port.listen, is_exposed,
                      "is no loopback address: http.tokenFile must name those who may call") ||
        !check_closed(http, "allowedOrigins", port.allowed_origins, is_opaque_origin,
                      "is any file's and any sandboxed frame's: http.tokenFile must name those "
                      "who may call")) {
        return false;
    }
    constexpr std::size_t kOthers = 06;
    return (port.socket_mode & kOthers) == 0 ||
           fail(http.member("socketMode"),
                "admits everybody: http.tokenFile must name those who may call");
}

// A player has the keys that its adapter requires, and none that only other adapters take; then the
// adapter judges what they say.
bool ConfigurationReader::check_adapter(const LocatedValue& player) {
    const std::size_t adapter = place_.adapter_settings().adapter();
    const unsigned own = 1U << adapter;
    for (const platform::Adapters::Key& key : adapters_.keys) {
        const LocatedValue member = player.member(key.name);
        char bytes[ConfigurationFault::kMaxWhy];
        TextWriter why(bytes, WhenFull::mark);
        if (member.value && (key.takers & own) == 0) {
            why << "is for ";
            list_adapters(why, adapters_, key.takers);
            why << " only";
        } else if (!member.value && (key.requirers & own) != 0) {
            why << "is missing: ";
            list_adapters(why, adapters_, own);
            why << " needs it";
        } else {
            continue;
        }
        return fail(member, why.view());
    }
    const platform::Adapter::Check check = place_.adapter_settings().row().check;
    if (check == nullptr) return true;
    const platform::AdapterFault fault = check(place_.adapter_settings());
    return !fault || fail(player.member(fault.key), fault.why);
}

// The first line of a file of the box, where the kernel may end a text by a zero (contract.md,
// "device.deviceIdFile").
bool ConfigurationReader::read_device_id(const LocatedValue& device) {
    constexpr std::string_view kName = "deviceId";
    const char* const file = place_.into.device_id_file;
    if (file[0] == '\0') return true;
    const LocatedValue at = device.member("deviceIdFile");
    cm::Metadata& metadata = place_.into.settings.device;
    if (metadata.has(kName))
        return fail(at, "and device.metadata.deviceId: only one of them may be");
    if (place_.surroundings->read == nullptr) return true;
    char bytes[2 * cm::kMaxValue];  // a longer one is seen to be longer, whatever blanks are around
    std::string_view text;
    const char* const problem = place_.surroundings->read(file, Buffer(bytes), text);
    if (problem != nullptr) return fail(at, problem);
    text = behind_mark(slice(text, 0, text.find('\0')));
    text = take_until(text, '\n');
    const std::string_view id = trim_blanks(slice(text, 0, text.find('\r')));
    if (!id.empty() && !has_control(id) && is_value(id) && metadata.size() < cm::kMaxDevicePairs &&
        metadata.set(kName, id)) {
        return true;
    }
    return fail(at,
                "its first line is no value of metadata (1 to 256 bytes of UTF-8), or there are "
                "15 pairs already");
}

// Where there is one file, its line says where the key should stand; several are all named.
bool ConfigurationReader::fail_required(const LocatedValue& member) {
    if (files_.size == 1) return fail(member, "is missing");
    char bytes[ConfigurationFault::kMaxWhy];
    TextWriter why(bytes, WhenFull::mark);
    const char* separator = "is missing in ";
    for (const Source& file : files_) {
        why << separator << file.name;
        separator = ", ";
    }
    fail(member, why.view());
    fault_.file = nullptr;
    fault_.line = 0;
    return false;
}

}  // namespace cmagent::config
