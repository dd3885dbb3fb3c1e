#pragma once

namespace cmagent::platform {

// The version of mbedTLS that runs, "3.6.2": of a shared library not always the one that the
// program was built with. Static storage.
[[nodiscard]] const char* tls_library();

}  // namespace cmagent::platform
