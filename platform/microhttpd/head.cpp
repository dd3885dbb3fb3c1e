#include "platform/microhttpd/head.h"

#include <microhttpd.h>

#include <optional>

#include "agent/base/characters.h"
#include "agent/base/decimal.h"
#include "platform/microhttpd/limits.h"

namespace cmagent::platform {
namespace {

// A request with two of any of these fields could be read in two ways: by the agent and by a proxy
// in front of it, or by the guard and by the route.
constexpr char kSingleFields[][18] = {
    "Host", "Content-Length", "Transfer-Encoding", "Content-Type", "Origin", "Authorization",
};

// OPTIONS may ask about "*"; every other target must be a path (RFC 9112 §3.2.1).
bool is_sound_target(std::string_view target) {
    if (target == "*") return true;
    return !target.empty() && target.front() == '/' && all_of(target, is_visible);
}

struct HeaderField {
    std::string_view name;
    std::string_view value;
};

// Calls `visit` for every field until it returns false.
template <typename Visit>
void for_each_field(MHD_Connection* connection, Visit visit) {
    const auto step = [](void* context, MHD_ValueKind, const char* name, std::size_t name_size,
                         const char* value, std::size_t value_size) {
        const HeaderField field{{name, name_size}, {value == nullptr ? "" : value, value_size}};
        return (*static_cast<Visit*>(context))(field) ? MHD_YES : MHD_NO;
    };
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, step, &visit);
}

// A name with a space before its colon has another meaning elsewhere.
bool is_sound_field(const HeaderField& field) {
    return !field.name.empty() && all_of(field.name, is_token_character) &&
           all_of(field.value, is_field_character);
}

}  // namespace

std::string_view Head::get(const char* name) const {
    const std::string_view wanted(name);
    std::string_view found;
    for_each_field(connection_, [&](const HeaderField& field) {
        if (!same_ignoring_case(field.name, wanted)) return true;
        found = field.value;
        return false;
    });
    return found;
}

std::size_t Head::count(const char* name) const {
    const std::string_view wanted(name);
    std::size_t found = 0;
    for_each_field(connection_, [&](const HeaderField& field) {
        found += same_ignoring_case(field.name, wanted) ? 1 : 0;
        return true;
    });
    return found;
}

std::optional<HttpRefusal> Head::refusal(std::string_view target, std::string_view version) const {
    if (target.size() >= kMaxTarget) return HttpRefusal::target_too_long;
    if (!is_sound_target(target)) return HttpRefusal::malformed;

    const MHD_ConnectionInfo* size =
        MHD_get_connection_info(connection_, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    if (size != nullptr && size->header_size > kMaxHead) return HttpRefusal::head_too_long;

    bool sound = true;
    std::string_view values[std::size(kSingleFields)];
    for_each_field(connection_, [&](const HeaderField& field) {
        sound = is_sound_field(field);
        for (std::size_t i = 0; i < std::size(kSingleFields); ++i) {
            if (!same_ignoring_case(field.name, kSingleFields[i])) continue;
            if (values[i].data() != nullptr) sound = false;
            values[i] = field.value;
        }
        return sound;
    });
    if (!sound) return HttpRefusal::malformed;

    const auto& [host, length, coding, type, origin, credentials] = values;
    if (version == "HTTP/1.1" && host.data() == nullptr) return HttpRefusal::malformed;
    if (coding.data() != nullptr) {
        const bool readable = version != "HTTP/1.0" && length.data() == nullptr &&
                              same_ignoring_case(coding, "chunked");
        return readable ? std::nullopt : std::optional(HttpRefusal::malformed);
    }
    if (length.data() == nullptr) return std::nullopt;
    const auto announced = read_size(length, 10, kMaxBody);
    if (!announced) return HttpRefusal::malformed;
    if (*announced > kMaxBody) return HttpRefusal::body_too_long;
    return std::nullopt;
}

}  // namespace cmagent::platform
