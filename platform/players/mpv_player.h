#pragma once
#include <cstdint>
#include <string_view>

#include "platform/players/command_order.h"
#include "platform/players/mpv_lines.h"

namespace cmagent::platform {

// mpv, through the unix socket of its JSON IPC (`--input-ipc-server`). While a session plays, the
// driver keeps the connection, so that an order leaves at once and mpv's own end is seen; while no
// mpv listens yet, it connects again with a back-off. An order tries to connect once, and is
// `unreachable` where that fails.
//
// `stop` is verified by mpv being idle after it, or gone. force() runs the `force` command where
// one is configured, and else tells mpv to quit: that is verified by mpv being gone (the connection
// closes, and nothing listens on the socket). An mpv that closes the connection on an order, and
// still listens, hears it again with a back-off, until the order is given up.
class MpvPlayer final : public Player, private Watcher, private TimerListener {
  public:
    static constexpr char kSocket[] = "socket";
    static constexpr AdapterKey kKeys[] = {kForceKey,
                                           {kSocket, AdapterKey::Kind::place, 1,
                                            107,  // sockaddr_un, without the zero
                                            AdapterKey::Need::required}};
    static constexpr Adapter kAdapter{"mpv", Adapter::Playback::in_player, kKeys,
                                      make_player<MpvPlayer>};

    MpvPlayer(const PlayerServices& services, const AdapterSettings& settings,
              PlayerListener& listener);
    ~MpvPlayer();

    void join() override;
    void leave() override;
    void stop() override;
    void force() override;
    void cancel() override;

  private:
    enum class Order : std::uint8_t { none, stop, quit };
    enum class Reached : std::uint8_t { yes, nobody, failed };

    void on_ready(Interest ready) override;
    void on_time() override;
    void give(Order order);
    void rest();
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
    std::int64_t retry_ms_ = 0;  // until the next attempt to watch, without an order
    std::int64_t again_ms_ = 0;  // … to find out what became of an order; 0: at once
    Order order_ = Order::none;
    bool answered_ = false;  // mpv has seen the order: its next lines come after the order
    bool idle_ = false;
    bool played_ = false;  // since the last news
};

}  // namespace cmagent::platform
