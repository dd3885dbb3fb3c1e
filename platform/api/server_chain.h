#pragma once
#include <cstddef>
#include <cstdint>

#include "agent/base/text.h"

namespace cmagent::platform {

// What people ask of a certificate. Names are the values of their attributes: "Example CA, Example
// Ltd", cut where they are longer; a byte that cannot be shown is a '?'.
struct CertificateFacts {
    Text<96> subject;
    Text<96> issuer;
    std::int64_t ends = 0;  // seconds since 1970

    // Whole days from a moment (in milliseconds since 1970) to its end; less than 0: it is over.
    [[nodiscard]] std::int64_t days_left(std::int64_t wall_ms) const;
};

// The certificates by which a server has shown who it is.
struct ServerChain {
    static constexpr std::size_t kKept = 4;

    // [0] is the server's own, the root is the last. Of a longer chain the last place has the one of
    // the rest that ends first.
    CertificateFacts certificates[kKept];
    std::size_t count = 0;  // 0: none was seen yet

    // The one that ends first, which ends the chain; null: none was seen yet.
    [[nodiscard]] const CertificateFacts* first_to_end() const;
};

// The certificates of authorities that are trusted.
struct Roots {
    std::size_t trusted = 0;
    std::size_t unreadable = 0;  // this library cannot read them, and does not trust them
};

}  // namespace cmagent::platform
