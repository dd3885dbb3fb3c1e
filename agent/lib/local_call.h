#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/text.h"
#include "agent/base/time.h"
#include "agent/cm/response.h"
#include "agent/lib/local_connection.h"
#include "agent/lib/local_request.h"
#include "agent/lib/target.h"

namespace cmagent::lib {

// Whom to call, and as whom. The texts live as long as the client.
struct Peer {
    static constexpr std::size_t kMaxToken = 1024;
    static constexpr std::size_t kMaxLanguage = 64;

    DaemonAddress address;
    Text<kMaxToken> token;
    Text<kMaxLanguage> language;  // Accept-Language
};

// One request to the daemon and its answer, without waiting: advance() does what can be done now. A
// connection for each: one that is kept may be dead when the daemon has been restarted.
class LocalCall {
  public:
    enum class State : std::uint8_t { none, sending, receiving, streaming, complete, failed };

    // `body` holds the body of an answer.
    LocalCall(const Peer& peer, int epoll, Buffer body)
        : peer_(peer), connection_(epoll), reader_(body) {}

    // Gives up what is under way, and begins another.
    void begin(const LocalRequest& request, Time deadline);
    void abort();

    // True where the state has changed, or a piece has come.
    bool advance(Time now);
    // While receiving: complete, or failed. `streaming` is a 200 whose body has no end: piece().
    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] bool idle() const { return state_ == State::none; }
    [[nodiscard]] bool under_way() const {
        return state_ == State::sending || state_ == State::receiving;
    }
    // All of the request has left us: what the daemon has done is not known until it answers.
    [[nodiscard]] bool sent() const { return sent_; }
    // When advance() has to be called, whatever comes.
    [[nodiscard]] Time deadline() const { return under_way() ? deadline_ : kNever; }

    // Once complete. The body is in the buffer, which is the caller's to change.
    [[nodiscard]] int status() const { return reader_.status(); }
    [[nodiscard]] const cm::ResponseReader& answer() const { return reader_; }
    // Once failed: "refused", "closed", "timeout", "unreadable".
    [[nodiscard]] const char* reason() const { return reason_; }

    // Bytes of a stream that were not taken yet; the caller takes from the front.
    [[nodiscard]] std::string_view& piece() { return piece_; }
    [[nodiscard]] bool has_piece() const { return !piece_.empty(); }

  private:
    // Besides the token: a line, our targets, and fields.
    static constexpr std::size_t kMaxHead = Peer::kMaxToken + 2048;

    void send_rest();
    void receive();
    void take(std::string_view bytes);
    void fail(const char* reason);

    const Peer& peer_;
    LocalConnection connection_;
    cm::ResponseReader reader_;
    State state_ = State::none;
    bool streams_ = false;
    bool sent_ = false;
    Time deadline_ = kNever;
    const char* reason_ = "";
    std::string_view head_;  // not sent yet, of head_bytes_
    std::string_view body_;  // likewise, the caller's
    std::string_view piece_;
    char head_bytes_[kMaxHead];
    char bytes_[2048];
};

}  // namespace cmagent::lib
