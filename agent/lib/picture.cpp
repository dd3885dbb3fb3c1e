#include "agent/lib/picture.h"

#include <cstring>

#include "agent/base/text_writer.h"
#include "agent/base/wipe.h"
#include "agent/lib/request.h"

namespace cmagent::lib {
namespace {

// What a daemon that floods may keep us at in one go.
constexpr int kMostSteps = 256;

// Zero-terminated, and cut where there is no room.
void keep(Buffer into, const char* text) {
    TextWriter out({into.data, into.size - 1}, WhenFull::cut);
    out << text;
    into.data[out.view().size()] = '\0';
}

}  // namespace

void clear(cmagent_event& event) {
    event = {};
    for (const char** text :
         {&event.session, &event.code, &event.reason, &event.field, &event.message, &event.playback,
          &event.session_state, &event.until, &event.name, &event.data}) {
        *text = "";
    }
}

Picture::Picture(const Peer& peer, int epoll, const Memory& memory, const Key& key, Millis timeout,
                 bool remembered, bool watch)
    : memory_(memory),
      key_(key),
      timeout_(timeout),
      watch_(watch),
      events_(Target("/v1/events").parameter("clientKey", key.view())),
      call_(peer, epoll, memory.answer),
      stream_(peer, epoll, events_),
      conflict_(memory.conflict) {
    if (remembered) wishes_.add(Wish::sweep);
    look_out();
}

// --- what is wanted ---

int Picture::start(const cmagent_request& request) {
    if (state_ == CMAGENT_STOPPING) return CMAGENT_NOT_NOW;
    // The tokens are in no use now: what cannot be asked for changes nothing.
    const Buffer room(reinterpret_cast<char*>(memory_.tokens.data), memory_.request.size);
    const Written written = write_start(room, request, key_.view());
    if (written.result == CMAGENT_OK) {
        const bool decided = asking_ == Wish::start && call_.sent();
        if (asking_ == Wish::start && !decided) call_off();
        std::memcpy(memory_.request.data, room.data, written.size);
        request_size_ = written.size;
        chosen_ = false;
        drop_conflict();
        if (!session_.empty() && state_ != CMAGENT_ENDING) replaced_ = session_;
        session_.clear();
        over_ = false;
        verifying_ = false;
        doubtful_ = false;
        ended_by_.clear();
        wishes_.drop(Wish::pause);
        wishes_.drop(Wish::look);
        wishes_.drop(Wish::read_conflict);
        wishes_.add(Wish::start);
        state_ = CMAGENT_STARTING;
        look_out();
    }
    wipe(room.data, room.size);
    return written.result;
}

int Picture::resolve(const char* const* codes, std::size_t count) {
    if (state_ != CMAGENT_IDLE || !conflict_.open()) return CMAGENT_NOT_NOW;
    const Buffer room(reinterpret_cast<char*>(memory_.tokens.data), memory_.request.size);
    const Written written = write_choice(room, codes, count);
    if (written.result != CMAGENT_OK) return written.result;
    std::memcpy(memory_.request.data, room.data, written.size);
    request_size_ = written.size;
    chosen_ = true;
    doubtful_ = false;
    stop_waiting();
    wishes_.add(Wish::start);
    state_ = CMAGENT_STARTING;
    look_out();
    return CMAGENT_OK;
}

int Picture::stop() {
    if (state_ == CMAGENT_IDLE) return CMAGENT_NOT_NOW;
    if (state_ == CMAGENT_ENDING) return CMAGENT_OK;
    if (state_ == CMAGENT_STOPPING) return stopped();
    if (state_ == CMAGENT_STARTING) {
        call_off();
        drop_conflict();
    }
    release(state_ == CMAGENT_STARTING ? replaced_ : session_);
    replaced_.clear();
    keep(end_.code, "user");
    keep(end_.message, "");
    keep(end_.playback, "untouched");
    wishes_.drop(Wish::pause);
    wishes_.drop(Wish::look);
    state_ = CMAGENT_ENDING;
    return CMAGENT_OK;
}

int Picture::stopped() {
    if (state_ != CMAGENT_STOPPING) return CMAGENT_NOT_NOW;
    if (!over_) {
        closing_ = session_;
        wishes_.add(Wish::confirm);
    }
    wishes_.drop(Wish::look);
    state_ = CMAGENT_ENDING;
    return CMAGENT_OK;
}

int Picture::pause(bool paused) {
    if (state_ != CMAGENT_PLAYING) return CMAGENT_NOT_NOW;
    paused_ = paused;
    wishes_.add(Wish::pause);
    return CMAGENT_OK;
}

int Picture::wait(unsigned seconds, bool start) {
    constexpr unsigned kLongest = 3600;  // contract.md, "Local HTTP API"
    if (seconds > kLongest) return CMAGENT_INVALID;
    if (state_ != CMAGENT_IDLE || !conflict_.open()) return CMAGENT_NOT_NOW;
    wait_seconds_ = seconds;
    wait_start_ = start;
    wishes_.add(Wish::wait);
    look_out();
    return CMAGENT_OK;
}

int Picture::give_up() {
    if (state_ != CMAGENT_IDLE || !conflict_.open()) return CMAGENT_NOT_NOW;
    drop_conflict();
    return CMAGENT_OK;
}

// --- what the session goes through ---

void Picture::started(std::string_view id, cmagent_event& into) {
    (void)session_.assign(id);  // its length was looked at
    std::memcpy(session_text_, id.data(), id.size());
    session_text_[id.size()] = '\0';
    end_ = {};
    replaced_.clear();
    forget_conflict();
    over_ = false;
    paused_ = false;
    state_ = CMAGENT_PLAYING;
    if (doubtful_) wishes_.add(Wish::look);
    into.kind = CMAGENT_STARTED;
    into.session = session_text_;
}

// The picture has to stop: told once.
bool Picture::ordered(json::Item source, const char* reason, cmagent_event& into) {
    const json::Item conflict = json::GetObjectItemCaseSensitive(source, "conflictId");
    (void)unescape(json::GetStringValue(conflict), ended_by_);
    if (state_ != CMAGENT_PLAYING) return false;
    keep_end(source, reason);
    wishes_.drop(Wish::pause);
    state_ = CMAGENT_STOPPING;
    into.kind = CMAGENT_STOP;
    into.session = session_text_;
    into.code = end_.code;
    into.message = end_.message;
    return true;
}

void Picture::keep_end(json::Item source, const char* reason) {
    const char* const code = take_text(source, reason);
    const char* const message = take_text(source, "message");
    const char* const playback = take_text(source, "playback");
    if (*code != '\0') keep(end_.code, code);
    if (*message != '\0') keep(end_.message, message);
    if (*playback != '\0') keep(end_.playback, playback);
}

// The daemon has ended the session. What still shows has to stop first.
bool Picture::over(json::Item source, cmagent_event& into) {
    over_ = true;
    wishes_.drop(Wish::look);
    wishes_.drop(Wish::pause);
    if (ordered(source, "endReason", into)) return true;
    keep_end(source, "endReason");
    if (state_ == CMAGENT_ENDING && closing_.view() == session_.view()) {
        wishes_.drop(Wish::confirm);
        wishes_.drop(Wish::release);
    }
    return false;
}

// Whether the daemon is still being told.
bool Picture::closing() const {
    constexpr Wish kOfTheEnd[] = {Wish::confirm, Wish::release, Wish::sweep, Wish::look};
    for (const Wish wish : kOfTheEnd) {
        if (wishes_.has(wish) || asking_ == wish) return true;
    }
    return false;
}

bool Picture::ended(cmagent_event& into) {
    if (state_ != CMAGENT_ENDING || closing()) return false;
    into.kind = CMAGENT_ENDED;
    into.session = session();
    into.code = end_.code;
    into.message = end_.message;
    into.playback = end_.playback;
    session_.clear();
    verifying_ = false;
    state_ = CMAGENT_IDLE;
    if (!ended_by_.empty()) wishes_.add(Wish::read_conflict);
    look_out();
    return true;
}

// One can be told of at a time: others are looked for.
void Picture::release(const SessionId& id) {
    if (id.empty()) return;
    const bool free = !wishes_.has(Wish::confirm) && !wishes_.has(Wish::release) &&
                      asking_ != Wish::confirm && asking_ != Wish::release;
    if (free) closing_ = id;
    wishes_.add(free ? Wish::release : Wish::sweep);
}

// The start that is under way. The daemon withdraws what nobody waits for any more; it may have
// decided already.
void Picture::call_off() {
    wishes_.drop(Wish::start);
    if (asking_ != Wish::start) return;
    if (call_.sent()) wishes_.add(Wish::sweep);
    call_.abort();
    asking_ = Wish::none;
}

void Picture::drop_conflict() {
    if (!conflict_.open()) return;
    (void)giving_up_.assign(conflict_.id());  // an id of the daemon's, which are shorter
    wishes_.add(Wish::give_up);
    forget_conflict();
}

void Picture::forget_conflict() {
    conflict_.clear();
    wishes_.drop(Wish::read_conflict);
    stop_waiting();
    look_out();
}

void Picture::stop_waiting() {
    waiting_ = false;
    waits_until_ = kNever;
    wishes_.drop(Wish::wait);
}

// Listens only while there is something to hear.
void Picture::look_out() {
    stream_.want(watch_ || state_ != CMAGENT_IDLE || waiting_ || wishes_.has(Wish::wait));
}

// --- one event after the other ---

bool Picture::next(Time now, cmagent_event& into) {
    now_ = now;
    for (int i = 0; i < kMostSteps; ++i) {
        clear(into);
        if (pause_.at() != kNever) (void)pause_.begin(now);
        if (now >= waits_until_) {
            stop_waiting();
            wishes_.add(Wish::read_conflict);
        }
        if (ended(into)) return true;
        if (asking_ == Wish::none) {
            const Wish wish = next_wish();
            if (wish != Wish::none) begin(wish, now);
        }
        if (asking_ != Wish::none) {
            (void)call_.advance(now);
            if (!call_.under_way()) {
                failed_ = false;
                const bool told = take_answer(into);
                failed_ ? pause_.fail(now) : pause_.end();
                if (told) return true;
                continue;
            }
        }
        const EventSource::News heard = stream_.advance(now);
        if (heard != EventSource::News::none) {
            if (take_news(heard, into)) return true;
        } else if (state_ != CMAGENT_ENDING || closing()) {
            return false;
        }
    }
    return false;
}

Time Picture::deadline() const {
    if (state_ == CMAGENT_ENDING && !closing()) return {};
    const Time at = earlier(stream_.deadline(), waits_until_);
    if (asking_ != Wish::none) return earlier(at, call_.deadline());
    if (next_wish() != Wish::none) return {};
    return wishes_.any() ? earlier(at, pause_.at()) : at;
}

}  // namespace cmagent::lib
