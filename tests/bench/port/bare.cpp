// What libmicrohttpd does by itself: one thread, epoll, its own listening socket, and a handler
// that answers every GET with the same bytes, once it has looked at what the agent looks at: method, target, every field
// of the request, by which name the box is called, and whether a page of somebody else's asks.
//
//   bench_port_bare FILE NAME VALUE …      the body and the fields; prints its port

#include <microhttpd.h>
#include <netinet/in.h>
#include <strings.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

struct Page {
    std::string body;
    std::vector<std::pair<std::string, std::string>> fields;
};

struct Asked {
    std::string_view host;
    std::string_view origin;
    std::size_t bytes = 0;
};

MHD_Result look(void* asked, MHD_ValueKind, const char* name, const char* value) {
    auto& fields = *static_cast<Asked*>(asked);
    fields.bytes += std::strlen(name) + (value != nullptr ? std::strlen(value) : 0);
    if (value != nullptr && strcasecmp(name, "Host") == 0) fields.host = value;
    if (value != nullptr && strcasecmp(name, "Origin") == 0) fields.origin = value;
    return MHD_YES;
}

bool may(MHD_Connection* connection, const char* target, const char* method) {
    Asked asked;
    MHD_get_connection_values(connection, MHD_HEADER_KIND, &look, &asked);
    const std::string_view name = asked.host.substr(0, asked.host.rfind(':'));
    return std::strcmp(method, "GET") == 0 && std::strcmp(target, "/v1/sessions") == 0 &&
           asked.bytes < 8192 && (name == "127.0.0.1" || name == "localhost") &&
           asked.origin.empty();
}

MHD_Result answer(void* page, MHD_Connection* connection, const char* target, const char* method,
                  const char*, const char*, std::size_t*, void** context) {
    static int seen;
    if (*context == nullptr) {
        *context = &seen;
        return may(connection, target, method) ? MHD_YES : MHD_NO;
    }
    auto& bytes = *static_cast<Page*>(page);
    MHD_Response* response = MHD_create_response_from_buffer(bytes.body.size(), bytes.body.data(),
                                                             MHD_RESPMEM_PERSISTENT);
    for (const auto& [name, value] : bytes.fields) {
        MHD_add_response_header(response, name.c_str(), value.c_str());
    }
    const MHD_Result result = MHD_queue_response(connection, 200, response);
    MHD_destroy_response(response);
    return result;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return 64;
    Page page;
    std::ifstream file(argv[1]);
    page.body.assign(std::istreambuf_iterator<char>(file), {});
    for (int i = 2; i + 1 < argc; i += 2) page.fields.emplace_back(argv[i], argv[i + 1]);

    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    MHD_Daemon* daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_SUPPRESS_DATE_NO_CLOCK, 0, nullptr,
                         nullptr, &answer, &page, MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_END);
    if (daemon == nullptr) return 69;
    const MHD_DaemonInfo* info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    std::printf("%u\n", info->port);
    std::fflush(stdout);
    pause();
}
