#include "agent/ui/guard.h"

#include "agent/base/characters.h"
#include "agent/base/host.h"
#include "agent/ui/query.h"

namespace cmagent::ui {
namespace {

bool holds(Span<const std::string_view> list, std::string_view text) {
    for (const std::string_view one : list) {
        if (same_ignoring_case(one, text)) return true;
    }
    return false;
}

bool is_served(std::string_view host, const ApiSettings& settings) {
    const auto split = split_host_and_port(host);
    if (!split || !all_of(split->port, is_digit)) return holds(settings.allowed_hosts, host);
    if (is_host(*split) && is_loopback(split->host)) return true;
    // The list has names with a port, and without one for any port.
    const std::size_t port = split->has_port() ? split->port.size() + 1 : 0;
    return holds(settings.allowed_hosts, host) ||
           holds(settings.allowed_hosts, slice(host, 0, host.size() - port));
}

// The client for web apps holds no secret and asks for nothing: an app loads it by <script>, from
// whatever origin, before it has any token.
bool is_anybodys(std::string_view path) {
    return path == "/cmagent.js";
}

// The page that the agent itself has served.
bool is_own(std::string_view origin, std::string_view host) {
    constexpr std::string_view kScheme = "http://";
    return same_ignoring_case(slice(origin, 0, kScheme.size()), kScheme) &&
           same_ignoring_case(slice(origin, kScheme.size()), host);
}

bool is_json(std::string_view type) {
    return same_ignoring_case(take_until(type, ';'), "application/json");
}

// A fetch that the page of a stranger can cause without a preflight: <img>, <script>, <iframe>
// (which could take the places of listeners). A browser that sends Sec-Fetch-Site needs no Origin
// to be refused; only a link may lead here. Chromium 76 to 79 send no Sec-Fetch-Dest.
bool is_foreign_embedding(const platform::HttpHeaders& headers) {
    const std::string_view site = headers.get("Sec-Fetch-Site");
    if (site != "cross-site" && site != "same-site") return false;
    const std::string_view place = headers.get("Sec-Fetch-Dest");
    return headers.get("Sec-Fetch-Mode") != "navigate" || (!place.empty() && place != "document");
}

std::optional<Problem> check_origin(const platform::HttpRequest& request,
                                    const ApiSettings& settings, Caller& caller) {
    if (is_anybodys(request.path)) {
        caller.origin = "*";
        return std::nullopt;
    }
    const std::string_view origin = request.headers->get("Origin");
    if (origin.data() == nullptr) {
        if (is_foreign_embedding(*request.headers)) return Problem::origin_not_allowed;
        return std::nullopt;
    }
    if (is_own(origin, request.headers->get("Host"))) return std::nullopt;
    if (!holds(settings.allowed_origins, origin)) return Problem::origin_not_allowed;
    caller.origin = origin;
    return std::nullopt;
}

// navigator.sendBeacon, with which a page that is about to go confirms a stop, sends no field of its
// own and no body that is application/json.
bool is_confirmation(std::string_view path) {
    constexpr std::string_view kTail = "/stopped";
    return path.size() > kTail.size() && slice(path, path.size() - kTail.size()) == kTail;
}

std::optional<Problem> check_token(const platform::HttpRequest& request,
                                   const ApiSettings& settings, const TokenTable& tokens,
                                   Caller& caller) {
    // A preflight can carry no credentials, and it is no secret that the daemon lives.
    if (!settings.needs_token || request.path == "/healthz" || is_anybodys(request.path) ||
        is_preflight(request)) {
        return std::nullopt;
    }
    std::string_view token = bearer_token(request.headers->get("Authorization"));
    Text<core::kMaxToken> from_query;
    if (token.empty() && (request.path == "/v1/events" || is_confirmation(request.path))) {
        if (find_parameter(request.query, "access_token", from_query)) token = from_query.view();
    }
    const core::Bearer* const bearer = token.empty() ? nullptr : tokens.find(token);
    caller.wrong_token = bearer == nullptr && !token.empty();
    if (bearer == nullptr) return Problem::token_missing;
    caller.take(*bearer);
    return std::nullopt;
}

}  // namespace

const Language& language_for(const platform::HttpHeaders& headers, const ApiSettings& settings) {
    const Language& configured = find_language(settings.language, *languages().begin());
    return choose_language(headers.get("Accept-Language"), configured);
}

bool is_preflight(const platform::HttpRequest& request) {
    return request.method == "OPTIONS" &&
           request.headers->get("Access-Control-Request-Method").data() != nullptr;
}

std::optional<Problem> guard(const platform::HttpRequest& request, const ApiSettings& settings,
                             const TokenTable& tokens, Caller& caller) {
    caller.language = &language_for(*request.headers, settings);
    caller.cm_messages = settings.cm_messages;
    if (request.local_socket) caller.party = core::Party::of_user(request.user);
    // A unix socket has no name that could be rebound.
    if (!request.local_socket && !is_served(request.headers->get("Host"), settings)) {
        return Problem::misdirected;
    }
    // The origin comes first, so that a page of an allowed origin can read every later refusal.
    const auto foreign = check_origin(request, settings, caller);
    if (!request.body.empty() && !is_confirmation(request.path) &&
        !is_json(request.headers->get("Content-Type"))) {
        return Problem::unsupported_media_type;
    }
    if (foreign) return foreign;
    return check_token(request, settings, tokens, caller);
}

}  // namespace cmagent::ui
