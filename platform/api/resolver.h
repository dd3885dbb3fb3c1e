#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace cmagent::platform {

// A network address in the order of RFC 4291 / RFC 791, port in host order.
struct Address {
    enum class Family : std::uint8_t { ipv4, ipv6 };
    Family family = Family::ipv4;
    std::uint8_t bytes[16] = {};  // ipv4 uses the first four
    std::uint16_t port = 0;

    [[nodiscard]] friend bool operator==(const Address& a, const Address& b) {
        return a.family == b.family && a.port == b.port &&
               std::memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
    }
};

// More than any service publishes at once; the rest is not told.
inline constexpr std::size_t kMaxAddresses = 32;

struct Addresses {
    Address list[kMaxAddresses];
    std::size_t count = 0;  // 0: the name could not be resolved
    // For the log, a literal: the system's word for it where there is one.
    const char* problem = "";
};

// Called when a name is resolved, on the loop's thread.
class ResolverListener {
  public:
    // Families alternate, IPv6 first where both exist (RFC 8305 §4).
    virtual void on_resolved(const Addresses& addresses) = 0;

  protected:
    ~ResolverListener() = default;
};

// Resolves names without ever blocking the loop, although the system's resolver may take 30 s.
class Resolver {
  public:
    // Starts to resolve `host` (at most 253 bytes, copied) for `port`; an address literal is
    // answered too. The answer comes later, exactly once, never from within this call. The resolver
    // times out by itself only as the system's does: the caller keeps its own deadline and calls
    // cancel(). False when the host is too long or another question of the same listener is still
    // open.
    [[nodiscard]] virtual bool resolve(std::string_view host, std::uint16_t port,
                                       ResolverListener& listener) = 0;

    // No answer comes to `listener` after this.
    virtual void cancel(ResolverListener& listener) = 0;

  protected:
    ~Resolver() = default;
};

}  // namespace cmagent::platform
