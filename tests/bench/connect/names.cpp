// Stands in for the system's resolver, by LD_PRELOAD: every name has the addresses of NAMES_ADDRESSES
// ("127.0.0.2,127.0.0.3"), and is answered after NAMES_MS.
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

namespace {

struct Found {
    addrinfo info;
    sockaddr_in address;
};

const char* text_of(const char* variable) {
    const char* const value = getenv(variable);
    return value != nullptr ? value : "";
}

}  // namespace

extern "C" int getaddrinfo(const char*, const char* service, const addrinfo* hints,
                           addrinfo** found) {
    usleep(static_cast<useconds_t>(atoi(text_of("NAMES_MS")) * 1000));
    *found = nullptr;
    addrinfo** end = found;
    if (hints != nullptr && hints->ai_family == AF_INET6) return EAI_NONAME;
    const std::string all = text_of("NAMES_ADDRESSES");
    for (std::size_t at = 0; at < all.size();) {
        const std::size_t comma = std::min(all.find(',', at), all.size());
        auto* const one = static_cast<Found*>(calloc(1, sizeof(Found)));
        one->address.sin_family = AF_INET;
        inet_pton(AF_INET, all.substr(at, comma - at).c_str(), &one->address.sin_addr);
        one->address.sin_port =
            htons(static_cast<std::uint16_t>(service != nullptr ? atoi(service) : 0));
        one->info.ai_family = AF_INET;
        one->info.ai_socktype = SOCK_STREAM;
        one->info.ai_addrlen = sizeof one->address;
        one->info.ai_addr = reinterpret_cast<sockaddr*>(&one->address);
        *end = &one->info;
        end = &one->info.ai_next;
        at = comma + 1;
    }
    return *found != nullptr ? 0 : EAI_NONAME;
}

extern "C" void freeaddrinfo(addrinfo* list) noexcept {
    while (list != nullptr) {
        addrinfo* const next = list->ai_next;
        free(list);
        list = next;
    }
}
