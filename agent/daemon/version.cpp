#include "agent/daemon/version.h"

#include "platform/mbedtls/library.h"
#include "platform/microhttpd/port.h"
#include "platform/players/list.h"

namespace cmagent::daemon {

// All of it is told by CMakeLists.txt.
const char kBuild[] = CMAGENT_BUILD ", players " CMAGENT_PLAYER_NAMES
                                    ", languages " CMAGENT_LANGUAGE_NAMES CMAGENT_FEATURES;

void print_version(std::FILE* out) {
    std::fprintf(out,
                 "cmagentd " CMAGENT_VERSION
                 "\nbuild: %s"
                 "\nmbedTLS %s" CMAGENT_MBEDTLS_SOURCE
                 "\nlibmicrohttpd %s" CMAGENT_MICROHTTPD_SOURCE "\n",
                 kBuild, platform::tls_library(), platform::MicrohttpdPort::library());
}

}  // namespace cmagent::daemon
