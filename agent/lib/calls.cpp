// What Picture asks the daemon for: one call at a time.

#include "agent/base/wipe.h"
#include "agent/json/write.h"
#include "agent/lib/picture.h"

namespace cmagent::lib {
namespace {

constexpr const char* kClientKey = "clientKey";

struct CallRow {
    const char* method;
    const char* folder;
    const char* last;  // segment
    // What the caller waits for is tried at once, and once; what has to be told is told until it is
    // heard, with pauses.
    bool foreground;
};
// In the order of Wish.
constexpr CallRow kCalls[kWishes] = {
    {"POST", "/v1/sessions", "stopped", false},  // confirm
    {"DELETE", "/v1/sessions", "", false},       // release
    {"GET", "/v1/sessions", "", false},          // sweep
    {"DELETE", "/v1/conflicts", "", false},      // give_up
    {"POST", "", "", true},                      // start
    {"POST", "/v1/conflicts", "", true},         // wait
    {"PATCH", "/v1/sessions", "", false},        // pause
    {"GET", "/v1/sessions", "", false},          // look
    {"GET", "/v1/conflicts", "", false},         // read_conflict
};

}  // namespace

bool Picture::due(Wish wish) const {
    return wishes_.has(wish) &&
           (kCalls[static_cast<std::size_t>(wish)].foreground || pause_.at() == kNever);
}

Wish Picture::next_wish() const {
    std::size_t wish = 0;
    while (wish < kWishes && !due(static_cast<Wish>(wish))) ++wish;
    return static_cast<Wish>(wish);
}

void Picture::begin(Wish wish, Time now) {
    asking_ = wish;
    wishes_.drop(wish);
    if (wish == Wish::start) return begin_start(now);
    const CallRow& row = kCalls[static_cast<std::size_t>(wish)];
    const std::string_view about[kWishes] = {closing_.view(),
                                             closing_.view(),
                                             {},
                                             giving_up_.view(),
                                             {},
                                             conflict_.id(),
                                             session_.view(),
                                             session_.view(),
                                             conflict_.open() ? conflict_.id() : ended_by_.view()};
    Target target(row.folder);
    const std::string_view id = about[static_cast<std::size_t>(wish)];
    if (!id.empty()) target.segment(id);
    if (*row.last != '\0') target.segment(row.last);
    target.parameter(kClientKey, key_.view());
    json::Writer body(body_);
    body.begin_object();
    if (wish == Wish::pause) body.key("paused").boolean(paused_);
    if (wish == Wish::wait) {
        body.key("wait").begin_object();
        body.key("seconds").number(wait_seconds_);
        body.key("start").boolean(wait_start_);
        body.end_object();
    }
    body.end_object();
    const bool has_body = body.view() != "{}";
    call_.begin({row.method, target.view(), has_body ? body.view() : std::string_view()},
                now + timeout_);
}

// `replaces` is known only now: the session of a start before this one may have come meanwhile.
void Picture::begin_start(Time now) {
    const std::string_view written(memory_.request.data, request_size_);
    if (chosen_) {
        const Target target =
            Target("/v1/conflicts").segment(conflict_.id()).parameter(kClientKey, key_.view());
        return call_.begin({"POST", target.view(), {}, written}, now + timeout_);
    }
    TextWriter prefix(body_);
    prefix << '{';
    if (!replaced_.empty()) prefix << "\"replaces\":\"" << replaced_.view() << "\",";
    call_.begin({"POST", "/v1/sessions", prefix.view(), slice(written, 1)}, now + timeout_);
}

// The call that is over is made once more, after a pause.
void Picture::again(Wish wish) {
    wishes_.add(wish);
    failed_ = true;
}

}  // namespace cmagent::lib
