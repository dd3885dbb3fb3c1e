#pragma once
#include <cstdint>
#include <string_view>

#include "platform/players/command_order.h"
#include "platform/players/later_news.h"
#include "platform/players/talk.h"

namespace cmagent::platform {

// A player that is talked to over a socket, in any language. While a session plays, the connection
// is kept, so that an order leaves at once and the player's own end is seen; while nobody listens
// yet, it connects again with a back-off.
//
// An order is said, and then asked for, until an answer to a question *after* it says that nothing
// plays: at once, when the player says anything else, and after 4 ms, 8 ms … 50 ms. An
// acknowledgement is a reason to ask, and so is a notification, for they come late, twice, and
// before the effect. While a picture plays on, the order is said again now and then: the player may
// have been about to open it. One question at a time: a player that hangs has nothing heaped up
// before it.
//
// Gone is who was there, and where nobody listens any more. Where nobody ever has, `unreachable`:
// the address may be wrong. A connection that ends says nothing by itself; who closes it and
// listens is told the order again, with a back-off, until the order is given up.
//
// `exited` is told when the player was seen playing, and then answers that nothing plays, or is
// gone. force() runs the `force` command where one is configured; its status is no proof either: what
// it came to is asked behind it, as after a stop.
class AskedPlayer final : public Player,
                          private Watcher,
                          private TimerListener,
                          private PlayerListener {
  public:
    // `talk` must outlive this.
    AskedPlayer(const PlayerServices& services, const AdapterSettings& settings,
                PlayerListener& listener, Talk& talk);
    ~AskedPlayer();

    void join() override;
    void leave() override;
    void stop() override { give(Order::stop, PlayerNews::stopped); }
    void force() override;
    void cancel() override;
    [[nodiscard]] bool probe() override;

  private:
    enum class Stage : std::uint8_t { closed, connecting, greeting, open };

    void on_ready(Interest ready) override;
    void on_time() override;
    // Of the `force` command, which has ended or cannot be run. One that ended well has met somebody:
    // where nobody listens now, he is gone.
    void on_player(PlayerNews news) override {
        known_ = known_ || news == PlayerNews::forced;
        give(Order::stop, PlayerNews::forced);
    }
    void on_output(std::string_view line) override { listener_.on_output(line); }

    void give(Order order, PlayerNews success);
    void rest();
    void tell(PlayerNews news, const char* why = nullptr);
    void conclude(bool gone, const char* why);
    void judge(Heard::Set heard);
    void hear_pause(unsigned heard);
    void refuse();
    void say_order();
    void ask();
    void say(Order order);
    [[nodiscard]] bool send(const TextWriter& out);

    void attempt();
    [[nodiscard]] int connect();
    void fail(int error);
    void begin();
    void opened();
    void lost();
    void disconnect();

    Poller& poller_;
    Timers& timers_;
    Talk& talk_;
    PlayerListener& listener_;
    CommandOrder force_;
    LaterNews later_;

    int socket_ = -1;
    unsigned joined_ = 0;
    // Until the next attempt to connect; 0: at once, for the last connection has lasted.
    std::uint16_t wait_ms_ = 0;
    Stage stage_ = Stage::closed;
    Order order_ = Order::none;
    PlayerNews success_ = PlayerNews::exited;  // of the order; without one, an end of its own
    std::uint8_t questions_ = 0;               // since the order was said
    bool said_ = false;                        // the order, and in turns it was answered
    bool asked_ = false;                       // … and not answered yet
    bool again_ = false;                       // something has happened since
    bool known_ = false;                       // it was there once: its address is right
    bool played_ = false;                      // since the last news
    bool probing_ = false;                     // its first answer is all that is wanted
    Heard::Set told_ = 0;                      // whether it is paused, since then
};

// The Make of a driver whose player() is one.
template <class Driver>
[[nodiscard]] Player* make_asked_player(void* place, const PlayerServices& services,
                                        const AdapterSettings& settings, PlayerListener& listener) {
    return &(new (place) Driver(services, settings, listener))->player();
}

}  // namespace cmagent::platform
