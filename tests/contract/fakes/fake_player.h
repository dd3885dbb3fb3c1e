#pragma once
#include <string>

#include "platform/api/player.h"

namespace cmagent::fakes {

// Does what the test says, and writes down what it was told.
class FakePlayer final : public platform::Player {
  public:
    explicit FakePlayer(platform::PlayerListener& listener) : listener_(listener) {}

    // How it answers, on the next turn.
    enum class Mood { obeys, ignores_stop, ignores_all, unreachable };
    void set_mood(Mood mood) { mood_ = mood; }
    // "stop force " ...
    [[nodiscard]] const std::string& orders() const { return orders_; }
    [[nodiscard]] unsigned joined() const { return joined_; }

    // The loop's next turn.
    void turn() {
        const Order order = order_;
        order_ = Order::none;
        if (order == Order::none || mood_ == Mood::ignores_all) return;
        if (mood_ == Mood::unreachable)
            return listener_.on_player(platform::PlayerNews::unreachable);
        if (order == Order::force) return listener_.on_player(platform::PlayerNews::forced);
        if (mood_ == Mood::obeys) listener_.on_player(platform::PlayerNews::stopped);
    }
    // Playback ends by itself.
    void exit() { listener_.on_player(platform::PlayerNews::exited); }

    void join() override { joined_++; }
    void leave() override { joined_--; }
    void stop() override {
        orders_ += "stop ";
        order_ = Order::stop;
    }
    void force() override {
        orders_ += "force ";
        order_ = Order::force;
    }

  private:
    enum class Order { none, stop, force };
    platform::PlayerListener& listener_;
    Mood mood_ = Mood::obeys;
    Order order_ = Order::none;
    std::string orders_;
    unsigned joined_ = 0;
};

}  // namespace cmagent::fakes
