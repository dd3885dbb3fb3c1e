#include "agent/ctl/own_session.h"

#include <cstdio>
#include <ctime>

#include "agent/ctl/commands.h"
#include "agent/ctl/perform.h"
#include "agent/ctl/show.h"
#include "agent/lib/event_reader.h"
#include "agent/lib/target.h"

namespace cmagent::ctl {
namespace {

using json::GetObjectItemCaseSensitive;

constexpr const char* kSessions = "/v1/sessions";
// A call while the player plays: the daemon answers at once, or is of no use.
constexpr std::int64_t kPatienceMs = 5'000;
constexpr std::int64_t kLongestPauseMs = 5'000;

char g_room[json::kMaxText + lib::EventReader::kBesidesData];
lib::EventReader g_reader(g_room);

json::Item parse(std::string_view text) {
    return json::parse(text, tokens()).root;
}

bool says(json::Item item, std::string_view text) {
    return json::IsString(item) && item.raw() == text;
}

}  // namespace

OwnSession::OwnSession(const Arguments& arguments, std::string_view token, const Key& key,
                       int interrupt)
    : arguments_(arguments),
      key_(key),
      calls_(arguments.address, token),
      stream_(arguments.address, token) {
    calls_.interrupt_by(interrupt);
    stream_.interrupt_by(interrupt);
}

// --- asking ---

int OwnSession::ask() {
    if (arguments_.wait_seconds)
        wait_until_ = monotonic_ms() + static_cast<std::int64_t>(*arguments_.wait_seconds) * 1'000;
    const int status = start();
    return status == kDone && standing_ == Standing::none ? wait_for_place() : status;
}

// kDone without a session: a place is waited for.
int OwnSession::start() {
    const json::Writer body = start_body(arguments_, key_.view());
    const ApiRequest request{"POST", kSessions, body.view()};
    if (!body.ok()) return tell_too_long();
    if (!calls_.exchange(request))
        return calls_.interrupted() ? kInterrupted : tell_unreachable(arguments_, calls_.problem());
    const json::Item answer = parse(calls_.body());
    if (calls_.status() / 100 == 2) {
        take_id(answer, "id");
        take_state(answer);
        return kDone;
    }
    const bool first = conflict_.empty();
    const json::Item conflict = GetObjectItemCaseSensitive(answer, "conflictId");
    if (!conflict_.assign(conflict.raw())) conflict_.clear();
    const bool waits = !conflict_.empty() && monotonic_ms() < wait_until_;
    if (!waits || first) (void)tell_refused(arguments_, calls_, show_limit);
    return waits ? kDone : kRefused;
}

int OwnSession::wait_for_place() {
    while (standing_ == Standing::none) {
        if (monotonic_ms() >= wait_until_) {
            std::fputs("cmagentctl: no place has become free\n", stderr);
            return kRefused;
        }
        listen(wait_until_);
        if (calls_.interrupted()) return kInterrupted;
    }
    return kDone;
}

// Once the stream is open, so that nothing is missed. False: the conflict is over, or forgotten
// with the daemon that knew it.
bool OwnSession::claim_wait() {
    const std::int64_t left = (wait_until_ - monotonic_ms() + 999) / 1'000;
    json::Writer body(written());
    body.begin_object();
    body.key("wait").begin_object();
    body.key("seconds").number(left > 0 ? left : 1);
    body.key("start").boolean(true);
    body.end_object();
    body.end_object();
    const lib::Target target =
        lib::Target("/v1/conflicts").segment(conflict_.view()).parameter(kClientKey, key_.view());
    return calls_.exchange({"POST", target.view(), body.view()}) && calls_.status() == 202;
}

// --- hearing ---

void OwnSession::listen(std::int64_t until) {
    const Standing before = standing_;
    if (!open_ && monotonic_ms() >= retry_at_) open_stream();
    if (look_due_ && stream_.status() != 0) look_up();
    if (open_) tell_pause();
    if (standing_ != before) return;
    const std::int64_t silent_at = heard_at_ + lib::EventReader::kSilence;
    const std::int64_t next = open_ ? silent_at : retry_at_;
    if (stream_.await_piece(next < until ? next : until)) return hear(stream_.next_piece());
    if (open_ && monotonic_ms() >= silent_at) lose_stream();
}

void OwnSession::open_stream() {
    const lib::Target target = lib::Target("/v1/events").parameter(kClientKey, key_.view());
    ApiRequest request{"GET", target.view(), {}, "text/event-stream", "1.0"};
    request.last_event = last_event_.view();
    request.answer_ms = kPatienceMs;
    open_ = stream_.open_stream(request) && stream_.status() == 200;
    look_due_ = true;
    if (!open_) {
        if (!stream_.interrupted()) lose_stream();
        return;
    }
    g_reader.begin_stream();
    heard_at_ = monotonic_ms();
    pause_ms_ = kFirstPauseMs;
}

void OwnSession::lose_stream() {
    open_ = false;
    stream_.close();
    retry_at_ = monotonic_ms() + pause_ms_;
    if (pause_ms_ < kLongestPauseMs) pause_ms_ *= 2;
}

void OwnSession::hear(std::string_view piece) {
    if (piece.empty()) return lose_stream();
    heard_at_ = monotonic_ms();
    lib::ServerEvent event;
    while (g_reader.next(piece, event)) {
        (void)last_event_.assign(event.id);
        take_event(event.name, parse(event.data));
    }
}

bool OwnSession::is(json::Item object, const char* name, ConstText id) const {
    return !id.view().empty() && says(GetObjectItemCaseSensitive(object, name), id.view());
}

void OwnSession::take_event(std::string_view name, json::Item data) {
    if (name == "reset") look_due_ = true;
    if (name == "session-started" && standing_ == Standing::none &&
        is(data, "conflictId", conflict_)) {
        take_id(data, "sessionId");
        look_due_ = true;
        return;
    }
    if (!is(data, "sessionId", id_)) return;
    const bool stop = name == "playback-stop";
    if (!stop && name != "session-ended") return;
    if (standing_ == Standing::granted) tell_end(data);
    standing_ = stop ? Standing::stop : Standing::over;
}

// What became of the session, or of the waiting, while nobody listened.
void OwnSession::look_up() {
    if (id_.empty()) look_for_own();
    if (id_.empty()) {
        look_due_ = false;
        if ((conflict_.empty() || !claim_wait()) && start() != kDone) lose_stream();
        return;
    }
    if (!call("GET", "")) {
        if (!calls_.interrupted()) lose_stream();
        return;
    }
    look_due_ = false;
    if (calls_.status() == 404 && standing_ == Standing::granted) {
        std::fputs("cmagentctl: the daemon no longer knows the session\n", stderr);
        standing_ = Standing::over;
    }
    if (calls_.status() == 200) take_state(parse(calls_.body()));
}

// The session that a waiting has started.
void OwnSession::look_for_own() {
    const lib::Target target = lib::Target(kSessions).parameter(kClientKey, key_.view());
    ApiRequest request{"GET", target.view()};
    request.answer_ms = kPatienceMs;
    if (!calls_.exchange(request) || calls_.status() != 200) return;
    const json::Item sessions = GetObjectItemCaseSensitive(parse(calls_.body()), "sessions");
    for (const json::Item session : json::ArrayForEach(sessions)) {
        const bool own = json::IsTrue(GetObjectItemCaseSensitive(session, "own"));
        if (!own || says(GetObjectItemCaseSensitive(session, "state"), "ended")) continue;
        take_id(session, "id");
    }
}

// One that does not fit is none of the daemon's.
void OwnSession::take_id(json::Item object, const char* name) {
    (void)id_.assign(GetObjectItemCaseSensitive(object, name).raw());
}

void OwnSession::take_state(json::Item session) {
    const json::Item state = GetObjectItemCaseSensitive(session, "state");
    const bool ended = says(state, "ended");
    if (says(state, "starting")) return;
    if (!ended && !says(state, "stopping")) {
        if (standing_ == Standing::none) standing_ = Standing::granted;
        conflict_.clear();
        return;
    }
    if (standing_ <= Standing::granted) tell_end(session);
    standing_ = ended ? Standing::over : Standing::stop;
}

void OwnSession::tell_end(json::Item end) const {
    if (arguments_.json) return put_line(stderr, end.raw());
    show_end(stderr, end);
}

// --- telling ---

bool OwnSession::call(const char* method, const char* below, std::string_view body) {
    const lib::Target target =
        lib::Target(kSessions).segment(id_.view()).path(below).parameter(kClientKey, key_.view());
    ApiRequest request{method, target.view(), body};
    request.answer_ms = kPatienceMs;
    return calls_.exchange(request);
}

void OwnSession::tell_pause() {
    if (paused_ == told_paused_ || standing_ != Standing::granted) return;
    if (call("PATCH", "", paused_ ? R"({"paused":true})" : R"({"paused":false})"))
        told_paused_ = paused_;
}

void OwnSession::finish() {
    constexpr timespec kPause{0, 250'000'000};
    calls_.interrupt_by(-1);
    stream_.close();
    const std::int64_t until = monotonic_ms() + kPatienceMs;
    const bool confirms = standing_ == Standing::stop;
    if (standing_ == Standing::over) return;
    if (id_.empty()) look_for_own();
    while (!id_.empty() && monotonic_ms() < until) {
        if (call(confirms ? "POST" : "DELETE", confirms ? "/stopped" : "")) break;
        nanosleep(&kPause, nullptr);
    }
    if (conflict_.empty()) return;
    const lib::Target target =
        lib::Target("/v1/conflicts").segment(conflict_.view()).parameter(kClientKey, key_.view());
    ApiRequest request{"DELETE", target.view()};
    request.answer_ms = kPatienceMs;
    (void)calls_.exchange(request);
}

}  // namespace cmagent::ctl
