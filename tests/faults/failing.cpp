// Loaded before a program (LD_PRELOAD): fails one call of the system or of the allocator, and
// counts all of them.
//
//   CMAGENT_FAIL="CALL ERRNO N [LIBRARY]"  the Nth call (from 1) of CALL, made from LIBRARY, fails with the number ERRNO;
//                                          ERRNO 0: it does a part of what it was asked for; -1: a part, or nothing,
//                                          and the power is cut
//   CMAGENT_TALLY=FILE                     one number a call of kCalls in their order, kept while the program runs: how
//                                          often LIBRARY made it
//
// What libc calls within itself is not seen. An allocation is counted as `malloc`, whatever its
// function.

#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

extern "C" void* __libc_malloc(std::size_t size);
extern "C" void* __libc_calloc(std::size_t count, std::size_t size);
extern "C" void* __libc_realloc(void* old, std::size_t size);

namespace {

constexpr const char* kCalls[] = {
    "accept4",     "bind",       "chmod",    "close",          "connect",        "epoll_create1",
    "epoll_ctl",   "epoll_wait", "eventfd",  "fchmod",         "fcntl",          "flock",
    "fork",        "fstat",      "fsync",    "ftruncate",      "getpeername",    "getrandom",
    "getsockname", "getsockopt", "listen",   "lstat",          "malloc",         "mmap",
    "open",        "openat",     "pipe2",    "poll",           "pthread_create", "pwrite",
    "read",        "recvfrom",   "renameat", "send",           "sendmsg",        "setsockopt",
    "shutdown",    "signalfd",   "socket",   "timerfd_create", "unlink",         "unlinkat",
    "waitpid",     "write",
};
constexpr std::size_t kCallCount = sizeof kCalls / sizeof kCalls[0];

constexpr std::size_t index_of(const char* name) {
    std::size_t index = 0;
    while (__builtin_strcmp(kCalls[index], name) != 0) ++index;
    return index;
}

struct Plan {
    char call[32] = "";
    char library[64] = "";  // empty: whoever calls
    int error = 0;
    unsigned number = 0;  // 0: none fails
};

Plan plan;
unsigned own_tally[kCallCount];
unsigned* tally = own_tally;

[[gnu::constructor]] void prepare() {
    const char* const text = getenv("CMAGENT_FAIL");
    if (text != nullptr)
        sscanf(text, "%31s %d %u %63s", plan.call, &plan.error, &plan.number, plan.library);
    const char* const file = getenv("CMAGENT_TALLY");
    const int fd = file == nullptr ? -1 : open(file, O_RDWR | O_CLOEXEC);
    void* const kept = mmap(nullptr, sizeof own_tally, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd >= 0) close(fd);
    std::memset(own_tally, 0, sizeof own_tally);
    if (kept != MAP_FAILED) tally = static_cast<unsigned*>(kept);
    // A program that this one starts is none of ours.
    for (const char* name : {"LD_PRELOAD", "CMAGENT_FAIL", "CMAGENT_TALLY"}) unsetenv(name);
}

bool is_from_library(const void* caller) {
    if (plan.library[0] == '\0') return true;
    Dl_info info;
    return dladdr(caller, &info) != 0 && std::strstr(info.dli_fname, plan.library) != nullptr;
}

[[noreturn]] void cut_power() {
    for (;;) kill(getpid(), SIGKILL);
}

bool is_turn(std::size_t call, const void* caller) {
    if (!is_from_library(caller)) return false;
    const unsigned number = __atomic_add_fetch(&tally[call], 1, __ATOMIC_RELAXED);
    if (number != plan.number || std::strcmp(kCalls[call], plan.call) != 0) return false;
    if (plan.error < 0 && std::strcmp(plan.call, "pwrite") != 0) cut_power();
    if (plan.error != 0) errno = plan.error;
    return true;
}

// pwrite() has done a part.
ssize_t after_part(ssize_t result) {
    if (plan.error < 0) cut_power();
    return result;
}

// The next definition of the function whose name this is: libc's.
template <class Function>
Function* real(const char* name, Function* /*type*/) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

std::size_t part_of(std::size_t size) {
    return size > 1 ? size / 2 : size;
}

}  // namespace

