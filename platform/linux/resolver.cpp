#include "platform/linux/resolver.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <strings.h>

#include <cstdlib>
#include <cstring>

namespace cmagent::platform {
namespace {

// resolv.conf(5), "options": a dead server then costs 2 s instead of 5. Set through the environment
// because that, unlike the resolver's own structure, lets glibc go on noticing a new resolv.conf.
constexpr const char* kRetries = "timeout:2 attempts:2";

// `from` is an in_addr or an in6_addr.
void add(Addresses& answer, Address::Family family, const void* from, std::uint16_t port) {
    Address& address = answer.list[answer.count++];
    address.family = family;
    std::memcpy(address.bytes, from,
                family == Address::Family::ipv4 ? sizeof(in_addr) : sizeof(in6_addr));
    address.port = port;
}

bool is_localhost(std::string_view host) {
    constexpr std::string_view kName = "localhost";
    if (host.size() < kName.size()) return false;
    const std::size_t before = host.size() - kName.size();
    if (strncasecmp(host.data() + before, kName.data(), kName.size()) != 0) return false;
    return before == 0 || host[before - 1] == '.';
}

// The answer for a host that needs no resolver; count 0: it needs one.
Addresses answer_at_once(const char* host, std::uint16_t port) {
    Addresses answer;
    in_addr four = {};
    in6_addr six = {};
    if (inet_pton(AF_INET, host, &four) == 1) {
        add(answer, Address::Family::ipv4, &four, port);
    } else if (inet_pton(AF_INET6, host, &six) == 1) {
        add(answer, Address::Family::ipv6, &six, port);
    } else if (is_localhost(host)) {
        four.s_addr = htonl(INADDR_LOOPBACK);
        add(answer, Address::Family::ipv6, &in6addr_loopback, port);
        add(answer, Address::Family::ipv4, &four, port);
    }
    return answer;
}

// The next of the family in the system's order of preference.
const addrinfo* next_of(int family, const addrinfo* from) {
    while (from != nullptr && from->ai_family != family) from = from->ai_next;
    return from;
}

Addresses interleave(const addrinfo* found, std::uint16_t port) {
    Addresses answer;
    const addrinfo* six = next_of(AF_INET6, found);
    const addrinfo* four = next_of(AF_INET, found);
    while (answer.count < kMaxAddresses && (six != nullptr || four != nullptr)) {
        if (six != nullptr) {
            const auto* address = reinterpret_cast<const sockaddr_in6*>(six->ai_addr);
            add(answer, Address::Family::ipv6, &address->sin6_addr, port);
            six = next_of(AF_INET6, six->ai_next);
        }
        if (four != nullptr && answer.count < kMaxAddresses) {
            const auto* address = reinterpret_cast<const sockaddr_in*>(four->ai_addr);
            add(answer, Address::Family::ipv4, &address->sin_addr, port);
            four = next_of(AF_INET, four->ai_next);
        }
    }
    return answer;
}

}  // namespace

SystemResolver::SystemResolver(Worker& worker) : worker_(worker) {
    setenv("RES_OPTIONS", kRetries, 0);
}

SystemResolver::~SystemResolver() {
    for (Question& question : questions_) worker_.drop(question);
}

bool SystemResolver::resolve(std::string_view host, std::uint16_t port,
                             ResolverListener& listener) {
    if (host.empty() || host.size() > kMaxHostName || question_of(&listener) != nullptr)
        return false;
    if (Question* const running = abandoned(host, port)) {
        running->listener = &listener;
        return true;
    }
    Question* const question = unused();
    if (question == nullptr) return false;
    std::memcpy(question->host, host.data(), host.size());
    question->host[host.size()] = '\0';
    question->port = port;
    question->listener = &listener;
    question->answer = answer_at_once(question->host, port);
    if (question->answer.count > 0) {
        worker_.skip(*question);
    } else {
        worker_.submit(*question);
    }
    return true;
}

void SystemResolver::cancel(ResolverListener& listener) {
    Question* const question = question_of(&listener);
    if (question == nullptr) return;
    question->listener = nullptr;
    // One that the helper has begun stays until it ends.
    [[maybe_unused]] const bool not_begun = worker_.withdraw(*question);
}

SystemResolver::Question* SystemResolver::question_of(const ResolverListener* listener) {
    for (Question& question : questions_) {
        if (question.listener == listener) return &question;
    }
    return nullptr;
}

SystemResolver::Question* SystemResolver::abandoned(std::string_view host, std::uint16_t port) {
    for (Question& question : questions_) {
        if (question.listener == nullptr && !worker_.idle(question) && question.port == port &&
            host == question.host) {
            return &question;
        }
    }
    return nullptr;
}

SystemResolver::Question* SystemResolver::unused() {
    for (Question& question : questions_) {
        if (question.listener == nullptr && worker_.idle(question)) return &question;
    }
    return nullptr;
}

void SystemResolver::Question::run() {
    addrinfo hints = {};
    // Not AI_ADDRCONFIG: it hides all addresses while only loopback is up. A family that the box
    // lacks costs a connect() that fails at once.
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    answer = {};
    if (const int fault = getaddrinfo(host, nullptr, &hints, &found); fault != 0) {
        answer.problem = gai_strerror(fault);
        return;
    }
    answer = interleave(found, port);
    freeaddrinfo(found);
}

void SystemResolver::Question::on_done() {
    ResolverListener* const waiting = listener;
    listener = nullptr;
    if (waiting == nullptr) return;
    // A copy: the listener may ask again, and this question would be taken for it.
    const Addresses resolved = answer;
    waiting->on_resolved(resolved);
}

}  // namespace cmagent::platform
