#include "agent/ui/event_stream.h"

#include <algorithm>

#include "agent/base/text_writer.h"

namespace cmagent::ui {
namespace {

// A client finds a restarted daemon again after 2 s: soon enough for a viewer, and too slow for
// eight clients in a loop to trouble the daemon.
constexpr std::string_view kPrologue = "retry: 2000\n\n";
constexpr std::string_view kComment = ": \n\n";
constexpr std::size_t kPadding = 2048 + 8;  // as amvtek's polyfill asks for
constexpr std::string_view kEnd = "\n\n";

}  // namespace

void EventStream::start(platform::HttpTicket ticket, const Caller& caller,
                        const core::Presence::Others& others, std::uint64_t since, bool padded,
                        Time now) {
    open_ = true;
    comment_ = false;
    ticket_ = ticket;
    looked_at_ = now;
    stalls_since_ = kNever;
    given_ = 0;
    acknowledged_ = 0;
    caller_ = caller;
    caller_.origin = {};  // a view of the request, which does not live as long
    others_ = others;
    heard_ = since;
    now_ = now;
    last_said_ = now;
    say(kPrologue);
    if (!padded) return;
    // A comment of one line.
    text_[size_++] = ':';
    std::fill_n(text_ + size_, kPadding, ' ');
    size_ += kPadding;
    text_[size_++] = '\n';
}

void EventStream::comment(Time now) {
    comment_ = true;
    last_said_ = now;
}

bool EventStream::keeps_up(std::size_t unacknowledged, Time now) {
    const std::int64_t before = acknowledged_;
    acknowledged_ = given_ - static_cast<std::int64_t>(unacknowledged);
    looked_at_ = now;
    const bool moves = unacknowledged == 0 || acknowledged_ > before;
    stalls_since_ = moves ? kNever : earlier(stalls_since_, now);
    return moves || now - stalls_since_ < kMayStall;
}

bool EventStream::ready() const {
    return open_ && (comment_ || size_ > 0 || !events_->has_all_since(heard_, caller_) ||
                     events_->next(heard_, caller_) != nullptr);
}

Buffer EventStream::room() {
    if (text_ == nullptr) text_ = rooms_->take();
    return {text_, EventRooms::kBytes};
}

void EventStream::leave_room() {
    rooms_->give_back(text_);
    text_ = nullptr;
    size_ = 0;
    taken_ = 0;
}

void EventStream::gone() {
    open_ = false;
    leave_room();
}

void EventStream::say(std::string_view text) {
    const Buffer into = room();
    size_ = std::min(text.size(), into.size);
    std::copy_n(text.begin(), size_, into.data);
    taken_ = 0;
}

// Writes the next event or comment into text_; none: size_ stays 0.
void EventStream::refill() {
    const Event* event = nullptr;  // none: `reset`
    if (events_->has_all_since(heard_, caller_)) {
        event = events_->next(heard_, caller_);
        if (event == nullptr) {
            heard_ = events_->last();
            if (comment_) say(kComment);
            comment_ = false;
            return;
        }
    }
    heard_ = event == nullptr ? events_->last() : event->id;
    last_said_ = now_;
    comment_ = false;
    tell(event);
}

void EventStream::tell(const Event* event) {
    const std::string_view name = event == nullptr ? kReset : event_name(event->notice);
    const Buffer into = room();
    TextWriter head(into);
    head << "id: " << heard_ << "\nevent: " << name << "\ndata: ";
    size_ = head.view().size();
    json::Writer data({text_ + size_, into.size - size_ - kEnd.size()});
    if (event == nullptr) {
        data.begin_object().end_object();
    } else {
        const json::Writer empty = data;
        write_event(data, *event, *core_, caller_, tokens_);
        if (!data.ok()) write_event(data = empty, *event, *core_, caller_, {});
    }
    size_ += data.view().size();
    std::copy(kEnd.begin(), kEnd.end(), text_ + size_);
    size_ += kEnd.size();
}

platform::HttpSource::Taken EventStream::take(char* into, std::size_t size) {
    std::size_t used = 0;
    while (used < size) {
        if (size_ == 0) refill();
        if (size_ == 0) break;
        const std::size_t part = std::min(size - used, size_ - taken_);
        std::copy_n(text_ + taken_, part, into + used);
        taken_ += part;
        used += part;
        if (taken_ == size_) leave_room();
    }
    given_ += static_cast<std::int64_t>(used);
    return Taken::some(used);
}

}  // namespace cmagent::ui
