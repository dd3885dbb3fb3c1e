#include "agent/cm/answer.h"

#include "agent/base/characters.h"
#include "agent/base/decimal.h"
#include "agent/base/names.h"
#include "agent/cm/date_time.h"
#include "agent/cm/required_metadata.h"
#include "agent/cm/running_streams.h"

namespace cmagent::cm {

using namespace std::string_view_literals;

namespace {

using M = Meaning;

constexpr Named<M> kMeaningNames[] = {
    {M::granted, "granted"},
    {M::listed, "listed"},
    {M::conflict, "conflict"},
    {M::terminated, "terminated"},
    {M::revoked, "revoked"},
    {M::vanished, "vanished"},
    {M::throttled, "throttled"},
    {M::incomplete, "incomplete"},
    {M::invalid, "invalid"},
    {M::unauthorized, "unauthorized"},
    {M::unreachable, "unreachable"},
    {M::unclear, "unclear"},
    {M::not_cm, "not_cm"},
    {M::insecure, "insecure"},
    {M::clock_not_set, "clock_not_set"},
    {M::busy, "busy"},
};
constexpr auto kMeanings = names_of<kMeaningNames>();

constexpr Named<Blame> kBlameNames[] = {
    {Blame::none, ""},           {Blame::household, "household"},
    {Blame::app, "app"},         {Blame::service, "operator"},
    {Blame::network, "network"},
};
constexpr auto kBlames = names_of<kBlameNames>();

struct BlameRow {
    M meaning;
    Blame open;
    Blame verified;
};
constexpr BlameRow kBlameRows[] = {
    {M::granted, Blame::none, Blame::none},
    {M::listed, Blame::none, Blame::none},
    {M::conflict, Blame::household, Blame::household},
    {M::terminated, Blame::household, Blame::household},
    {M::revoked, Blame::service, Blame::service},
    {M::vanished, Blame::none, Blame::none},
    // More than 200 calls a minute: no viewer presses a key that often.
    {M::throttled, Blame::app, Blame::app},
    {M::incomplete, Blame::app, Blame::app},
    {M::invalid, Blame::app, Blame::app},
    {M::unauthorized, Blame::service, Blame::service},
    {M::unreachable, Blame::network, Blame::service},
    {M::unclear, Blame::network, Blame::service},
    {M::not_cm, Blame::network, Blame::service},
    {M::insecure, Blame::network, Blame::service},
    // The box gets its time from the network.
    {M::clock_not_set, Blame::network, Blame::network},
    {M::busy, Blame::none, Blame::none},
};
static_assert(lists_all(kBlameRows, &BlameRow::meaning));

// The reason for which an answer is none of CM's, or CM counts as unreachable.
enum class Reason : std::uint8_t { none, odd, redirect, server_error, portal };
using R = Reason;
constexpr Named<R> kReasonNames[] = {
    {R::none, ""},
    {R::odd, "unexpected-status"},
    {R::redirect, "redirect"},
    {R::server_error, "server-error"},
    {R::portal, "captive-portal"},
};
constexpr auto kReasons = names_of<kReasonNames>();

// Whose page, other than JSON, counts by its status too: a gateway in front of CM answers with pages
// of its own. No captive portal throttles or fails; it may well demand a sign-in.
enum class Pages : std::uint8_t { nobodys, of_verified, anybodys };
using P = Pages;

// cm-api.md, "Calls" and "What each answer means for the box". A status without a row of its own
// means what the first one of its class does (RFC 9110 §15). The body may add to that later. A start
// is `unclear` where the status leaves open whether it was carried out.
struct StatusRow {
    std::uint16_t status;
    M start;
    M heartbeat;
    M end;
    M list;  // running_streams, metadata
    Reason reason;
    Pages pages;
};
constexpr StatusRow same(std::uint16_t status, M meaning, Reason reason, Pages pages) {
    return {status, meaning, meaning, meaning, meaning, reason, pages};
}
constexpr StatusRow kRows[] = {
    {100, M::unclear, M::not_cm, M::not_cm, M::not_cm, R::odd, P::nobodys},
    {200, M::granted, M::granted, M::granted, M::listed, R::none, P::nobodys},
    // What CM says to a call that it has carried out. Nobody serves a page with it.
    {202, M::granted, M::granted, M::granted, M::listed, R::none, P::anybodys},
    // Never followed.
    same(300, M::not_cm, R::redirect, P::nobodys),
    same(400, M::invalid, R::none, P::nobodys),
    same(401, M::unauthorized, R::none, P::of_verified),
    same(402, M::unauthorized, R::none, P::of_verified),
    same(403, M::unauthorized, R::none, P::of_verified),
    {404, M::not_cm, M::vanished, M::granted, M::not_cm, R::odd, P::nobodys},
    // About how it was asked (method, form, conditions that the agent never sets), not about what:
    // this server is not, or not now, the one that CM's documents describe.
    same(405, M::not_cm, R::odd, P::nobodys),
    same(406, M::not_cm, R::odd, P::nobodys),
    same(407, M::not_cm, R::portal, P::nobodys),
    // A server gave up on an idle connection: the request was not read (RFC 9110 §15.5.9).
    same(408, M::unreachable, R::odd, P::anybodys),
    {409, M::conflict, M::conflict, M::not_cm, M::not_cm, R::odd, P::nobodys},
    {410, M::not_cm, M::revoked, M::granted, M::not_cm, R::odd, P::nobodys},
    same(411, M::not_cm, R::odd, P::nobodys),
    same(412, M::not_cm, R::odd, P::nobodys),
    // The request is longer than a gateway takes: metadata of the app.
    same(413, M::invalid, R::none, P::of_verified),
    same(414, M::invalid, R::none, P::of_verified),
    same(415, M::not_cm, R::odd, P::nobodys),
    same(416, M::not_cm, R::odd, P::nobodys),
    same(417, M::not_cm, R::odd, P::nobodys),
    same(421, M::not_cm, R::odd, P::nobodys),
    same(425, M::unreachable, R::odd, P::anybodys),
    same(426, M::not_cm, R::odd, P::nobodys),
    same(428, M::not_cm, R::odd, P::nobodys),
    same(429, M::throttled, R::none, P::anybodys),
    same(431, M::invalid, R::none, P::of_verified),
    same(451, M::unauthorized, R::none, P::of_verified),
    {500, M::unclear, M::unreachable, M::unreachable, M::unreachable, R::server_error, P::anybodys},
    // These refuse before the work is begun (RFC 9110 §15.6).
    same(501, M::unreachable, R::server_error, P::anybodys),
    same(503, M::unreachable, R::server_error, P::anybodys),
    same(505, M::unreachable, R::server_error, P::anybodys),
    // RFC 6585 §6: only ever sent by a network in between.
    same(511, M::not_cm, R::portal, P::nobodys),
};

// RFC 9110 §15: what is no status counts as a 5xx.
const StatusRow& row_of(int status) {
    const StatusRow* row = &kRows[0];
    const int hundreds = status >= 100 && status < 600 ? status / 100 * 100 : 500;
    for (const StatusRow& candidate : kRows) {
        const bool of_class = candidate.status == hundreds;
        if (of_class || candidate.status == status) row = &candidate;
    }
    return *row;
}

M meaning_of(const StatusRow& row, Call call) {
    switch (call) {
        case Call::start:
            return row.start;
        case Call::heartbeat:
            return row.heartbeat;
        case Call::end:
            return row.end;
        default:
            return row.list;
    }
}

// JSON's own, and the byte order mark that some servers put before it (RFC 8259 §8.1).
constexpr std::string_view kBlanks = " \t\r\n\xEF\xBB\xBF";

// A body, or the start of one. Blanks without a type are none: a server has added a line break.
bool has_body(const ResponseReader& response) {
    const bool typed = !response.content_type().empty() || response.body_too_long();
    const bool blank =
        !typed && response.body().find_first_not_of(kBlanks) == std::string_view::npos;
    return !response.complete() || (response.has_body() && !blank);
}

// Without a type the body itself is looked at, as RFC 9110 §8.3 allows.
bool has_json_body(const ResponseReader& response) {
    if (!response.content_type().empty()) return is_json_type(response.content_type());
    const std::string_view body = response.body();
    const std::size_t first = body.find_first_not_of(kBlanks);
    return first != std::string_view::npos && (body[first] == '{' || body[first] == '[');
}

// A 410. It says nothing where its body can be read and neither tells who or what has ended the
// session, nor demands a logout, after which there is nobody to go on for.
M meaning_of_gone(const Answer& answer, bool body_came) {
    const Evaluation& evaluation = answer.evaluation;
    if (evaluation.terminated_remotely()) return M::terminated;
    const json::Error error = evaluation.error();
    const bool readable = answer.body.empty()
                              ? !body_came
                              : error == json::Error::none || error == json::Error::empty;
    const bool silent = readable && evaluation.advice().empty() && !answer.logout;
    return silent ? M::vanished : M::revoked;
}

bool page_counts(Pages pages, Channel channel) {
    return pages == P::anybodys || (pages == P::of_verified && channel == Channel::verified);
}

// From the answer's own date to that moment.
std::int64_t time_until(std::string_view moment, std::optional<std::int64_t> date) {
    const auto until = read_http_date(moment);
    if (!date || !until || *until <= *date) return kUnknownLifetime;
    return *until - *date;
}

// Of a 429 without a usable `Expires`, as a gateway of CM's gives it (RFC 9110 §10.2.3).
std::int64_t pause_of(const ResponseReader& response, std::optional<std::int64_t> date) {
    const auto seconds = read_decimal(response.retry_after(), INT32_MAX);
    return seconds ? static_cast<std::int64_t>(*seconds) * 1000
                   : time_until(response.retry_after(), date);
}

void make_not_cm(Answer& answer, std::string_view reason) {
    answer.meaning = M::not_cm;
    answer.reason = reason;
}

void make_unclear(Answer& answer, M otherwise) {
    answer.meaning = M::unclear;
    answer.otherwise = otherwise;
}

// Whether the head decides, however the rest of the response breaks off. A list has to be whole.
bool head_decides(Call call, const ResponseReader& response) {
    if (!response.head_complete() || call == Call::start) return response.head_complete();
    const int kind = response.status() / 100;
    const bool done = kind == 2 && (call == Call::heartbeat || call == Call::end);
    return done || (kind == 4 && is_json_type(response.content_type()));
}

// A response that did not come to its end.
Answer broken_off(Call call, const ResponseReader& response) {
    const ResponseFault fault = response.fault();
    if (fault == ResponseFault::none) return lost(call, "timed-out"sv);
    if (fault == ResponseFault::truncated) return lost(call, response_fault_name(fault));
    Answer answer = lost(call, response_fault_name(fault), M::not_cm);
    answer.status = response.status();
    return answer;
}

// The session that CM has opened. Where it names none, nobody knows whether it has.
void add_session(Answer& answer, std::string_view location) {
    (void)answer.session.assign(session_id_in(location));  // never too long
    if (!answer.session.empty()) return;
    make_unclear(answer, M::not_cm);
    answer.reason = "no-session-id"sv;
}

bool is_list(Call call, json::Item body) {
    return call == Call::metadata ? RequiredMetadata(body).readable()
                                  : RunningStreams(body).readable();
}

void add_list(Answer& answer, Call call, const ResponseReader& response, json::Tokens tokens) {
    if (response.body_too_long()) return make_not_cm(answer, "body-too-long"sv);
    if (!response.has_body()) return make_not_cm(answer, "no-body"sv);
    const json::Parsed parsed = json::parse(response.body(), tokens);
    if (!parsed) return make_not_cm(answer, "malformed-json"sv);
    if (!is_list(call, parsed.root)) return make_not_cm(answer, "no-list"sv);
    answer.body = response.body();
    answer.list = parsed.root;
}

// A 4xx: its body may say more, or may turn out to be unreadable. The status decides then.
void add_evaluation(Answer& answer, Call call, bool body_came, json::Tokens tokens) {
    const Evaluation& evaluation = answer.evaluation = Evaluation::read(answer.body, tokens);
    answer.logout = evaluation.demands_logout();
    // Only these two carry metadata that could be missing: what else is refused is not made again
    // with other metadata.
    const bool carries = call == Call::start || call == Call::heartbeat;
    answer.refresh = carries && evaluation.demands_metadata_refresh();
    if (answer.meaning == M::invalid && answer.refresh) answer.meaning = M::incomplete;
    if (answer.meaning == M::revoked) answer.meaning = meaning_of_gone(answer, body_came);
}

Answer judge(Call call, Channel channel, const ResponseReader& response, json::Tokens tokens) {
    if (!response.complete() && !head_decides(call, response)) return broken_off(call, response);
    const bool refused = response.status() / 100 == 4;
    const StatusRow& row = row_of(response.status());
    Answer answer = no_response(meaning_of(row, call), {});
    answer.status = response.status();
    const auto date = read_http_date(response.date());
    answer.date_ms = date.value_or(0);
    answer.lifetime_ms = time_until(response.expires(), date);
    if (answer.meaning == M::throttled && answer.lifetime_ms <= 0)
        answer.lifetime_ms = pause_of(response, date);
    // A session that CM names is there, whatever else the answer says.
    if (answer.meaning == M::granted && call == Call::start) {
        add_session(answer, response.location());
        return answer;
    }
    const bool body_came = has_body(response);
    const bool json_body = body_came && has_json_body(response);
    if (body_came && !json_body && !page_counts(row.pages, channel)) {
        make_not_cm(answer, "content-type"sv);
        return answer;
    }
    if (!is_word_of_cm(answer.meaning)) answer.reason = kReasons[row.reason];
    if (answer.meaning == M::unclear) {
        make_unclear(answer, row.heartbeat);
    } else if (answer.meaning == M::listed) {
        add_list(answer, call, response, tokens);
    } else if (refused) {
        if (json_body && response.complete()) answer.body = response.body();
        add_evaluation(answer, call, body_came, tokens);
    }
    return answer;
}

}  // namespace

std::string_view meaning_name(Meaning meaning) {
    return kMeanings[meaning];
}

bool is_success(Meaning meaning) {
    return meaning == M::granted || meaning == M::listed;
}

bool is_word_of_cm(Meaning meaning) {
    return meaning < M::unreachable;
}

bool finds_fault(Meaning meaning) {
    return meaning >= M::incomplete && meaning <= M::unauthorized;
}

bool is_json_type(std::string_view content_type) {
    // Also where the semicolon is missing, or where a proxy has made two fields one.
    const std::string_view type = slice(content_type, 0, content_type.find_first_of(" \t;,"));
    constexpr std::string_view kSuffix = "+json";
    return same_ignoring_case(type, "application/json"sv) ||
           same_ignoring_case(type, "text/json"sv) ||
           (type.size() > kSuffix.size() &&
            same_ignoring_case(slice(type, type.size() - kSuffix.size()), kSuffix));
}

std::string_view blame_name(Blame blame) {
    return kBlames[blame];
}

Blame blame_of(Meaning meaning, Channel channel) {
    const BlameRow& row = kBlameRows[static_cast<std::size_t>(meaning)];
    return channel == Channel::verified ? row.verified : row.open;
}

Answer no_response(Meaning meaning, std::string_view reason, Channel channel) {
    Answer answer;
    answer.meaning = meaning;
    answer.blame = blame_of(meaning, channel);
    answer.reason = reason;
    return answer;
}

Answer lost(Call call, std::string_view reason, Meaning instead, Channel channel) {
    const M meaning = instead == M::unclear ? M::unreachable : instead;
    Answer answer = no_response(meaning, reason, channel);
    if (call == Call::start) make_unclear(answer, instead);
    return answer;
}

Answer read_answer(Call call, Channel channel, const ResponseReader& response,
                   json::Tokens tokens) {
    Answer answer = judge(call, channel, response, tokens);
    // A connection that breaks before the status says nothing. And who stands in between says so
    // himself.
    const bool in_between = row_of(answer.status).reason == R::portal;
    const bool spoken = answer.status != 0 || response.fault() != ResponseFault::truncated;
    const bool certain = spoken && !in_between;
    answer.blame = blame_of(answer.meaning, certain ? channel : Channel::open);
    return answer;
}

std::string_view session_id_in(std::string_view location) {
    location = slice(location, 0, location.find_first_of("?#"sv));
    // "https://host/…" or "//host/…" (RFC 3986 §4.2): the host is no segment of the path.
    const std::size_t scheme = location.find("://"sv);
    const std::size_t authority = slice(location, 0, 2) == "//"sv    ? 2
                                  : scheme == std::string_view::npos ? 0
                                                                     : scheme + 3;
    if (authority != 0) location = slice(location, location.find('/', authority));
    while (!location.empty() && location.back() == '/') location.remove_suffix(1);
    const std::size_t slash = location.rfind('/');
    const std::string_view id =
        slash == std::string_view::npos ? location : slice(location, slash + 1);
    if (id.size() > kMaxSessionId || id == "."sv || id == ".."sv) return {};
    return all_of(id, is_unreserved) ? id : std::string_view();
}

}  // namespace cmagent::cm
