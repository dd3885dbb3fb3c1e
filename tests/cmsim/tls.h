#pragma once
// TLS on the server's side, by mbedTLS: session tickets and ids for resumption, and a client
// certificate where one is asked for.

#include <memory>
#include <string>

#include "tests/cmsim/certificate.h"
#include "tests/cmsim/transport.h"

namespace cmagent::cmsim {

class TlsServer {
  public:
    // `client_ca`, in PEM: clients need a certificate of this CA; empty: they need none. Throws
    // std::runtime_error.
    TlsServer(const Credentials& credentials, const std::string& client_ca);
    ~TlsServer();

    // The transport owns `descriptor` and must not outlive the TlsServer.
    std::unique_ptr<Transport> serve(int descriptor);

  private:
    struct Context;
    std::unique_ptr<Context> context_;
};

}  // namespace cmagent::cmsim
