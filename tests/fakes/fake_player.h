#pragma once
#include "platform/api/player.h"

namespace cmagent::fakes {

// Does what it is told, on the next turn.
class FakePlayer final : public platform::Player {
  public:
    explicit FakePlayer(platform::PlayerListener& listener) : listener_(listener) {}

    void vanish() { reachable_ = false; }

    // The loop's next turn.
    void turn() {
        const Order order = order_;
        order_ = Order::none;
        if (order == Order::none) return;
        listener_.on_player(!reachable_             ? platform::PlayerNews::unreachable
                            : order == Order::force ? platform::PlayerNews::forced
                                                    : platform::PlayerNews::stopped);
    }

    void join() override {}
    void leave() override {}
    void stop() override { order_ = Order::stop; }
    void force() override { order_ = Order::force; }

  private:
    enum class Order { none, stop, force };
    platform::PlayerListener& listener_;
    bool reachable_ = true;
    Order order_ = Order::none;
};

}  // namespace cmagent::fakes
