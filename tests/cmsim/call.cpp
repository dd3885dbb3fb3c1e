#include "tests/cmsim/call.h"

#include <optional>

#include "tests/cmsim/date.h"

namespace cmagent::cmsim {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

int hexadecimal(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Refuses a NUL: no name on the other side of CM can hold one.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus_is_space) {
            result.push_back(' ');
        } else if (text[i] != '%') {
            result.push_back(text[i]);
        } else {
            if (text.size() - i < 3) return std::nullopt;
            const int high = hexadecimal(text[i + 1]);
            const int low = hexadecimal(text[i + 2]);
            if (high < 0 || low < 0 || (high == 0 && low == 0)) return std::nullopt;
            result.push_back(static_cast<char>(high * 16 + low));
            i += 2;
        }
    }
    return result;
}

bool add_form(std::string_view form, Metadata& metadata) {
    if (form.empty()) return true;
    for (const std::string_view pair : split(form, '&')) {
        const std::size_t equals = pair.find('=');
        const std::string_view value =
            equals == std::string_view::npos ? "" : pair.substr(equals + 1);
        const auto name = percent_decoded(pair.substr(0, equals), true);
        const auto decoded = percent_decoded(value, true);
        if (!name || name->empty() || !decoded) return false;
        metadata[*name] = *decoded;
    }
    return true;
}

std::optional<std::string> decode_base64(std::string_view text) {
    constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    while (!text.empty() && text.back() == '=') text.remove_suffix(1);
    std::string result;
    unsigned bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        const std::size_t digit = kAlphabet.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        bits = (bits << 6) | static_cast<unsigned>(digit);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        result.push_back(static_cast<char>((bits >> count) & 0xffu));
    }
    return result;
}

// cm-api.md, "Authentication": the user is the application id, the password is empty.
std::optional<std::string> application_id(const Request& request) {
    constexpr std::string_view kBasic = "Basic ";
    const std::string* header = request.header("authorization");
    if (header == nullptr || header->rfind(kBasic, 0) != 0) return std::nullopt;
    std::optional<std::string> user = decode_base64(std::string_view(*header).substr(6));
    if (!user || user->empty() || user->back() != ':') return std::nullopt;
    user->pop_back();
    return user;
}

std::vector<std::string> termination_codes(const Request& request) {
    std::vector<std::string> codes;
    for (const auto& [name, value] : request.headers) {
        if (name != "x-terminate") continue;
        for (std::string_view code : split(value, ',')) {
            while (!code.empty() && code.front() == ' ') code.remove_prefix(1);
            while (!code.empty() && code.back() == ' ') code.remove_suffix(1);
            if (!code.empty()) codes.emplace_back(code);
        }
    }
    return codes;
}

bool is_form(const Request& request) {
    constexpr std::string_view kForm = "application/x-www-form-urlencoded";
    const std::string* type = request.header("content-type");
    return type != nullptr && type->rfind(kForm, 0) == 0;
}

struct Route {
    std::string_view method;
    std::string_view first;  // segment of the path
    std::size_t segments;
    CallKind kind;
};

constexpr Route kRoutes[] = {
    {"GET", "metadata", 1, CallKind::metadata},      {"POST", "sessions", 3, CallKind::init},
    {"POST", "sessions", 4, CallKind::heartbeat},    {"DELETE", "sessions", 4, CallKind::end},
    {"GET", "runningStreams", 3, CallKind::streams},
};

std::variant<CallKind, int> find_route(const Request& request,
                                       const std::vector<std::string_view>& segments) {
    int status = 404;
    for (const Route& route : kRoutes) {
        if (route.first != segments[0] || route.segments != segments.size()) continue;
        if (route.method == request.method) return route.kind;
        status = 405;
    }
    return status;
}

}  // namespace

std::string_view name_of(CallKind kind) {
    switch (kind) {
        case CallKind::metadata:
            return "metadata";
        case CallKind::init:
            return "init";
        case CallKind::heartbeat:
            return "heartbeat";
        case CallKind::end:
            return "end";
        case CallKind::streams:
            return "streams";
    }
    return {};
}

CallOrStatus read_call(const Request& request, std::string_view base) {
    const std::size_t question = request.target.find('?');
    std::string_view path = std::string_view(request.target).substr(0, question);
    if (path.substr(0, base.size()) != base) return 404;
    path.remove_prefix(base.size());
    if (path.empty() || path[0] != '/') return 404;
    const std::vector<std::string_view> segments = split(path.substr(1), '/');
    const auto route = find_route(request, segments);
    if (const int* status = std::get_if<int>(&route)) return *status;

    Call call;
    call.kind = std::get<CallKind>(route);
    const std::optional<std::string> application = application_id(request);
    if (!application) return 401;
    call.application = *application;
    std::string* const parts[] = {&call.idp, &call.subject, &call.session};
    for (std::size_t i = 1; i < segments.size(); ++i) {
        const auto part = percent_decoded(segments[i], false);
        if (!part) return 400;
        if (part->empty()) return 404;
        *parts[i - 1] = *part;
    }
    if (question != std::string::npos &&
        !add_form(std::string_view(request.target).substr(question + 1), call.metadata)) {
        return 400;
    }
    if (!request.body.empty() && !is_form(request)) return 415;
    if (!add_form(request.body, call.metadata)) return 400;
    call.terminate = termination_codes(request);
    return call;
}

Answer perform(const Call& call, Service& service, Millis now) {
    const Caller caller{call.application, call.idp, call.subject};
    switch (call.kind) {
        case CallKind::metadata:
            return service.metadata(call.application, now);
        case CallKind::init:
            return service.init(caller, call.metadata, call.terminate, now, call.ending);
        case CallKind::heartbeat:
            return service.heartbeat(caller, call.session, call.metadata, now);
        case CallKind::end:
            return service.end(caller, call.session, now);
        case CallKind::streams:
            return service.running_streams(caller, now);
    }
    return {};
}

Response respond(const Answer& answer, Dialect dialect) {
    Response response;
    response.status = answer.status;
    response.headers.emplace_back("Date", http_date(answer.date));
    // The dates have whole seconds only. Both are cut from the same fraction, so that the
    // difference is the life time that the session really has, and never more.
    if (answer.expires) {
        const Millis whole = (*answer.expires - answer.date) / 1000 * 1000;
        response.headers.emplace_back("Expires", http_date(answer.date + whole));
    }
    if (!answer.session.empty()) response.headers.emplace_back("Location", answer.session);
    if (answer.status == 401) {
        response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"cm\"");
    }
    response.body = render(answer, dialect);
    if (!response.body.empty()) {
        response.headers.emplace_back("Content-Type", "application/json");
    }
    return response;
}

}  // namespace cmagent::cmsim
