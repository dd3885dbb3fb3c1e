#pragma once
#include <cstdint>
#include <string_view>

#include "platform/api/poller.h"
#include "platform/players/command_order.h"
#include "platform/players/mpv_lines.h"

namespace cmagent::platform {

// mpv, through the unix socket of its JSON IPC (`--input-ipc-server`). While a session plays the
// connection is kept, so that an order leaves at once and mpv's own end is seen; while there is no
// mpv yet, it is tried again with a back-off. An order tries once and is else `unreachable`.
//
// `stop` is verified by mpv being idle after it, or gone; `quit`, the means of force() unless a
// `force` command is configured, by mpv being gone: the connection closes, and nobody listens there.
class MpvPlayer final : public Player, private Watcher, private TimerListener {
  public:
    // `socket_path` (at most 107 bytes) must live as long as this.
    MpvPlayer(Poller& poller, Processes& processes, Timers& timers, const char* socket_path,
              const char* const* force_argv, PlayerListener& listener);
    ~MpvPlayer();

    void join() override;
    void leave() override;
    void stop() override;
    void force() override;

  private:
    enum class Order : std::uint8_t { none, stop, quit };
    enum class Reached : std::uint8_t { yes, nobody, failed };

    void on_ready(Interest ready) override;
    void on_time() override;
    void give(Order order);
    void note(MpvSays says);
    void judge();
    void on_closed();
    void verify_gone();
    void tell(PlayerNews news);

    [[nodiscard]] Reached connect();
    void disconnect();
    void connect_or_retry();
    [[nodiscard]] bool send(std::string_view text);
    [[nodiscard]] bool send_order();

    Poller& poller_;
    Timers& timers_;
    const char* const socket_path_;
    PlayerListener& listener_;
    CommandOrder force_;
    LaterNews later_;

    int socket_ = -1;
    MpvLines lines_;
    unsigned joined_ = 0;
    std::int64_t retry_ms_ = 0;
    Order order_ = Order::none;
    bool answered_ = false;  // mpv has seen the order: what it says from now on comes after it
    bool idle_ = false;
    bool played_ = false;  // since the last news
};

}  // namespace cmagent::platform
