#pragma once
#include "platform/api/stream.h"
#include "platform/linux/descriptor.h"

namespace cmagent::platform {

// Plain TCP: below TLS, and for `http://` to loopback. `host` plays no part.
class TcpStream final : public Stream {
  public:
    [[nodiscard]] Progress open(const Address& peer, std::string_view host) override;
    [[nodiscard]] Progress advance() override;
    [[nodiscard]] Moved read(char* into, std::size_t size) override;
    [[nodiscard]] Moved write(const char* from, std::size_t size) override;
    void close() override;
    [[nodiscard]] int descriptor() const override { return socket_.get(); }
    [[nodiscard]] Interest wanted() const override { return wanted_; }
    [[nodiscard]] StreamFault fault() const override { return fault_; }

  private:
    [[nodiscard]] Progress fail();

    Descriptor socket_;
    Interest wanted_;
    StreamFault fault_ = StreamFault::none;
};

}  // namespace cmagent::platform
