#include "tests/cmsim/tls.h"

#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_cache.h>
#include <mbedtls/ssl_ticket.h>
#include <sys/socket.h>

#include <cerrno>

#include "tests/cmsim/mbedtls_version.h"
#include "tests/cmsim/random.h"

namespace cmagent::cmsim {

struct TlsServer::Context {
    Random random;
    mbedtls_ssl_config config;
    mbedtls_x509_crt chain;
    mbedtls_x509_crt client_ca;
    mbedtls_pk_context key;
    mbedtls_ssl_cache_context cache;
    mbedtls_ssl_ticket_context tickets;

    Context() {
        mbedtls_ssl_config_init(&config);
        mbedtls_x509_crt_init(&chain);
        mbedtls_x509_crt_init(&client_ca);
        mbedtls_pk_init(&key);
        mbedtls_ssl_cache_init(&cache);
        mbedtls_ssl_ticket_init(&tickets);
    }
    ~Context() {
        mbedtls_ssl_ticket_free(&tickets);
        mbedtls_ssl_cache_free(&cache);
        mbedtls_pk_free(&key);
        mbedtls_x509_crt_free(&client_ca);
        mbedtls_x509_crt_free(&chain);
        mbedtls_ssl_config_free(&config);
    }
};

namespace {

const unsigned char* bytes_of(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.c_str());
}

// mbedTLS's own callbacks would raise SIGPIPE when the peer has gone.
int send_raw(void* socket, const unsigned char* bytes, std::size_t size) {
    const ssize_t count = send(*static_cast<const int*>(socket), bytes, size, MSG_NOSIGNAL);
    if (count >= 0) return static_cast<int>(count);
    return errno == EAGAIN || errno == EINTR ? MBEDTLS_ERR_SSL_WANT_WRITE
                                             : MBEDTLS_ERR_NET_SEND_FAILED;
}

int receive_raw(void* socket, unsigned char* bytes, std::size_t size) {
    const ssize_t count = recv(*static_cast<const int*>(socket), bytes, size, 0);
    if (count >= 0) return static_cast<int>(count);
    return errno == EAGAIN || errno == EINTR ? MBEDTLS_ERR_SSL_WANT_READ
                                             : MBEDTLS_ERR_NET_RECV_FAILED;
}

class TlsTransport : public Transport {
  public:
    TlsTransport(int descriptor, const mbedtls_ssl_config& config)
        : Transport(descriptor), socket_(descriptor) {
        mbedtls_ssl_init(&tls_);
        check(mbedtls_ssl_setup(&tls_, &config), "TLS");
        mbedtls_ssl_set_bio(&tls_, &socket_, send_raw, receive_raw, nullptr);
    }
    ~TlsTransport() override { mbedtls_ssl_free(&tls_); }

    Io handshake() override { return outcome(mbedtls_ssl_handshake(&tls_)); }

    Io read(std::string& bytes) override {
        unsigned char block[4096];
        const int count = mbedtls_ssl_read(&tls_, block, sizeof block);
        if (count > 0)
            bytes.append(reinterpret_cast<const char*>(block), static_cast<std::size_t>(count));
        return count == 0 ? Io::closed : outcome(count);
    }

    Io write(std::string_view& bytes) override {
        const int count = mbedtls_ssl_write(
            &tls_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
        if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
        return outcome(count);
    }

    void say_goodbye() override { mbedtls_ssl_close_notify(&tls_); }

  private:
    static Io outcome(int result) {
        if (result >= 0) return Io::done;
        switch (result) {
            case MBEDTLS_ERR_SSL_WANT_READ:
                return Io::want_read;
            case MBEDTLS_ERR_SSL_WANT_WRITE:
                return Io::want_write;
            case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY:
                return Io::closed;
            default:
                return Io::failed;
        }
    }

    int socket_;
    mbedtls_ssl_context tls_;
};

}  // namespace

TlsServer::TlsServer(const Credentials& credentials, const std::string& client_ca)
    : context_(std::make_unique<Context>()) {
    check(start_cryptography(), "cryptography");
    Context& context = *context_;
    check(mbedtls_x509_crt_parse(&context.chain, bytes_of(credentials.certificate),
                                 credentials.certificate.size() + 1),
          "certificate");
    check(parse_key(&context.key, bytes_of(credentials.key), credentials.key.size() + 1,
                    context.random.get()),
          "key");
    mbedtls_ssl_config& config = context.config;
    check(mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM,
                                      MBEDTLS_SSL_PRESET_DEFAULT),
          "TLS");
    require_tls_1_2(&config);
    mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, context.random.get());
    check(mbedtls_ssl_conf_own_cert(&config, &context.chain, &context.key), "certificate");
    if (!client_ca.empty()) {
        check(mbedtls_x509_crt_parse(&context.client_ca, bytes_of(client_ca), client_ca.size() + 1),
              "client CA");
        mbedtls_ssl_conf_ca_chain(&config, &context.client_ca, nullptr);
        mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_REQUIRED);
    }
    mbedtls_ssl_conf_session_cache(&config, &context.cache, mbedtls_ssl_cache_get,
                                   mbedtls_ssl_cache_set);
    constexpr unsigned kTicketSeconds = 86'400;
    check(mbedtls_ssl_ticket_setup(&context.tickets, mbedtls_ctr_drbg_random, context.random.get(),
                                   MBEDTLS_CIPHER_AES_256_GCM, kTicketSeconds),
          "tickets");
    mbedtls_ssl_conf_session_tickets_cb(&config, mbedtls_ssl_ticket_write, mbedtls_ssl_ticket_parse,
                                        &context.tickets);
}

TlsServer::~TlsServer() = default;

std::unique_ptr<Transport> TlsServer::serve(int descriptor) {
    return std::make_unique<TlsTransport>(descriptor, context_->config);
}

}  // namespace cmagent::cmsim
