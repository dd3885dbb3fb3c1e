#pragma once
#include "agent/base/text.h"

namespace cmagent::platform {

// Gives mbedTLS this pool to live in, instead of the process's heap: it then cannot take more than
// that, and reports out_of_memory. Before the first TlsContext; the pool must live as long as the
// process. False, and nothing is changed: the library was built without a replaceable allocator
// (Debian's is; toolchains/libraries builds one that has it).
[[nodiscard]] bool cap_tls_memory(Buffer pool);

}  // namespace cmagent::platform
