// The functions of cmagent.h: they check what they are handed, and keep the descriptor, the clock
// and the memory of a Picture.

#include "agent/lib/cmagent.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <ctime>
#include <new>

#include "agent/base/characters.h"
#include "agent/base/hex.h"
#include "agent/base/text_writer.h"
#include "agent/base/wipe.h"
#include "agent/lib/picture.h"

using namespace cmagent;

struct cmagent_client {
    cmagent_client(int epoll, const lib::Memory& parts, const lib::Picture::Key& key,
                   const cmagent_options& options)
        : fd(epoll),
          on_event(options.on_event),
          user(options.user),
          picture(peer, epoll, parts, key, options.timeout_ms, options.client_key != nullptr,
                  options.watch != 0) {}

    const int fd;
    void (*const on_event)(void*, cmagent_client*, const cmagent_event*);
    void* const user;
    void* memory = nullptr;
    std::size_t size = 0;
    bool* closed = nullptr;  // set by cmagent_close() while cmagent_dispatch() runs
    Text<159> url;           // of which the address is
    lib::Peer peer;
    lib::Picture picture;
};

namespace {

constexpr const char* kUsualUrl = "http://127.0.0.1:8790";  // contract.md, "Configuration"
constexpr unsigned kUsualTimeout = 30'000;  // CM may take 15 s, the agent answers before that
constexpr std::size_t kAlignment = alignof(std::max_align_t);
// One go of the loop: a daemon that floods holds nobody up.
constexpr int kMostEvents = 64;

// What is left for answers.
constexpr std::size_t kFixed = sizeof(cmagent_client) + lib::Memory::kRequest + 2 * kAlignment;
constexpr std::size_t kLeastAnswer = std::size_t{20} * 1024;
static_assert(kFixed + 4 * kLeastAnswer <= CMAGENT_SIZE);
static_assert(2 * kLeastAnswer >= lib::Memory::kRequest);  // it is put together in the tokens

Time now() {
    timespec at = {};
    clock_gettime(CLOCK_BOOTTIME, &at);
    return {Millis{at.tv_sec} * 1000 + at.tv_nsec / 1'000'000};
}

std::string_view text_of(const char* text) {
    return text == nullptr ? std::string_view() : std::string_view(text);
}

bool is_key_character(char c) {
    return is_alphanumeric(c) || c == '.' || c == '_' || c == '-';
}

bool is_in_fields(char c) {
    return is_visible(c) || c == ' ';
}

// Structures of an earlier or a later version: what it does not have is 0.
template <class Structure>
Structure read(const Structure& from) {
    Structure known = {};
    std::memcpy(&known, &from, from.size < sizeof known ? from.size : sizeof known);
    return known;
}

int check(const cmagent_options& options) {
    const std::string_view key = text_of(options.client_key);
    lib::DaemonAddress address;
    if (options.on_event == nullptr || !lib::parse_url(options.url, address) ||
        !lib::is_local(address) || !all_of(text_of(options.token), is_visible) ||
        !all_of(text_of(options.language), is_in_fields) || !all_of(key, is_key_character) ||
        (options.client_key != nullptr && key.size() < 16)) {
        return CMAGENT_INVALID;
    }
    const bool fits = text_of(options.token).size() <= lib::Peer::kMaxToken &&
                      text_of(options.language).size() <= lib::Peer::kMaxLanguage &&
                      key.size() <= lib::Picture::Key::capacity() &&
                      text_of(options.url).size() <= decltype(cmagent_client::url)::capacity();
    return fits ? CMAGENT_OK : CMAGENT_TOO_LONG;
}

// A key that no session was started with: 128 random bits.
bool make_key(lib::Picture::Key& into) {
    std::uint64_t random[2];
    if (getrandom(random, sizeof random, 0) != sizeof random) return false;
    char digits[32];
    TextWriter out(digits);
    for (const std::uint64_t number : random) write_hex(out, number, 16);
    return into.assign(out.view());
}

// Takes the caller's memory apart: the client, the request, and what is left for answers.
lib::Memory divide(char* memory, std::size_t size) {
    char* const request = memory + sizeof(cmagent_client);
    char* const rest = request + lib::Memory::kRequest;
    const std::size_t left = size - sizeof(cmagent_client) - lib::Memory::kRequest;
    std::size_t part = left / 4 / kAlignment * kAlignment;
    if (part > json::kMaxText) part = json::kMaxText;
    std::size_t tokens = (left - 2 * part) / sizeof(json::Token);
    if (tokens > json::kMaxTokens) tokens = json::kMaxTokens;
    lib::Memory parts;
    parts.request = {request, lib::Memory::kRequest};
    parts.tokens = {reinterpret_cast<json::Token*>(rest), tokens};
    parts.answer = {rest + tokens * sizeof(json::Token), part};
    parts.conflict = {parts.answer.data + part, part};
    return parts;
}

}  // namespace

