#include "platform/linux/listener.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "platform/linux/environment.h"
#include "platform/linux/own_folder.h"
#include "platform/linux/socket_address.h"
#include "platform/linux/thread.h"

namespace cmagent::platform {
namespace {

// Connections that wait in the kernel to be accepted: as many as the port serves.
constexpr int kBacklog = 32;
// Connections accepted in one turn, so that the rest of the loop gets its turn: as few as the port
// hears requests of, for each costs about as much. The next turn takes the next.
constexpr int kAcceptsPerTurn = 4;
// sd_listen_fds(3).
constexpr int kFirstPassed = 3;
// How long the loop pauses when there is neither a descriptor nor a reserve.
constexpr std::int64_t kPauseUs = 10'000;
// For another start that makes its socket in the same folder. That the folder is the state's, and so
// ours already, costs this time.
constexpr std::int64_t kPatienceMs = 500;

ListenFault fault_of(int error) {
    switch (error) {
        case EAFNOSUPPORT:
        case EPROTONOSUPPORT:
            return ListenFault::family_missing;
        case EADDRINUSE:
            return ListenFault::in_use;
        case EACCES:
        case EPERM:
        case EROFS:
            return ListenFault::not_permitted;
        case EADDRNOTAVAIL:
            return ListenFault::not_local;
        case ENOENT:
        case ENOTDIR:
            return ListenFault::no_folder;
        default:
            return ListenFault::failed;
    }
}

Descriptor open_reserve() {
    return Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

Descriptor open_socket(int family) {
    Descriptor socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.valid()) return socket;  // errno stands
    const int on = 1;
    if (family == AF_UNIX) {
        // bind() gives the file the socket's mode less the umask: nobody else's until its group is
        // set.
        fchmod(socket.get(), S_IRUSR | S_IWUSR);
    } else {
        // For what is left of the last run's connections. It lets nobody listen beside us.
        setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    }
    if (family == AF_INET6) setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    return socket;
}

// Whether the file was left by an earlier run: no process answers there.
bool is_stale(const SocketAddress& address) {
    struct stat file = {};
    if (lstat(socket_path(address), &file) != 0 || !S_ISSOCK(file.st_mode)) return false;
    const Descriptor probe(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    return connect(probe.get(), address.get(), address.size) != 0 && errno == ECONNREFUSED;
}

// Whether somebody else than root, this process and the user that it will become could move a file
// in this folder away. A folder of a group that only root is in is as good as root's. A sticky bit is
// no help: while the daemon is not there, anybody could be there first.
bool is_shared(const struct stat& folder, const SocketRights& rights) {
    const bool owned =
        folder.st_uid == 0 || folder.st_uid == geteuid() || folder.st_uid == rights.user;
    const mode_t foreign = folder.st_gid == 0 ? S_IWOTH : S_IWGRP | S_IWOTH;
    return !owned || (folder.st_mode & foreign) != 0;
}

// The folder of a unix socket, with the slash behind it.
struct Folder {
    explicit Folder(const char* file) {
        std::memcpy(path, file, static_cast<std::size_t>(std::strrchr(file, '/') - file) + 1);
    }
    char path[sizeof(sockaddr_storage)] = {};
};

// The file of a unix socket is for those that `rights` admits. False, with errno: it cannot be.
bool admit(const char* file, const SocketRights& rights) {
    // Only where it is asked for: a sandbox may forbid the call.
    const bool own = rights.group == SocketRights::kOwn;
    if (!own && lchown(file, static_cast<uid_t>(-1), rights.group) != 0) return false;
    return chmod(file, rights.mode) == 0;
}

// Takes an address that the box does not have yet, too (IP_FREEBIND, ip(7)): callers reach it once
// the box has it. `fault` is then `not_local`. False, with errno: it cannot be had.
bool bind_to(int fd, const SocketAddress& address, ListenFault& fault) {
    if (bind(fd, address.get(), address.size) == 0) return true;
    if (errno == EADDRNOTAVAIL) {
        fault = ListenFault::not_local;
        const int on = 1;
        setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof on);
        return bind(fd, address.get(), address.size) == 0;
    }
    if (errno != EADDRINUSE || address.family() != AF_UNIX) return false;
    if (!is_stale(address)) {
        errno = EADDRINUSE;
        return false;
    }
    unlink(socket_path(address));
    return bind(fd, address.get(), address.size) == 0;
}

// Whose process has connected (unix(7), SO_PEERCRED).
std::uint32_t peer_user(int fd) {
    ucred peer = {};
    socklen_t size = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer.uid : kNoUser;
}

// Which file has the name of a unix socket; 0: none.
ino_t file_of(const SocketAddress& address) {
    struct stat file = {};
    return lstat(socket_path(address), &file) == 0 ? file.st_ino : 0;
}

SocketAddress address_of(int fd) {
    SocketAddress address;
    address.size = sizeof address.storage;
    if (getsockname(fd, address.get(), &address.size) != 0) address.size = 0;
    return address;
}

}  // namespace

SocketListener::SocketListener(Poller& poller, ConnectionListener& listener)
    : poller_(poller), listener_(listener), reserve_(open_reserve()) {}

ListenFault folder_fault(std::string_view address, const SocketRights& rights) {
    const SocketAddress wanted = parse_socket_address(address);
    if (wanted.family() != AF_UNIX) return ListenFault::none;
    struct stat status = {};
    if (stat(Folder(socket_path(wanted)).path, &status) != 0) return fault_of(errno);
    if (is_shared(status, rights)) return ListenFault::shared_folder;
    const bool taken = lstat(socket_path(wanted), &status) == 0 && !S_ISSOCK(status.st_mode);
    return taken ? ListenFault::in_use : ListenFault::none;
}

ListenFault SocketListener::listen(std::string_view address, const SocketRights& rights) {
    const SocketAddress wanted = parse_socket_address(address);
    if (wanted.size == 0) return ListenFault::bad_address;
    if (wanted.family() != AF_UNIX) return listen_on(wanted, rights);
    const ListenFault fault = folder_fault(address, rights);
    if (fault != ListenFault::none) return fault;
    // Of two daemons that start at once, neither takes the other's socket, which is about to be
    // served, for one that was left.
    const Folder folder(socket_path(wanted));
    OwnFolder alone(folder.path);
    [[maybe_unused]] const int held = alone.await(kPatienceMs);
    return listen_on(wanted, rights);
}

ListenFault SocketListener::listen_on(const SocketAddress& wanted, const SocketRights& rights) {
    const bool local = wanted.family() == AF_UNIX;
    Descriptor socket = open_socket(wanted.family());
    ListenFault fault = ListenFault::none;
    if (!socket.valid() || !bind_to(socket.get(), wanted, fault)) return fault_of(errno);
    if (local && !admit(socket_path(wanted), rights)) {
        const int error = errno;
        unlink(socket_path(wanted));
        return fault_of(error);
    }
    if (::listen(socket.get(), kBacklog) != 0) return fault_of(errno);
    return take(std::move(socket), true) ? fault : ListenFault::failed;
}

ListenFault SocketListener::adopt() {
    const bool for_us = environment_number("LISTEN_PID") == getpid();
    const std::int64_t passed = for_us ? environment_number("LISTEN_FDS") : 0;
    for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) unsetenv(name);
    for (int fd = kFirstPassed; fd < kFirstPassed + passed; fd++) {
        int listens = 0;
        socklen_t size = sizeof listens;
        getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size);
        if (listens == 0) return ListenFault::not_listening;
        fcntl(fd, F_SETFD, FD_CLOEXEC);
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
        if (!take(Descriptor(fd), false)) return ListenFault::failed;
    }
    return ListenFault::none;
}

