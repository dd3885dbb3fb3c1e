#pragma once
#include "agent/base/text.h"
#include "platform/api/stream.h"
#include "platform/linux/descriptor.h"

namespace cmagent::platform {

// Plain TCP: below TLS, and for `http://` to loopback. `host` plays no part. While addresses are
// being tried the descriptor is an epoll of their sockets.
class TcpStream final : public Stream {
  public:
    [[nodiscard]] Progress open(const Address& peer, std::string_view host) override;
    [[nodiscard]] Progress also_try(const Address& peer) override;
    [[nodiscard]] Progress advance() override;
    [[nodiscard]] std::size_t trying() const override { return trying_; }
    [[nodiscard]] const Address& peer() const override { return peer_; }
    [[nodiscard]] Moved read(char* into, std::size_t size) override;
    [[nodiscard]] Moved write(const char* from, std::size_t size) override;
    void close() override;
    [[nodiscard]] int descriptor() const override {
        return trying_ > 0 ? race_.get() : socket_.get();
    }
    [[nodiscard]] Interest wanted() const override { return wanted_; }
    [[nodiscard]] StreamFault fault() const override { return fault_; }
    [[nodiscard]] bool resumed() const override { return false; }
    [[nodiscard]] std::string_view detail() const override { return detail_.view(); }

  private:
    // An address that has not answered yet.
    struct Attempt {
        Descriptor socket;
        Address peer;
    };
    [[nodiscard]] Progress fail(int error);
    void speak_of(const Address& peer);
    void blame(StreamFault fault, int error);

    void let_go(std::size_t attempt);
    void let_all_go();

    Attempt attempts_[kMaxTried];  // in the order in which they were begun
    std::size_t trying_ = 0;
    Descriptor race_;    // epoll
    Descriptor socket_;  // of the one that has answered
    Address peer_;
    Interest wanted_;
    StreamFault fault_ = StreamFault::none;
    Text<192> detail_;  // an address, and the system's word for an error
};

}  // namespace cmagent::platform
