#include "agent/ui/event_stream.h"

#include <algorithm>
#include <cstdio>

namespace cmagent::ui {
namespace {

// A restarted daemon is found again after 2 s, which is below anybody's patience and above what
// eight clients in a loop could trouble.
constexpr std::string_view kPrologue = "retry: 2000\n\n";
constexpr std::string_view kComment = ": \n\n";

}  // namespace

void EventStream::start(const Caller& caller, std::uint64_t since, core::Time now) {
    open_ = true;
    comment_ = false;
    caller_ = caller;
    caller_.origin = {};  // a view of the request, which does not live as long
    heard_ = since;
    now_ = now;
    last_said_ = now;
    say(kPrologue);
}

void EventStream::comment(core::Time now) {
    comment_ = true;
    last_said_ = now;
}

bool EventStream::ready() const {
    return open_ && (comment_ || taken_ < size_ || !events_->has_all_since(heard_) ||
                     events_->next(heard_, caller_) != nullptr);
}

void EventStream::say(std::string_view text) {
    size_ = std::min(text.size(), sizeof text_);
    std::copy_n(text.begin(), size_, text_);
    taken_ = 0;
}

// The next thing to say, if there is one.
void EventStream::refill() {
    size_ = 0;
    taken_ = 0;
    std::uint64_t id = events_->last();
    std::string_view name = kReset;
    char json[kMaxEventText - 128];
    json::Writer data({json, sizeof json});
    if (!events_->has_all_since(heard_)) {
        data.begin_object().end_object();
    } else if (const Event* event = events_->next(heard_, caller_)) {
        id = event->id;
        name = event_name(event->notice);
        write_event(data, *event, *core_, *caller_.language);
    } else {
        heard_ = events_->last();
        if (comment_) say(kComment);
        comment_ = false;
        return;
    }
    heard_ = id;
    last_said_ = now_;
    comment_ = false;
    const std::string_view body = data.view();
    const int size =
        std::snprintf(text_, sizeof text_, "id: %llu\nevent: %.*s\ndata: %.*s\n\n",
                      static_cast<unsigned long long>(id), static_cast<int>(name.size()),
                      name.data(), static_cast<int>(body.size()), body.data());
    size_ = std::min(static_cast<std::size_t>(size), sizeof text_ - 1);
}

platform::HttpSource::Taken EventStream::take(char* into, std::size_t size) {
    std::size_t used = 0;
    while (used < size) {
        if (taken_ == size_) refill();
        if (size_ == 0) break;
        const std::size_t part = std::min(size - used, size_ - taken_);
        std::copy_n(text_ + taken_, part, into + used);
        taken_ += part;
        used += part;
    }
    return {used, false};
}

}  // namespace cmagent::ui
