#include "agent/lib/event_source.h"

namespace cmagent::lib {

void EventSource::want(bool wanted) {
    if (wanted == wanted_) return;
    wanted_ = wanted;
    call_.abort();
    pause_.end();
    connected_ = false;
    silent_ = kNever;
    // What happens until it is wanted again is looked up then.
    last_.clear();
}

EventSource::News EventSource::advance(Time now) {
    if (!wanted_) return News::none;
    if (call_.idle()) {
        if (pause_.at() != kNever && !pause_.begin(now)) return News::none;
        reader_.begin_stream();
        call_.begin({"GET", target_.view(), {}, {}, "text/event-stream", "1.0", last_.view()},
                    now + kHead);
    }
    const bool news = call_.advance(now);
    refused_ = call_.state() == LocalCall::State::complete;
    if (refused_) return lose("answer", now);
    if (call_.state() == LocalCall::State::failed) return lose(call_.reason(), now);
    if (call_.state() != LocalCall::State::streaming) return News::none;
    if (news) silent_ = now + EventReader::kSilence;
    if (now >= silent_) return lose("timeout", now);
    if (!connected_) {
        connected_ = true;
        pause_.end();
        return News::connected;
    }
    if (!reader_.next(call_.piece(), event_)) return News::none;
    (void)last_.assign(event_.id);
    return News::event;
}

Time EventSource::deadline() const {
    if (!wanted_) return kNever;
    if (call_.idle()) return pause_.at() == kNever ? Time{} : pause_.at();
    if (call_.has_piece()) return {};
    return call_.state() == LocalCall::State::streaming ? silent_ : call_.deadline();
}

EventSource::News EventSource::lose(const char* reason, Time now) {
    reason_ = reason;
    call_.abort();
    silent_ = kNever;
    connected_ = false;
    pause_.fail(now);
    return News::lost;
}

}  // namespace cmagent::lib