#define REAL(name)                                   \
    (*[] {                                           \
        static auto* const f = real(#name, &::name); \
        return f;                                    \
    }())
#define IS_TURN(name)                                  \
    is_turn(                                           \
        [] {                                           \
            constexpr std::size_t i = index_of(#name); \
            return i;                                  \
        }(),                                           \
        __builtin_return_address(0))

// Fails and does nothing.
#define FAILS(type, name, failure, parameters, arguments)        \
    extern "C" type name parameters {                            \
        return IS_TURN(name) ? (failure) : REAL(name) arguments; \
    }
// Returns the error instead of setting errno.
#define RETURNS(type, name, parameters, arguments)                \
    extern "C" type name parameters {                             \
        return IS_TURN(name) ? plan.error : REAL(name) arguments; \
    }
// Does it and fails all the same, as the kernel does here.
#define FAILS_AFTERWARDS(type, name, parameters, arguments) \
    extern "C" type name parameters {                       \
        const bool fails = IS_TURN(name);                   \
        const type result = REAL(name) arguments;           \
        if (!fails) return result;                          \
        errno = plan.error;                                 \
        return -1;                                          \
    }
// May also move a part.
#define MOVES(name, parameters, whole, part)                      \
    extern "C" ssize_t name parameters {                          \
        if (!IS_TURN(name)) return REAL(name) whole;              \
        return plan.error > 0 ? -1 : after_part(REAL(name) part); \
    }

FAILS(int, accept4, -1, (int fd, sockaddr* from, socklen_t* size, int flags),
      (fd, from, size, flags))
FAILS(int, bind, -1, (int fd, const sockaddr* to, socklen_t size), (fd, to, size))
FAILS(int, chmod, -1, (const char* path, mode_t mode), (path, mode))
FAILS_AFTERWARDS(int, close, (int fd), (fd))
FAILS(int, epoll_create1, -1, (int flags), (flags))
FAILS(int, epoll_wait, -1, (int fd, epoll_event* events, int most, int timeout),
      (fd, events, most, timeout))
FAILS(int, eventfd, -1, (unsigned value, int flags), (value, flags))
FAILS(int, fchmod, -1, (int fd, mode_t mode), (fd, mode))
FAILS(int, flock, -1, (int fd, int operation), (fd, operation))
FAILS(pid_t, fork, -1, (), ())
FAILS(int, fstat, -1, (int fd, struct stat* into), (fd, into))
FAILS(int, fsync, -1, (int fd), (fd))
FAILS(int, ftruncate, -1, (int fd, off_t size), (fd, size))
FAILS(int, getpeername, -1, (int fd, sockaddr* peer, socklen_t* size), (fd, peer, size))
FAILS(int, getsockname, -1, (int fd, sockaddr* own, socklen_t* size), (fd, own, size))
FAILS(int, getsockopt, -1, (int fd, int level, int name, void* into, socklen_t* size),
      (fd, level, name, into, size))
FAILS(int, listen, -1, (int fd, int backlog), (fd, backlog))
FAILS(int, lstat, -1, (const char* path, struct stat* into), (path, into))
FAILS(void*, mmap, MAP_FAILED,
      (void* at, std::size_t size, int protection, int flags, int fd, off_t offset),
      (at, size, protection, flags, fd, offset))
FAILS(int, pipe2, -1, (int* ends, int flags), (ends, flags))
FAILS(int, poll, -1, (pollfd * list, nfds_t count, int timeout), (list, count, timeout))
FAILS(int, renameat, -1, (int a, const char* from, int b, const char* to), (a, from, b, to))
FAILS(int, setsockopt, -1, (int fd, int level, int name, const void* value, socklen_t size),
      (fd, level, name, value, size))
FAILS(int, shutdown, -1, (int fd, int how), (fd, how))
FAILS(int, signalfd, -1, (int fd, const sigset_t* set, int flags), (fd, set, flags))
FAILS(int, socket, -1, (int family, int type, int protocol), (family, type, protocol))
FAILS(int, timerfd_create, -1, (clockid_t clock, int flags), (clock, flags))
FAILS(int, unlinkat, -1, (int at, const char* path, int flags), (at, path, flags))
FAILS(int, unlink, -1, (const char* path), (path))
FAILS(pid_t, waitpid, -1, (pid_t pid, int* status, int options), (pid, status, options))
RETURNS(int, pthread_create,
        (pthread_t * thread, const pthread_attr_t* attributes, void* (*run)(void*), void* context),
        (thread, attributes, run, context))
MOVES(getrandom, (void* into, std::size_t size, unsigned flags), (into, size, flags),
      (into, part_of(size), flags))
MOVES(pwrite, (int fd, const void* from, std::size_t size, off_t at), (fd, from, size, at),
      (fd, from, part_of(size), at))
MOVES(read, (int fd, void* into, std::size_t size), (fd, into, size), (fd, into, part_of(size)))
// recv(2) of the program is its own (platform/microhttpd/reading.cpp), and calls this one.
MOVES(recvfrom,
      (int fd, void* into, std::size_t size, int flags, sockaddr* from, socklen_t* from_size),
      (fd, into, size, flags, from, from_size), (fd, into, part_of(size), flags, from, from_size))
MOVES(send, (int fd, const void* from, std::size_t size, int flags), (fd, from, size, flags),
      (fd, from, part_of(size), flags))
MOVES(sendmsg, (int fd, const msghdr* message, int flags), (fd, message, flags),
      (fd, message, flags))
MOVES(write, (int fd, const void* from, std::size_t size), (fd, from, size),
      (fd, from, part_of(size)))

// An interrupted connect() goes on.
extern "C" int connect(int fd, const sockaddr* to, socklen_t size) {
    if (!IS_TURN(connect)) return REAL(connect)(fd, to, size);
    if (plan.error == EINTR) REAL(connect)(fd, to, size);
    errno = plan.error;
    return -1;
}

// To remove what is there cannot fail.
extern "C" int epoll_ctl(int fd, int operation, int watched, epoll_event* event) noexcept {
    if (operation != EPOLL_CTL_DEL && IS_TURN(epoll_ctl)) return -1;
    return REAL(epoll_ctl)(fd, operation, watched, event);
}

// A program whose files may be large calls these by other names (_FILE_OFFSET_BITS); on 64 bits they are the same functions.
#define ALSO_AS(alias, name) \
    asm(".globl " #alias "\n.type " #alias ", @function\n.set " #alias ", " #name)
ALSO_AS(fstat64, fstat);
ALSO_AS(ftruncate64, ftruncate);
ALSO_AS(lstat64, lstat);
ALSO_AS(mmap64, mmap);
ALSO_AS(pwrite64, pwrite);
ALSO_AS(open64, open);
ALSO_AS(openat64, openat);
ALSO_AS(fcntl64, fcntl);

// The variadic ones, with as much as anybody passes.
extern "C" int open(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const unsigned mode = va_arg(rest, unsigned);
    va_end(rest);
    return IS_TURN(open) ? -1 : REAL(open)(path, flags, mode);
}
extern "C" int openat(int folder, const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const unsigned mode = va_arg(rest, unsigned);
    va_end(rest);
    return IS_TURN(openat) ? -1 : REAL(openat)(folder, path, flags, mode);
}
extern "C" int fcntl(int fd, int command, ...) {
    va_list rest;
    va_start(rest, command);
    void* const value = va_arg(rest, void*);
    va_end(rest);
    return IS_TURN(fcntl) ? -1 : REAL(fcntl)(fd, command, value);
}

extern "C" void* malloc(std::size_t size) {
    return IS_TURN(malloc) ? nullptr : __libc_malloc(size);
}
extern "C" void* calloc(std::size_t count, std::size_t size) {
    return IS_TURN(malloc) ? nullptr : __libc_calloc(count, size);
}
extern "C" void* realloc(void* old, std::size_t size) {
    return IS_TURN(malloc) ? nullptr : __libc_realloc(old, size);
}
