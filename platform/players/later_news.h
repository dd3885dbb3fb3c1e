#pragma once
#include "platform/api/player.h"
#include "platform/api/timers.h"

namespace cmagent::platform {

// Tells a listener something on the loop's next turn: a player never calls back from within a call
// of its own.
class LaterNews final : private TimerListener {
  public:
    LaterNews(Timers& timers, PlayerListener& listener) : timers_(timers), listener_(listener) {}
    ~LaterNews() { timers_.unset(*this); }

    // `why` goes to the log before it; it must be there until then.
    void tell(PlayerNews news, const char* why = nullptr) {
        news_ = news;
        why_ = why;
        timers_.set(*this, 0);
    }
    void withdraw() { timers_.unset(*this); }

  private:
    void on_time() override {
        if (why_ != nullptr) listener_.on_output(why_);
        listener_.on_player(news_);
    }

    Timers& timers_;
    PlayerListener& listener_;
    PlayerNews news_ = PlayerNews::unreachable;
    const char* why_ = nullptr;
};

}  // namespace cmagent::platform
