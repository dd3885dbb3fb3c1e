#pragma once
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_ticket.h>
#include <mbedtls/x509_crt.h>

#include <string>

#include "tests/contract/certificates.h"
#include "tests/contract/tcp_peer.h"

namespace cmagent::contract {

// The server's manners on a connection. The defaults are those of a good one.
struct TlsPeerOptions {
    Identity identity = make_identity(Wish{}, &authority());
    std::string chain_below = {};                // more certificates, sent after its own
    const Identity* client_authority = nullptr;  // a client certificate of it is demanded
    // What it does when it is shown a ticket of its own, instead of answering.
    enum class Ticket : std::uint8_t { takes, refuses, closes, resets, is_silent };
    Ticket ticket = Ticket::takes;
};

// The server's side of TLS on one connection after the other, in the test's own thread: it goes on
// when pump() is called. Keeps the tickets' key, so that sessions can be resumed.
class TlsPeer {
  public:
    explicit TlsPeer(const TlsPeerOptions& options = {});
    ~TlsPeer();
    TlsPeer(const TlsPeer&) = delete;
    TlsPeer& operator=(const TlsPeer&) = delete;

    [[nodiscard]] platform::Address address() const { return tcp_.address(); }
    void pump();
    void send(const std::string& text) { unsent_ += text; }
    void finish() { finishing_ = true; }
    // Sends so many warnings, which TLS drops, or as many as the network takes.
    void warn(int count);
    // Sends a fatal alert (RFC 8446 §6).
    void alert(int description);
    // Sends a record of the client's version whose protection does not verify.
    void corrupt();
    void cut() { tcp_.cut(); }
    [[nodiscard]] std::string take_received();
    [[nodiscard]] bool client_certificate_seen() const;
    // The client has said goodbye (close_notify).
    [[nodiscard]] bool client_said_goodbye() const { return goodbye_; }
    [[nodiscard]] TcpPeer& tcp() { return tcp_; }

  private:
    void begin();
    void stumble();
    static int on_send(void* self, const unsigned char* from, std::size_t size);
    static int on_receive(void* self, unsigned char* into, std::size_t size);
    static int write_ticket(void* self, const mbedtls_ssl_session* session, unsigned char* start,
                            const unsigned char* end, std::size_t* size, std::uint32_t* lifetime);
    static int read_ticket(void* self, mbedtls_ssl_session* session, unsigned char* bytes,
                           std::size_t size);

    TcpPeer tcp_;
    mbedtls_entropy_context entropy_;
    mbedtls_ctr_drbg_context random_;
    mbedtls_ssl_config config_;
    mbedtls_ssl_context ssl_;
    mbedtls_ssl_ticket_context tickets_;
    mbedtls_x509_crt chain_;
    mbedtls_x509_crt client_roots_;
    mbedtls_pk_context key_;
    TlsPeerOptions::Ticket manner_;
    bool stumbled_ = false;  // over a ticket
    bool begun_ = false;
    bool up_ = false;
    bool finishing_ = false;
    bool goodbye_ = false;
    std::string unsent_;
    std::string received_;
};

}  // namespace cmagent::contract
