#pragma once
#include <mbedtls/ssl.h>

#include <cstddef>
#include <cstdint>

#include "agent/base/host.h"
#include "agent/base/text.h"
#include "platform/api/stream.h"
#include "platform/mbedtls/name_constraints.h"
#include "platform/mbedtls/tls_context.h"

namespace cmagent::platform {

// TLS 1.2 or 1.3 over another stream, as a rule TCP. Chain, host name and pins are always verified;
// there is nothing to turn that off by. The session is kept in memory, and resumed with the same
// host for as long as the context is not loaded again. mbedTLS's buffers (about 40 KiB) live from
// the connection to close().
class TlsStream final : public Stream {
  public:
    // Both must live as long as this; `context` must have been loaded before open().
    TlsStream(Stream& below, TlsContext& context);
    ~TlsStream();
    TlsStream(const TlsStream&) = delete;
    TlsStream& operator=(const TlsStream&) = delete;

    [[nodiscard]] Progress open(const Address& peer, std::string_view host) override;
    [[nodiscard]] Progress also_try(const Address& peer) override;
    [[nodiscard]] Progress advance() override;
    [[nodiscard]] std::size_t trying() const override { return below_.trying(); }
    [[nodiscard]] const Address& peer() const override { return below_.peer(); }
    [[nodiscard]] Moved read(char* into, std::size_t size) override;
    [[nodiscard]] Moved write(const char* from, std::size_t size) override;
    void close() override;
    [[nodiscard]] int descriptor() const override { return below_.descriptor(); }
    [[nodiscard]] Interest wanted() const override;
    [[nodiscard]] StreamFault fault() const override { return fault_; }
    [[nodiscard]] std::string_view detail() const override {
        return detail_.empty() ? below_.detail() : detail_.view();
    }

    [[nodiscard]] bool resumed() const override { return !leaf_verified_; }

  private:
    enum class State : std::uint8_t { closed, connecting, handshaking, open };

    [[nodiscard]] Progress on_below(Progress progress);
    [[nodiscard]] bool begin();
    [[nodiscard]] Progress handshake();
    [[nodiscard]] bool is_verified();
    [[nodiscard]] StreamFault fault_of(int result);
    [[nodiscard]] StreamFault find_unreadable();
    class Telling;  // puts detail_ together
    void tell_error(int result, int alert);
    void tell_certificate(const mbedtls_x509_crt& certificate, int depth, std::uint32_t flags);
    [[nodiscard]] Progress fail(StreamFault fault);
    [[nodiscard]] Moved broken(int result);
    // True: `result` only means that the call has to be repeated when wanted() is there.
    [[nodiscard]] bool must_wait(int result);

    template <class Call>
    [[nodiscard]] int past_tickets(Call call);
    void keep_session();
    void forget_session();
    void examine(const mbedtls_x509_crt& certificate, int depth, std::uint32_t& flags);
    void begin_chain();
    [[nodiscard]] int examine_again(mbedtls_x509_crt& leaf, std::uint32_t& flags);

    static int on_send(void* self, const unsigned char* from, std::size_t size);
    static int on_receive(void* self, unsigned char* into, std::size_t size);
    static int on_certificate(void* self, mbedtls_x509_crt* certificate, int depth,
                              std::uint32_t* flags);

    Stream& below_;
    TlsContext& context_;
    State state_ = State::closed;
    StreamFault fault_ = StreamFault::none;
    Interest wanted_;
    mbedtls_ssl_context ssl_;

    // Of this handshake.
    std::uint32_t flags_ = 0;     // of all certificates
    bool leaf_verified_ = false;  // mbedTLS has shown us the peer's own certificate
    unsigned weight_ = 0;         // of the flags that detail_ tells of
    bool again_ = false;          // the chain is verified a second time
    bool pin_seen_ = false;
    NameConstraints constraints_;
    bool offered_ = false;   // an old session
    bool received_ = false;  // something of the application
    bool greeted_ = false;   // the ClientHello went out, at least in part

    // Bytes from below that the call under way may still take.
    std::size_t allowance_ = 0;
    std::size_t unsent_ = 0;  // bytes of the write that mbedTLS has taken and could not finish

    // Of the last fault that is TLS's; empty: the stream below says it.
    Text<400> detail_;

    char host_[kMaxHostName + 1] = {};  // without a dot at its end
    mbedtls_ssl_session session_;
    bool has_session_ = false;
    unsigned generation_ = 0;          // of the context that verifies the connection
    unsigned session_generation_ = 0;  // … that has verified the session
};

}  // namespace cmagent::platform
