#include "tests/contract/tls_peer.h"

#include <mbedtls/net_sockets.h>
#include <mbedtls/version.h>

#include <cstdlib>

#include "platform/mbedtls/compat.h"

namespace cmagent::contract {
namespace {

void check(int result) {
    if (result != 0) std::abort();
}

const unsigned char* bytes(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.c_str());
}

}  // namespace

TlsPeer::TlsPeer(const TlsPeerOptions& options) : manner_(options.ticket) {
    if (!platform::compat::start_crypto()) std::abort();
    mbedtls_entropy_init(&entropy_);
    mbedtls_ctr_drbg_init(&random_);
    mbedtls_ssl_config_init(&config_);
    mbedtls_ssl_init(&ssl_);
    mbedtls_ssl_ticket_init(&tickets_);
    mbedtls_x509_crt_init(&chain_);
    mbedtls_x509_crt_init(&client_roots_);
    mbedtls_pk_init(&key_);
    check(mbedtls_ctr_drbg_seed(&random_, mbedtls_entropy_func, &entropy_, nullptr, 0));
    check(mbedtls_ssl_config_defaults(&config_, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM,
                                      MBEDTLS_SSL_PRESET_DEFAULT));
    mbedtls_ssl_conf_rng(&config_, mbedtls_ctr_drbg_random, &random_);

    const std::string chain = options.identity.certificate + options.chain_below;
    check(mbedtls_x509_crt_parse(&chain_, bytes(chain), chain.size() + 1));
    const std::string& key = options.identity.key;
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
    check(mbedtls_pk_parse_key(&key_, bytes(key), key.size() + 1, nullptr, 0,
                               mbedtls_ctr_drbg_random, &random_));
#else
    check(mbedtls_pk_parse_key(&key_, bytes(key), key.size() + 1, nullptr, 0));
#endif
    check(mbedtls_ssl_conf_own_cert(&config_, &chain_, &key_));
    check(mbedtls_ssl_ticket_setup(&tickets_, mbedtls_ctr_drbg_random, &random_,
                                   MBEDTLS_CIPHER_AES_256_GCM, 3600));
    mbedtls_ssl_conf_session_tickets_cb(&config_, write_ticket, read_ticket, this);
    if (options.client_authority != nullptr) {
        const std::string& root = options.client_authority->certificate;
        check(mbedtls_x509_crt_parse(&client_roots_, bytes(root), root.size() + 1));
        mbedtls_ssl_conf_ca_chain(&config_, &client_roots_, nullptr);
        mbedtls_ssl_conf_authmode(&config_, MBEDTLS_SSL_VERIFY_REQUIRED);
    }
}

TlsPeer::~TlsPeer() {
    mbedtls_ssl_free(&ssl_);
    mbedtls_ssl_config_free(&config_);
    mbedtls_ssl_ticket_free(&tickets_);
    mbedtls_pk_free(&key_);
    mbedtls_x509_crt_free(&client_roots_);
    mbedtls_x509_crt_free(&chain_);
    mbedtls_ctr_drbg_free(&random_);
    mbedtls_entropy_free(&entropy_);
}

void TlsPeer::begin() {
    mbedtls_ssl_free(&ssl_);
    mbedtls_ssl_init(&ssl_);
    check(mbedtls_ssl_setup(&ssl_, &config_));
    mbedtls_ssl_set_bio(&ssl_, this, on_send, on_receive, nullptr);
    begun_ = true;
    stumbled_ = false;
    up_ = false;
    received_.clear();
}

// Instead of an answer to a ClientHello.
void TlsPeer::stumble() {
    using Ticket = TlsPeerOptions::Ticket;
    constexpr char kDecryptError[] = {0x15, 3, 3, 0, 2, 2, 51};  // RFC 8446 §6.2
    const int descriptor = tcp_.descriptor();
    if (manner_ == Ticket::refuses)
        ::send(descriptor, kDecryptError, sizeof kDecryptError, MSG_NOSIGNAL);
    if (manner_ == Ticket::refuses || manner_ == Ticket::closes) shutdown(descriptor, SHUT_WR);
    if (manner_ == Ticket::resets) tcp_.cut();
    begun_ = false;
}

