#pragma once
#include <sys/types.h>

#include <string>

#include "platform/api/resolver.h"
#include "platform/linux/descriptor.h"

namespace cmagent::contract {

// A server of another maker: `openssl s_server` with `options` (words between blanks), on a free
// port of 127.0.0.1, until the end of this.
class OpensslServer {
  public:
    explicit OpensslServer(const std::string& options);
    ~OpensslServer();
    OpensslServer(const OpensslServer&) = delete;
    OpensslServer& operator=(const OpensslServer&) = delete;

    // Port 0: it did not start.
    [[nodiscard]] platform::Address address() const { return address_; }

  private:
    pid_t process_ = -1;
    platform::Descriptor output_;
    platform::Address address_;
};

// `openssl` with `arguments`; the test fails where it does.
void openssl(const std::string& arguments);

}  // namespace cmagent::contract
