#pragma once
#include <cstddef>

#include "agent/base/bytes.h"
#include "platform/mbedtls/root_store.h"
#include "platform/mbedtls/tls_context.h"

namespace cmagent::platform {

// The most that a certificate of the file may take, in DER: the largest of the public ones take 2 KiB.
inline constexpr std::size_t kMostOfRoot = 16 * kKiB;
// A distribution's file has 0.2 MiB; reading the largest takes a box 0.2 s, at SIGHUP too.
inline constexpr std::size_t kMostOfRootsFile = 16 * kMiB;

// Adds the roots of a file, PEM or one in DER, to `into`, and tells `loaded` of them. Returns nullptr,
// or why there is none: a literal, or the system's word for it.
[[nodiscard]] const char* read_roots(const char* file, RootStore& into, TlsLoaded& loaded);

}  // namespace cmagent::platform
