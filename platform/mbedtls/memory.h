#pragma once
#include <cstddef>

#include "agent/base/bytes.h"

namespace cmagent::platform {

// The most that mbedTLS may hold of the process's heap at a time. Its largest need is to read the
// roots of 144 authorities (Mozilla's list) again: the old ones and the new ones, 156 KiB each, and 21
// for what is read. The two connections, which may be open meanwhile, need 104 KiB: in each direction
// the largest record, 16 and 8 KiB, and the peer's chain. A third is left for the list's growth.
inline constexpr std::size_t kMaxTlsMemory = 576 * kKiB;

// From now on an allocation of mbedTLS that would exceed kMaxTlsMemory fails, as if the box had no
// more memory: StreamFault::out_of_memory, or a reason in TlsLoaded. Blocks from before do not
// count. False, and nothing is changed: the library was built without a replaceable allocator
// (Debian's is; toolchains/libraries makes one with it).
bool cap_tls_memory();

}  // namespace cmagent::platform
