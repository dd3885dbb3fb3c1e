// What Picture makes of the daemon's answers.

#include <cstring>

#include "agent/base/decimal.h"
#include "agent/base/wipe.h"
#include "agent/lib/picture.h"

namespace cmagent::lib {
namespace {

using json::GetObjectItemCaseSensitive;

// What may be answered otherwise a little later: no answer, or one of a daemon that is busy.
bool is_passing(int status) {
    return status == 0 || status == 408 || status == 429 || status >= 500;
}

bool is_success(int status) {
    return status / 100 == 2;
}

bool is_text(json::Item object, const char* name, std::string_view text) {
    return json::GetStringValue(GetObjectItemCaseSensitive(object, name)).equals(text);
}

}  // namespace

bool Picture::take_answer(cmagent_event& into) {
    static constexpr bool (Picture::*kHandlers[kWishes])(cmagent_event&) = {
        &Picture::on_confirm, &Picture::on_release, &Picture::on_sweep,
        &Picture::on_give_up, &Picture::on_start,   &Picture::on_wait,
        &Picture::on_pause,   &Picture::on_look,    &Picture::on_conflict};
    const auto asked = static_cast<std::size_t>(asking_);
    asking_ = Wish::none;
    into.status = call_.state() == LocalCall::State::complete ? call_.status() : 0;
    return (this->*kHandlers[asked])(into);
}

json::Item Picture::parse_answer() {
    const json::Parsed parsed = json::parse(call_.answer().body(), memory_.tokens);
    return parsed ? parsed.root : json::Item();
}

// How it was stopped is seen by looking: the daemon may have to find out.
bool Picture::on_confirm(cmagent_event& into) {
    if (is_passing(into.status)) {
        again(Wish::confirm);
    } else if (is_success(into.status) && !over_ && closing_.view() == session_.view()) {
        wishes_.add(Wish::look);
        verifying_ = true;
    }
    return false;
}

bool Picture::on_release(cmagent_event& into) {
    if (is_passing(into.status)) again(Wish::release);
    return false;
}

// Whether a session is the picture's, or its end is being told already.
bool Picture::is_shown(const SessionId& id) const {
    const bool given_back = state_ == CMAGENT_ENDING && closing_.view() != id.view();
    return id.view() == session_.view() && !given_back;
}

bool Picture::on_sweep(cmagent_event& into) {
    if (is_passing(into.status)) again(Wish::sweep);
    if (into.status != 200) return false;
    const json::Item root = parse_answer();
    for (const json::Item one : json::ArrayForEach(GetObjectItemCaseSensitive(root, "sessions"))) {
        SessionId id;
        const bool ours = json::IsTrue(GetObjectItemCaseSensitive(one, "own")) &&
                          !is_text(one, "state", "ended") &&
                          unescape(json::GetStringValue(GetObjectItemCaseSensitive(one, "id")), id);
        if (!ours || id.empty() || is_shown(id)) continue;
        if (waiting_ && wait_start_) {
            started(id.view(), into);
            return true;
        }
        release(id);
        wishes_.add(Wish::sweep);
        return false;
    }
    if (waiting_) wishes_.add(Wish::read_conflict);
    return false;
}

bool Picture::on_give_up(cmagent_event& into) {
    if (is_passing(into.status)) again(Wish::give_up);
    return false;
}

bool Picture::on_start(cmagent_event& into) {
    const json::Item root = parse_answer();
    if (into.status == 0 && call_.sent()) wishes_.add(Wish::sweep);
    const bool told = is_success(into.status) ? granted(root, into) : refused(root, into);
    if (!wishes_.has(Wish::start)) {
        wipe(memory_.request.data, request_size_);
        request_size_ = 0;
    }
    return told;
}

bool Picture::granted(json::Item session, cmagent_event& into) {
    SessionId id;
    const bool named =
        unescape(json::GetStringValue(GetObjectItemCaseSensitive(session, "id")), id);
    if (!named || id.empty()) {
        wishes_.add(Wish::sweep);
        return refused(session, into);
    }
    if (wishes_.has(Wish::start)) {  // a newer one takes its place
        replaced_ = id;
        return false;
    }
    started(id.view(), into);
    return true;
}

bool Picture::refused(json::Item problem, cmagent_event& into) {
    const bool newer = wishes_.has(Wish::start);
    const bool limit = into.status == 409 && GetObjectItemCaseSensitive(problem, "conflictId");
    const char* const fault =
        limit ? conflict_.read(call_.answer().body(), memory_.tokens) : "no-conflict";
    // The session whose place it should have taken shows nothing any more.
    if (!newer) {
        release(replaced_);
        replaced_.clear();
        state_ = CMAGENT_IDLE;
    }
    if (newer) {
        drop_conflict();
        return false;
    }
    look_out();
    if (limit && *fault == '\0') {
        into.kind = CMAGENT_LIMIT;
        into.code = "stream-limit";
        into.message = conflict_.head().detail;
        return true;
    }
    into.kind = CMAGENT_FAILED;
    fill_problem(limit ? json::Item() : problem, into);
    if (chosen_ && (into.status == 404 || into.status == 410)) forget_conflict();
    return true;
}

void Picture::fill_problem(json::Item problem, cmagent_event& into) const {
    const cm::ResponseReader& answer = call_.answer();
    into.kind = CMAGENT_FAILED;
    into.code = into.status == 0 ? "unreachable" : "unreadable";
    into.reason = into.status == 0 ? call_.reason() : "";
    if (answer.body_too_long()) into.reason = "too-long";
    if (json::IsString(GetObjectItemCaseSensitive(problem, "code"))) {
        into.code = take_text(problem, "code");
        into.reason = take_text(problem, "reason");
        into.field = take_text(problem, "field");
        into.message = take_text(problem, "detail");
    }
    into.retry_after = 0;
    for (const char c : into.status == 0 ? std::string_view() : answer.retry_after()) {
        if (c < '0' || c > '9' || into.retry_after > 86'400) break;
        into.retry_after = into.retry_after * 10 + static_cast<unsigned>(c - '0');
    }
}

bool Picture::on_wait(cmagent_event& into) {
    if (!conflict_.open()) return false;
    if (into.status == 404 || into.status == 410) return conflict_over(into);
    const json::Item root = parse_answer();
    if (!is_success(into.status)) {
        fill_problem(root, into);
        look_out();
        return true;
    }
    const json::Item wait = GetObjectItemCaseSensitive(root, "wait");
    stop_waiting();
    waiting_ = static_cast<bool>(wait);
    // The daemon says nothing when it is over.
    if (waiting_) waits_until_ = now_ + (wait_seconds_ + 1) * kSecond;
    into.kind = CMAGENT_WAITING;
    into.until = take_text(wait, "until");
    look_out();
    return true;
}

bool Picture::conflict_over(cmagent_event& into) {
    if (!conflict_.open()) return false;
    forget_conflict();
    into.kind = CMAGENT_LIMIT_OVER;
    return true;
}

// One that has ended meanwhile says how.
bool Picture::on_pause(cmagent_event& into) {
    if (is_passing(into.status)) {
        again(Wish::pause);
    } else if (!is_success(into.status)) {
        wishes_.add(Wish::look);
    }
    return false;
}

bool Picture::on_look(cmagent_event& into) {
    if (is_passing(into.status)) again(Wish::look);
    if (into.status != 200 && into.status != 404) return false;
    const json::Item session = into.status == 200 ? parse_answer() : json::Item();
    if (into.status == 404 || is_text(session, "state", "ended")) return over(session, into);
    // What is stopped by another player than ours takes its time.
    if (verifying_) again(Wish::look);
    return is_text(session, "state", "stopping") && ordered(session, "endReason", into);
}

bool Picture::on_conflict(cmagent_event& into) {
    if (is_passing(into.status)) again(Wish::read_conflict);
    if (is_passing(into.status)) return false;
    ended_by_.clear();
    if (into.status != 200) return conflict_over(into);
    if (*conflict_.read(call_.answer().body(), memory_.tokens) != '\0') return false;
    into.kind = CMAGENT_LIMIT;
    into.code = "stream-limit";
    into.message = conflict_.head().detail;
    return true;
}

}  // namespace cmagent::lib
