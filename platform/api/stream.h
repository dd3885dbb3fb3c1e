#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "platform/api/poller.h"
#include "platform/api/resolver.h"

namespace cmagent::platform {

// The reason for which a stream could not be opened or went away. The names are part of the API:
// an integrator reads them as `reason` in a problem document (see stream_fault_name).
enum class StreamFault : std::uint8_t {
    none,
    connect_failed,  // refused, no route, time-out of TCP
    closed,          // by the peer or by the network, after TCP was up
    clock_not_set,  // the certificate is not yet valid, and the wall clock is before the build date
    certificate_expired,
    certificate_not_yet_valid,  // although the clock is set
    certificate_wrong_host,     // also: no subjectAltName
    certificate_untrusted,      // no chain to a configured root, self-signed
    certificate_constrained,    // an authority above it may not name what it names
    certificate_invalid,        // bad usage, unreadable
    certificate_weak,           // its key, or the digest or key that signs a link of its chain
    pin_mismatch,
    no_common_version,    // TLS 1.1 or older
    no_common_algorithm,  // no suite, group or signature that both sides accept
    handshake_failed,     // any other alert, garbage, client certificate refused
    handshake_cut,        // closed or reset after our ClientHello: by somebody who reads it, too
    tls_broken,  // once it was open: an alert, or what cannot be read. It says nothing of the handshake
    out_of_memory,
};

// "certificate-expired" and so on; stable.
[[nodiscard]] std::string_view stream_fault_name(StreamFault fault);

// So many addresses may be tried at the same time.
inline constexpr std::size_t kMaxTried = 8;

// A non-blocking byte stream to one peer: TCP, or TLS over it. One object serves any number of
// connections, one after the other; it allocates nothing after its construction but what the TLS
// library needs. TCP_NODELAY is set, and unacknowledged data is given up after 120 s
// (TCP_USER_TIMEOUT): what was said at close() to a NAT that forgot us does not live on for a quarter
// of an hour, and no request is ended before the longest cm.requestTimeoutMs.
//
// How it is used: open(), and also_try() for further addresses of the same peer as long as none has
// answered; advance() whenever descriptor() is ready for wanted(), until it says `done`, or `failed`
// and nothing is being tried any more; then read() and write(). The caller keeps the deadlines: a
// stream never times out by itself.
class Stream {
  public:
    // `failed`: peer() could not be opened, see fault(); what trying() counts goes on.
    enum class Progress : std::uint8_t { done, wait, failed };

    // `bytes` > 0: so many were moved. 0: nothing now, wait for wanted(). `end`: the peer has
    // finished sending in good order (TCP FIN or TLS close_notify), which only read() tells;
    // `failed`: see fault(). After both only close() makes sense.
    struct Moved {
        std::size_t bytes = 0;
        bool end = false;
        bool failed = false;

        [[nodiscard]] static constexpr Moved nothing() { return {}; }
        [[nodiscard]] static constexpr Moved some(std::size_t bytes) {
            return {bytes, false, false};
        }
        [[nodiscard]] static constexpr Moved ended() { return {0, true, false}; }
        [[nodiscard]] static constexpr Moved failure() { return {0, false, true}; }
    };

    // Starts to connect to `peer`. `host` is the name that the certificate must carry; it is copied
    // (at most 253 bytes). Closes what was open before.
    [[nodiscard]] virtual Progress open(const Address& peer, std::string_view host) = 0;
    // While addresses are being tried: tries one more of the same host beside them (RFC 8305 §5). The
    // first that answers is taken, and the others are let go. Where kMaxTried are under way, the one
    // that was tried first is let go for it.
    [[nodiscard]] virtual Progress also_try(const Address& peer) = 0;
    // Goes on with connection and handshake. `done`: TLS is up, chain, host name and pins were
    // verified.
    [[nodiscard]] virtual Progress advance() = 0;

    // So many addresses are being tried and have not answered yet. 0: one has answered, and its
    // handshake goes on or is over; or none is left.
    [[nodiscard]] virtual std::size_t trying() const = 0;
    // The address that has answered; after `failed` the one that has failed.
    [[nodiscard]] virtual const Address& peer() const = 0;

    // To be read until there is nothing: what TLS has decrypted already makes no descriptor ready.
    // A write that moved less than it was given goes on where it stopped, with the same bytes.
    [[nodiscard]] virtual Moved read(char* into, std::size_t size) = 0;
    [[nodiscard]] virtual Moved write(const char* from, std::size_t size) = 0;

    // Says goodbye to the peer if that can be done at once, and releases the descriptor. Harmless
    // when closed.
    virtual void close() = 0;

    // -1 when closed. open(), also_try(), advance() and close() may put another in its place: the
    // caller has to unwatch it before them.
    [[nodiscard]] virtual int descriptor() const = 0;
    // The readiness to watch the descriptor for, so that the last call that could not go on may go
    // on.
    [[nodiscard]] virtual Interest wanted() const = 0;
    [[nodiscard]] virtual StreamFault fault() const = 0;
    // The handshake was an abbreviated one, with what the peer gave us earlier: a break before its
    // first word may be the fault of that, which is then forgotten. Valid while open.
    [[nodiscard]] virtual bool resumed() const = 0;
    // For the log: the peer's address, and behind it what the system or the library says of the last
    // fault ("192.0.2.1:443: Connection refused"). Empty before the first open(); valid, also when
    // closed, until the next call of anything but close().
    [[nodiscard]] virtual std::string_view detail() const = 0;

  protected:
    ~Stream() = default;
};

}  // namespace cmagent::platform
