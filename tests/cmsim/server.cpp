#include "tests/cmsim/server.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "tests/cmsim/connection.h"

namespace cmagent::cmsim {
namespace {

struct Address {
    std::string host;
    std::string port;
};

Address parse_address(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos) return {"127.0.0.1", text};
    std::string host = text.substr(0, colon);
    if (host.size() > 1 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    return {host, text.substr(colon + 1)};
}

std::uint16_t port_number(const std::string& text) {
    char* end = nullptr;
    const unsigned long port = std::strtoul(text.c_str(), &end, 10);
    if (text.empty() || *end != '\0' || port > 65535) throw CannotListen(text + ": not a port");
    return static_cast<std::uint16_t>(port);
}

CannotListen cannot_listen(const std::string& address, int error) {
    return CannotListen(address + ": " + std::generic_category().message(error));
}

struct AddressInfo {
    addrinfo* first = nullptr;
    AddressInfo(const std::string& host, const std::string& port) {
        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
        const int error = getaddrinfo(host.c_str(), port.c_str(), &hints, &first);
        if (error != 0) throw CannotListen(host + ":" + port + ": " + gai_strerror(error));
    }
    ~AddressInfo() { freeaddrinfo(first); }
    AddressInfo(const AddressInfo&) = delete;
    AddressInfo& operator=(const AddressInfo&) = delete;
};

std::uint16_t bound_port(int descriptor) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
    if (address.ss_family == AF_INET6) {
        return ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port);
    }
    return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

int set_option(int descriptor, int level, int option) {
    const int on = 1;
    return setsockopt(descriptor, level, option, &on, sizeof on);
}

}  // namespace

Server::Server(Loop& loop, const std::string& address, ServerHooks hooks)
    : loop_(loop), hooks_(std::move(hooks)) {
    const Address parsed = parse_address(address);
    host_ = parsed.host;
    port_ = port_number(parsed.port);
    listen();
}

Server::~Server() {
    stop_listening();
    close_connections();
}

std::string Server::authority() const {
    const bool is_ipv6 = host_.find(':') != std::string::npos;
    return (is_ipv6 ? "[" + host_ + "]" : host_) + ":" + std::to_string(port_);
}

void Server::listen() {
    const AddressInfo found(host_, std::to_string(port_));
    const addrinfo& address = *found.first;
    const int descriptor = socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) throw cannot_listen(authority(), errno);
    set_option(descriptor, SOL_SOCKET, SO_REUSEADDR);
    if (bind(descriptor, address.ai_addr, address.ai_addrlen) != 0 ||
        ::listen(descriptor, SOMAXCONN) != 0) {
        const int error = errno;
        ::close(descriptor);
        throw cannot_listen(authority(), error);
    }
    listener_ = descriptor;
    port_ = bound_port(descriptor);
    loop_.watch(listener_, EPOLLIN, [this](std::uint32_t) { accept_waiting(); });
}

void Server::accept_waiting() {
    for (;;) {
        const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) return;
        set_option(descriptor, IPPROTO_TCP, TCP_NODELAY);
        const ConnectionNumber number = ++opened_;
        const auto connection =
            std::make_shared<Connection>(*this, number, hooks_.transport(descriptor));
        connections_[number] = connection;
        connection->start(hooks_.welcome(number));
        if (listener_ < 0) return;  // the welcome may have closed the port
    }
}

void Server::set_accepting(bool accepting) {
    if (accepting == this->accepting()) return;
    accepting ? listen() : stop_listening();
}

void Server::stop_listening() {
    if (listener_ < 0) return;
    loop_.unwatch(listener_);
    ::close(listener_);
    listener_ = -1;
}

void Server::close_connections() {
    while (!connections_.empty()) {
        const std::shared_ptr<Connection> connection = connections_.begin()->second;
        connection->close();
    }
}

}  // namespace cmagent::cmsim