int cmagent_open(cmagent_client** client, void* memory, size_t size,
                 const cmagent_options* options) {
    if (client == nullptr || memory == nullptr || options == nullptr || size < CMAGENT_SIZE) {
        return CMAGENT_INVALID;
    }
    cmagent_options known = read(*options);
    if (known.url == nullptr) known.url = kUsualUrl;
    if (known.timeout_ms == 0) known.timeout_ms = kUsualTimeout;
    const int result = check(known);
    if (result != CMAGENT_OK) return result;
    lib::Picture::Key key;
    (void)key.assign(text_of(known.client_key));
    if (key.empty() && !make_key(key)) return CMAGENT_SYSTEM;
    const int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) return CMAGENT_SYSTEM;
    const std::size_t past = reinterpret_cast<std::uintptr_t>(memory) % kAlignment;
    const std::size_t skip = past == 0 ? 0 : kAlignment - past;
    char* const place = static_cast<char*>(memory) + skip;
    auto* const made = new (place) cmagent_client(epoll, divide(place, size - skip), key, known);
    made->memory = memory;
    made->size = size;
    (void)made->url.assign(known.url);
    (void)lib::parse_url(made->url.view(), made->peer.address);
    (void)made->peer.token.assign(text_of(known.token));
    (void)made->peer.language.assign(text_of(known.language));
    *client = made;
    return CMAGENT_OK;
}

void cmagent_close(cmagent_client* client) {
    if (client == nullptr) return;
    if (client->closed != nullptr) *client->closed = true;
    const int epoll = client->fd;
    void* const memory = client->memory;
    const std::size_t size = client->size;
    client->~cmagent_client();
    close(epoll);
    wipe(memory, size);
}

int cmagent_fd(const cmagent_client* client) {
    return client->fd;
}

short cmagent_events(const cmagent_client*) {
    return POLLIN;
}

int cmagent_timeout_ms(const cmagent_client* client) {
    const Time at = client->picture.deadline();
    if (at == kNever) return -1;
    const Millis left = at - now();
    if (left <= 0) return 0;
    return left < INT_MAX ? static_cast<int>(left) : INT_MAX;
}

int cmagent_dispatch(cmagent_client* client) {
    if (client->closed != nullptr) return CMAGENT_NOT_NOW;
    bool closed = false;
    client->closed = &closed;
    cmagent_event event;
    for (int i = 0; i < kMostEvents && client->picture.next(now(), event); ++i) {
        client->on_event(client->user, client, &event);
        if (closed) return CMAGENT_OK;
    }
    client->closed = nullptr;
    return CMAGENT_OK;
}

int cmagent_start(cmagent_client* client, const cmagent_request* request) {
    return request == nullptr ? CMAGENT_INVALID : client->picture.start(read(*request));
}

int cmagent_stop(cmagent_client* client) {
    return client->picture.stop();
}

int cmagent_stopped(cmagent_client* client) {
    return client->picture.stopped();
}

int cmagent_pause(cmagent_client* client) {
    return client->picture.pause(true);
}

int cmagent_resume(cmagent_client* client) {
    return client->picture.pause(false);
}

const cmagent_conflict* cmagent_get_conflict(const cmagent_client* client) {
    const lib::ShownConflict& conflict = client->picture.conflict();
    return conflict.open() ? &conflict.head() : nullptr;
}

const cmagent_violation* cmagent_get_violation(const cmagent_client* client, size_t number) {
    return client->picture.conflict().violation(number);
}

const cmagent_stream* cmagent_get_stream(const cmagent_client* client, size_t number) {
    return client->picture.conflict().stream(number);
}

int cmagent_resolve(cmagent_client* client, const char* const* codes, size_t count) {
    return client->picture.resolve(codes, count);
}

int cmagent_wait(cmagent_client* client, unsigned seconds, int start) {
    return client->picture.wait(seconds, start != 0);
}

int cmagent_give_up(cmagent_client* client) {
    return client->picture.give_up();
}

int cmagent_get_state(const cmagent_client* client) {
    return client->picture.state();
}

const char* cmagent_get_session(const cmagent_client* client) {
    return client->picture.session();
}

const char* cmagent_describe(int result) {
    static constexpr const char* kTexts[] = {"done", "an argument is not as it must be",
                                             "the texts are too long",
                                             "this means nothing in the present state",
                                             "the system refuses a descriptor or random bytes"};
    const int number = -result;
    return number >= 0 && number < 5 ? kTexts[number] : "no such result";
}

const char* cmagent_version(void) {
    return CMAGENT_VERSION;
}