int TlsPeer::on_send(void* self, const unsigned char* from, std::size_t size) {
    TlsPeer& peer = *static_cast<TlsPeer*>(self);
    if (peer.stumbled_) return MBEDTLS_ERR_SSL_WANT_WRITE;
    const ssize_t sent = ::send(peer.tcp_.descriptor(), from, size, MSG_NOSIGNAL);
    return sent < 0 ? MBEDTLS_ERR_SSL_WANT_WRITE : static_cast<int>(sent);
}

int TlsPeer::on_receive(void* self, unsigned char* into, std::size_t size) {
    const ssize_t got = recv(static_cast<TlsPeer*>(self)->tcp_.descriptor(), into, size, 0);
    return got < 0 ? MBEDTLS_ERR_SSL_WANT_READ : static_cast<int>(got);
}

int TlsPeer::write_ticket(void* self, const mbedtls_ssl_session* session, unsigned char* start,
                          const unsigned char* end, std::size_t* size, std::uint32_t* lifetime) {
    return mbedtls_ssl_ticket_write(&static_cast<TlsPeer*>(self)->tickets_, session, start, end,
                                    size, lifetime);
}

int TlsPeer::read_ticket(void* self, mbedtls_ssl_session* session, unsigned char* bytes,
                         std::size_t size) {
    TlsPeer& peer = *static_cast<TlsPeer*>(self);
    peer.stumbled_ = peer.manner_ != TlsPeerOptions::Ticket::takes;
    return mbedtls_ssl_ticket_parse(&peer.tickets_, session, bytes, size);
}

void TlsPeer::pump() {
    if (tcp_.accept_new()) begin();
    if (!begun_ || tcp_.descriptor() < 0) return;
    if (!up_) {
        const int result = mbedtls_ssl_handshake(&ssl_);
        if (stumbled_) return stumble();
        up_ = result == 0;
        const bool goes_on =
            result == MBEDTLS_ERR_SSL_WANT_READ || result == MBEDTLS_ERR_SSL_WANT_WRITE;
        if (!up_ && !goes_on) begun_ = false;
        if (!up_) return;
    }
    unsigned char buffer[4096];
    int got = 0;
    while ((got = mbedtls_ssl_read(&ssl_, buffer, sizeof buffer)) > 0) {
        received_.append(reinterpret_cast<char*>(buffer), static_cast<std::size_t>(got));
    }
    goodbye_ = got == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY;
    while (!unsent_.empty()) {
        const int sent = mbedtls_ssl_write(&ssl_, bytes(unsent_), unsent_.size());
        if (sent <= 0) return;
        unsent_.erase(0, static_cast<std::size_t>(sent));
    }
    if (finishing_) mbedtls_ssl_close_notify(&ssl_);
    finishing_ = false;
}

void TlsPeer::warn(int count) {
    while (count-- > 0 &&
           mbedtls_ssl_send_alert_message(&ssl_, MBEDTLS_SSL_ALERT_LEVEL_WARNING,
                                          MBEDTLS_SSL_ALERT_MSG_USER_CANCELED) == 0) {
    }
}

void TlsPeer::alert(int description) {
    check(mbedtls_ssl_send_alert_message(&ssl_, MBEDTLS_SSL_ALERT_LEVEL_FATAL,
                                         static_cast<unsigned char>(description)));
}

void TlsPeer::corrupt() {
    std::string record = "\x17\x03\x03";  // application data
    record += '\0';
    record += '\x30';
    record.append(0x30, 'x');
    check(on_send(&tcp_, reinterpret_cast<const unsigned char*>(record.data()), record.size()) ==
                  static_cast<int>(record.size())
              ? 0
              : -1);
}

std::string TlsPeer::take_received() {
    std::string received;
    received.swap(received_);
    return received;
}

bool TlsPeer::client_certificate_seen() const {
    return mbedtls_ssl_get_peer_cert(&ssl_) != nullptr;
}

}  // namespace cmagent::contract