bool SocketListener::take(Descriptor descriptor, bool created) {
    if (count_ == kMaxSockets) return false;
    const SocketAddress address = address_of(descriptor.get());
    Socket& socket = sockets_[count_];
    socket.owner = this;
    socket.descriptor = std::move(descriptor);
    socket.local = address.family() == AF_UNIX;
    socket.file = created && socket.local ? file_of(address) : 0;
    socket.address = format(address);
    if (!poller_.watch(socket.descriptor.get(), kReading, socket)) {
        socket.descriptor.reset();
        return false;
    }
    count_++;
    return true;
}

std::string_view SocketListener::address(std::size_t index) const {
    return index < count_ ? sockets_[index].address.view() : std::string_view();
}

ListenFault SocketListener::look(std::size_t index) const {
    const Socket& socket = sockets_[index];
    SocketAddress address = address_of(socket.descriptor.get());
    if (socket.local) {
        const ino_t file = file_of(address);
        return file != 0 && (socket.file == 0 || file == socket.file) ? ListenFault::none
                                                                      : ListenFault::removed;
    }
    // The port of both families is in one place (POSIX says of neither where).
    static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port));
    reinterpret_cast<sockaddr_in*>(address.get())->sin_port = 0;
    const Descriptor probe = open_socket(address.family());
    return bind(probe.get(), address.get(), address.size) == 0 ? ListenFault::none
                                                               : fault_of(errno);
}

void SocketListener::close() {
    for (std::size_t i = 0; i < count_; i++) {
        Socket& socket = sockets_[i];
        const SocketAddress address = address_of(socket.descriptor.get());
        // Another's by now, where somebody has removed ours. (No new file has the number of ours
        // while ours is open.)
        if (socket.file != 0 && socket.file == file_of(address)) unlink(socket_path(address));
        poller_.unwatch(socket.descriptor.get());
        socket.descriptor.reset();
    }
    count_ = 0;
}

void SocketListener::Socket::on_ready(Interest) {
    for (int i = 0; i < kAcceptsPerTurn && descriptor.valid(); i++) {
        if (!owner->accept_one(*this)) return;
    }
}

// False: no other connection waits, or none can be accepted now.
bool SocketListener::accept_one(const Socket& socket) {
    SocketAddress from;
    from.size = sizeof from.storage;
    const int fd =
        accept4(socket.descriptor.get(), from.get(), &from.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        if (errno == EMFILE || errno == ENFILE) {
            refuse_one(socket);
            return false;
        }
        // The caller has gone meanwhile: the next connection may be accepted.
        return errno == ECONNABORTED || errno == EINTR;
    }
    const int on = 1;
    if (!socket.local) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    listener_.on_connection(
        {fd, from.get(), from.size, socket.local, socket.local ? peer_user(fd) : 0});
    return true;
}

void SocketListener::refuse_one(const Socket& socket) {
    reserve_.reset();
    Descriptor refused(accept4(socket.descriptor.get(), nullptr, nullptr, SOCK_CLOEXEC));
    const bool spinning = !refused.valid();
    refused.reset();
    reserve_ = open_reserve();
    // Another thread took the reserved descriptor: the connection stays in the backlog, and the loop
    // must not spin.
    if (spinning) rest(kPauseUs);
}

}  // namespace cmagent::platform
