#pragma once
#include "agent/base/text.h"
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
    [[nodiscard]] std::string_view detail() const override { return detail_.view(); }

  private:
    [[nodiscard]] Progress fail(int error);
    void blame(StreamFault fault, int error);

    Descriptor socket_;
    Interest wanted_;
    StreamFault fault_ = StreamFault::none;
    Text<192> detail_;  // an address, and the system's word for an error
};

}  // namespace cmagent::platform
