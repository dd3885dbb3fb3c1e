#include "platform/players/dbus_address.h"

#include <sys/un.h>
#include <unistd.h>

#include <cstddef>

#include "agent/base/percent.h"
#include "agent/base/text.h"
#include "agent/base/text_writer.h"

namespace cmagent::platform {
namespace {

// What stands before `end`, which is taken away with it.
std::string_view cut(std::string_view& rest, char end) {
    const std::string_view all = rest;
    const std::size_t size = all.find(end);
    rest = size == std::string_view::npos ? std::string_view{} : slice(all, size + 1);
    return slice(all, 0, size);
}

}  // namespace

SocketAddress dbus_address(std::string_view addresses) {
    char own[40];
    TextWriter text(own);
    if (addresses.empty())
        addresses = (text << "unix:path=/run/user/" << geteuid() << "/bus").view();
    SocketAddress found;
    auto* const address = reinterpret_cast<sockaddr_un*>(&found.storage);
    address->sun_family = AF_UNIX;
    while (!addresses.empty() && found.size == 0) {
        std::string_view keys = cut(addresses, ';');
        if (cut(keys, ':') != "unix") continue;
        while (!keys.empty()) {
            std::string_view value = cut(keys, ',');
            const std::string_view key = cut(value, '=');
            // The kernel knows an abstract name by the zero in front of it.
            const std::size_t at = key == "abstract" ? 1 : 0;
            if (at == 0 && key != "path") continue;
            const auto path = read_percent_encoded(
                value, {address->sun_path + at, sizeof address->sun_path - at});
            if (path)
                found.size =
                    static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + at + path->size());
        }
    }
    return found;
}

}  // namespace cmagent::platform
