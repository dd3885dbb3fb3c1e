#include "agent/lib/request.h"

#include "agent/json/write.h"

namespace cmagent::lib {
namespace {

std::string_view text_of(const char* text) {
    return text == nullptr ? std::string_view() : std::string_view(text);
}

bool are_there(const char* const* texts, std::size_t count) {
    if (count > 0 && texts == nullptr) return false;
    for (std::size_t i = 0; i < count; ++i) {
        if (texts[i] == nullptr) return false;
    }
    return true;
}

bool are_there(const cmagent_pair* pairs, std::size_t count) {
    if (count > 0 && pairs == nullptr) return false;
    for (std::size_t i = 0; i < count; ++i) {
        if (pairs[i].name == nullptr || pairs[i].value == nullptr) return false;
    }
    return true;
}

void write_codes(json::Writer& body, const char* const* codes, std::size_t count) {
    body.key("terminate").begin_array();
    for (std::size_t i = 0; i < count; ++i) body.string(std::string_view(codes[i]));
    body.end_array();
}

Written finish(json::Writer& body) {
    body.end_object();
    return body.ok() ? Written{CMAGENT_OK, body.size()} : Written{CMAGENT_TOO_LONG, 0};
}

}  // namespace

Written write_start(Buffer into, const cmagent_request& request, std::string_view client_key) {
    if (!are_there(request.metadata, request.metadata_count) ||
        !are_there(request.terminate, request.terminate_count)) {
        return {CMAGENT_INVALID, 0};
    }
    json::Writer body(into);
    body.begin_object();
    body.member("clientKey", client_key);
    body.member_if_any("idp", text_of(request.idp));
    body.member_if_any("subject", text_of(request.subject));
    body.member_if_any("application", text_of(request.application));
    body.member_if_any("player", text_of(request.player));
    body.member_if_any("clientVersion", text_of(request.client_version));
    body.key("metadata").begin_object();
    for (std::size_t i = 0; i < request.metadata_count; ++i) {
        const cmagent_pair& pair = request.metadata[i];
        body.key(pair.name).string(std::string_view(pair.value));
    }
    body.end_object();
    write_codes(body, request.terminate, request.terminate_count);
    return finish(body);
}

Written write_choice(Buffer into, const char* const* codes, std::size_t count) {
    if (!are_there(codes, count)) return {CMAGENT_INVALID, 0};
    json::Writer body(into);
    body.begin_object();
    write_codes(body, codes, count);
    return finish(body);
}

}  // namespace cmagent::lib
