#include "agent/daemon/version.h"

#include "platform/mbedtls/library.h"
#include "platform/microhttpd/port.h"
#include "platform/players/list.h"

namespace cmagent::daemon {

// CMAGENT_BUILD and the sources are told by CMakeLists.txt.
const char kBuild[] = CMAGENT_BUILD ", players " CMAGENT_PLAYER_NAMES
#if CMAGENT_ASSETS
                                    ", with assets";
#else
                                    ", without assets";
#endif

void print_version(std::FILE* out) {
    std::fprintf(out,
                 "cmagentd " CMAGENT_VERSION
                 "\nbuild: %s"
                 "\nmbedTLS %s" CMAGENT_MBEDTLS_SOURCE
                 "\nlibmicrohttpd %s" CMAGENT_MICROHTTPD_SOURCE "\n",
                 kBuild, platform::tls_library(), platform::MicrohttpdPort::library());
}

}  // namespace cmagent::daemon
