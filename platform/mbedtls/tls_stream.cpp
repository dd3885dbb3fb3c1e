#include "platform/mbedtls/tls_stream.h"

#include <mbedtls/net_sockets.h>

#include <cstring>

#include "agent/base/text_writer.h"
#include "platform/mbedtls/certificate_name.h"
#include "platform/mbedtls/certificate_reading.h"
#include "platform/mbedtls/certificate_usage.h"
#include "platform/mbedtls/compat.h"
#include "platform/mbedtls/tls_fault.h"

namespace cmagent::platform {
namespace {

constexpr std::uint32_t kNoVerifyResult = UINT32_MAX;  // mbedtls_ssl_get_verify_result()
// What a call may take from below: four records of the largest size. mbedTLS goes on reading as long as
// what comes is nothing for its caller (warnings, tickets, empty records), however much that is.
constexpr std::size_t kMostAtOnce = std::size_t{64} * 1024;

// Takes what stands behind a size of so many bytes off `from`; all of it where that is not there.
Der take_sized(Der& from, std::size_t size_of_size) {
    std::size_t size = 0;
    for (; size_of_size > 0 && !from.empty(); --size_of_size) size = size << 8 | *from.at++;
    if (from.size() < size) size = from.size();
    const Der taken(from.at, size);
    from.at += size;
    return taken;
}

// Puts behind each certificate the first that has its issuer's name, as long as there is one. False:
// nothing was to be done.
bool sort(mbedtls_x509_crt& chain) {
    bool moved = false;
    for (mbedtls_x509_crt* at = &chain; at != nullptr; at = at->next) {
        mbedtls_x509_crt* before = at;
        while (before->next != nullptr &&
               Der(before->next->subject_raw).text() != Der(at->issuer_raw).text()) {
            before = before->next;
        }
        mbedtls_x509_crt* const issuer = before->next;
        if (issuer == nullptr) break;
        moved = moved || before != at;
        before->next = issuer->next;
        issuer->next = at->next;
        at->next = issuer;
    }
    return moved;
}

}  // namespace

// Behind the peer's address.
class TlsStream::Telling {
  public:
    explicit Telling(TlsStream& stream);
    ~Telling();
    Telling(const Telling&) = delete;
    Telling& operator=(const Telling&) = delete;

    TextWriter words{bytes_, WhenFull::cut};

  private:
    TlsStream& stream_;
    char bytes_[decltype(detail_)::capacity()];
};

TlsStream::Telling::Telling(TlsStream& stream) : stream_(stream) {
    words << stream.below_.detail() << ": ";
}

TlsStream::Telling::~Telling() {
    (void)stream_.detail_.assign(words.view());
}

TlsStream::TlsStream(Stream& below, TlsContext& context) : below_(below), context_(context) {
    mbedtls_ssl_init(&ssl_);
    mbedtls_ssl_session_init(&session_);
}

TlsStream::~TlsStream() {
    close();
    forget_session();
}

Stream::Progress TlsStream::open(const Address& peer, std::string_view host) {
    close();
    detail_.clear();
    const std::string_view given = host;
    // "example.com." is the same name, for the resolver alone with a meaning of its own.
    if (!host.empty() && host.back() == '.') host.remove_suffix(1);
    if (host.empty() || host.size() >= sizeof host_)
        return fail(StreamFault::certificate_wrong_host);
    if (host != host_ || session_generation_ != context_.generation()) forget_session();
    std::memmove(host_, host.data(), host.size());  // may be itself
    host_[host.size()] = '\0';
    state_ = State::connecting;
    return on_below(below_.open(peer, given));
}

Stream::Progress TlsStream::also_try(const Address& peer) {
    return on_below(below_.also_try(peer));
}

Stream::Progress TlsStream::advance() {
    if (state_ == State::connecting) return on_below(below_.advance());
    if (state_ == State::handshaking) return handshake();
    return state_ == State::open ? Progress::done : Progress::failed;
}

Stream::Progress TlsStream::on_below(Progress progress) {
    if (progress == Progress::wait) return progress;
    if (progress == Progress::failed) return fail(below_.fault());
    if (!begin()) return fail(StreamFault::out_of_memory);
    state_ = State::handshaking;
    return handshake();
}

bool TlsStream::begin() {
    begin_chain();
    leaf_verified_ = again_ = received_ = greeted_ = false;
    generation_ = context_.generation();
    unsent_ = 0;
    if (mbedtls_ssl_setup(&ssl_, &context_.config()) != 0) return false;
    // Must be said even where it is nothing (CVE-2025-27809). What the certificate names is compared
    // in examine().
    if (mbedtls_ssl_set_hostname(&ssl_, CertificateHost(host_).server_name()) != 0) return false;
    mbedtls_ssl_set_verify(&ssl_, on_certificate, this);
    mbedtls_ssl_set_bio(&ssl_, this, on_send, on_receive, nullptr);
    offered_ = has_session_ && mbedtls_ssl_set_session(&ssl_, &session_) == 0;
    return true;
}

Stream::Progress TlsStream::handshake() {
    allowance_ = kMostAtOnce;
    int result = mbedtls_ssl_handshake(&ssl_);
    while (compat::is_new_ticket(result)) {
        keep_session();
        result = mbedtls_ssl_handshake(&ssl_);
    }
    if (must_wait(result)) return Progress::wait;
    const std::uint32_t flags = mbedtls_ssl_get_verify_result(&ssl_);
    if (flags != kNoVerifyResult) flags_ |= flags;
    if (result == 0 && flags == 0 && is_verified()) {
        state_ = State::open;
        wanted_ = kReading;
        if (compat::has_session_after_handshake(ssl_)) keep_session();
        return Progress::done;
    }
    const StreamFault fault = fault_of(result);
    // The peer may have stumbled over the old session, if it has not shown a certificate.
    const bool stumbled = offered_ && !leaf_verified_ && fault != StreamFault::out_of_memory;
    forget_session();
    if (!stumbled) return fail(fault);
    const Address peer = below_.peer();
    return open(peer, host_);
}

StreamFault TlsStream::fault_of(int result) {
    const int alert = compat::fatal_alert(ssl_, result);
    if (!leaf_verified_ && alert == 0 && !is_end_of_connection(result)) {
        const StreamFault unreadable = find_unreadable();
        if (unreadable != StreamFault::none) return unreadable;
    }
    const StreamFault fault =
        handshake_fault(result, leaf_verified_ ? 0 : alert, flags_, context_.clock_not_set());
    if (is_end_of_connection(result)) {
        return fault == StreamFault::closed && greeted_ ? StreamFault::handshake_cut : fault;
    }
    if (flags_ == 0) tell_error(result, alert);
    return fault;
}

// "192.0.2.1:443: mbedTLS -0x7780, alert 40": what the peer says is a number of RFC 8446 §6.
void TlsStream::tell_error(int result, int alert) {
    Telling telling(*this);
    print_code(telling.words, "-", static_cast<std::uint32_t>(-result));
    if (alert != 0) telling.words << ", alert " << alert;
}

// mbedTLS does not say which of the server's certificates it could not read, nor why.
StreamFault TlsStream::find_unreadable() {
    compat::CertificateList list = compat::certificates_in_hand(ssl_);
    for (int depth = 0; !list.entries.empty(); ++depth) {
        const Der certificate = take_sized(list.entries, 3);
        mbedtls_x509_crt read;
        mbedtls_x509_crt_init(&read);
        const CertificateReading reading = read_certificate(certificate, read);
        mbedtls_x509_crt_free(&read);
        if (is_out_of_memory(reading.result)) break;
        if (reading.fault() == StreamFault::none) {
            (void)take_sized(list.entries, list.size_of_extensions);
            continue;
        }
        Telling telling(*this);
        print_certificate(telling.words, depth, names_of(certificate));
        reading.print(telling.words);
        return reading.fault();
    }
    return StreamFault::none;
}

void TlsStream::tell_certificate(const mbedtls_x509_crt& certificate, int depth,
                                 std::uint32_t flags) {
    Telling telling(*this);
    print_certificate(telling.words, depth, names_of(Der(certificate.raw)));
    print_flags(telling.words, flags);
}

// Not left to the return value of the handshake alone: an allocation that fails inside the library
// must never pass for success (CVE-2025-27810).
bool TlsStream::is_verified() {
    return flags_ == 0 && compat::is_handshake_over(ssl_) && (leaf_verified_ || offered_);
}

void TlsStream::begin_chain() {
    detail_.clear();  // what an earlier look has told of
    flags_ = 0;
    weight_ = 0;
    pin_seen_ = false;
    constraints_.reset();
}

// What mbedTLS could not know: roots for which no chain before has asked, which may lead past what
// is wrong with this way; and that certificates may come in any order (RFC 8446 §4.4.2), for it
// looks for an issuer behind its subject alone.
int TlsStream::examine_again(mbedtls_x509_crt& leaf, std::uint32_t& flags) {
    const int roots = context_.look_for_roots(leaf);
    if (roots < 0) return roots;
    const bool lost = (flags_ & MBEDTLS_X509_BADCERT_NOT_TRUSTED) != 0;
    const bool moved = lost && sort(leaf);
    if (moved || roots > 0) {
        again_ = true;
        begin_chain();
        flags_ |= context_.verify(leaf, on_certificate, this);
    }
    flags = flags_;
    return 0;
}

// Called by mbedTLS for each certificate, from the root down to the peer's own, with the flags that
// it found.
void TlsStream::examine(const mbedtls_x509_crt& certificate, int depth, std::uint32_t& flags) {
    if (context_.pinned() && context_.pin_matches(certificate)) pin_seen_ = true;
    const CertificateHost host(host_);
    flags |= forbidden_usage(certificate, depth);
    // Not for anybody who cares to send them: there may be a thousand names and as many constraints.
    const bool trusted = ((flags_ | flags) & MBEDTLS_X509_BADCERT_NOT_TRUSTED) == 0;
    if (trusted && !constraints_.permit(certificate, depth, host)) flags |= kNotPermitted;
    if (depth == 0) {
        leaf_verified_ = true;
        flags &= ~std::uint32_t{MBEDTLS_X509_BADCERT_CN_MISMATCH};
        if (!host.is_named_by(certificate)) flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
    }
    flags_ |= flags;
    if (depth == 0 && flags_ == 0 && context_.pinned() && !pin_seen_) {
        flags_ |= flags |= kNotPinned;
    }
    context_.chain().note(certificate, depth, flags_);
    if (weight_of(flags) <= weight_) return;
    weight_ = weight_of(flags);
    tell_certificate(certificate, depth, flags);
}

// A TLS 1.3 server sends tickets when it likes. They come to light in whichever call is made next,
// a write too where a read has met the first half; the call is then to be made again.
template <class Call>
int TlsStream::past_tickets(Call call) {
    allowance_ = kMostAtOnce;
    int result = call();
    while (compat::is_new_ticket(result)) {
        keep_session();
        result = call();
    }
    return result;
}

Stream::Moved TlsStream::read(char* into, std::size_t size) {
    if (state_ != State::open) return Moved::failure();
    if (size == 0) return Moved::nothing();
    const int result = past_tickets(
        [&] { return mbedtls_ssl_read(&ssl_, reinterpret_cast<unsigned char*>(into), size); });
    if (result > 0) {
        received_ = true;
        return Moved::some(static_cast<std::size_t>(result));
    }
    if (must_wait(result)) return Moved::nothing();
    if (offered_ && !received_) forget_session();
    if (result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) return Moved::ended();
    return broken(result);
}

Stream::Moved TlsStream::write(const char* from, std::size_t size) {
    if (state_ != State::open) return Moved::failure();
    // mbedTLS wants the same write again, and would count bytes that came after it as sent.
    const std::size_t offered = unsent_ > 0 && unsent_ < size ? unsent_ : size;
    const int result = past_tickets([&] {
        return mbedtls_ssl_write(&ssl_, reinterpret_cast<const unsigned char*>(from), offered);
    });
    unsent_ = 0;
    if (result >= 0) {
        wanted_ = kReading;
        return Moved::some(static_cast<std::size_t>(result));
    }
    if (must_wait(result)) {
        unsent_ = offered;
        return Moved::nothing();
    }
    return broken(result);
}

// A connection that ends without a close_notify was cut off.
Stream::Moved TlsStream::broken(int result) {
    fault_ = StreamFault::closed;
    if (is_out_of_memory(result)) {
        fault_ = StreamFault::out_of_memory;
    } else if (result != 0 && !is_end_of_connection(result)) {
        const int alert = compat::fatal_alert(ssl_, result);
        const bool refused = !received_ && refuses_handshake(alert);
        fault_ = refused ? StreamFault::handshake_failed : StreamFault::tls_broken;
        tell_error(result, alert);
        forget_session();
    }
    return Moved::failure();
}

void TlsStream::close() {
    if (state_ == State::open && fault_ == StreamFault::none) mbedtls_ssl_close_notify(&ssl_);
    // Given up: a peer may be silent about a session that it does not know.
    if (state_ == State::handshaking && offered_) forget_session();
    mbedtls_ssl_free(&ssl_);
    mbedtls_ssl_init(&ssl_);
    below_.close();
    state_ = State::closed;
    fault_ = StreamFault::none;
    wanted_ = {};
}

Interest TlsStream::wanted() const {
    return state_ == State::connecting ? below_.wanted() : wanted_;
}

Stream::Progress TlsStream::fail(StreamFault fault) {
    fault_ = fault;
    return Progress::failed;
}

bool TlsStream::must_wait(int result) {
    if (result == MBEDTLS_ERR_SSL_WANT_READ) wanted_ = kReading;
    if (result == MBEDTLS_ERR_SSL_WANT_WRITE) wanted_ = kWriting;
    return result == MBEDTLS_ERR_SSL_WANT_READ || result == MBEDTLS_ERR_SSL_WANT_WRITE;
}

// A ticket may come long after the handshake: whom it trusts was judged by the trust of then.
void TlsStream::keep_session() {
    forget_session();
    has_session_ = mbedtls_ssl_get_session(&ssl_, &session_) == 0;
    session_generation_ = generation_;
}

void TlsStream::forget_session() {
    mbedtls_ssl_session_free(&session_);
    mbedtls_ssl_session_init(&session_);
    has_session_ = false;
}

int TlsStream::on_send(void* self, const unsigned char* from, std::size_t size) {
    TlsStream& stream = *static_cast<TlsStream*>(self);
    const Moved moved = stream.below_.write(reinterpret_cast<const char*>(from), size);
    if (moved.failed) return MBEDTLS_ERR_NET_CONN_RESET;
    if (moved.bytes > 0) stream.greeted_ = true;
    return moved.bytes > 0 ? static_cast<int>(moved.bytes) : MBEDTLS_ERR_SSL_WANT_WRITE;
}

int TlsStream::on_receive(void* self, unsigned char* into, std::size_t size) {
    TlsStream& stream = *static_cast<TlsStream*>(self);
    const std::size_t wanted = size < stream.allowance_ ? size : stream.allowance_;
    if (wanted == 0) return MBEDTLS_ERR_SSL_WANT_READ;  // the rest makes the descriptor ready again
    const Moved moved = stream.below_.read(reinterpret_cast<char*>(into), wanted);
    if (moved.failed) return MBEDTLS_ERR_NET_CONN_RESET;
    if (moved.end) return 0;
    stream.allowance_ -= moved.bytes;
    return moved.bytes > 0 ? static_cast<int>(moved.bytes) : MBEDTLS_ERR_SSL_WANT_READ;
}

int TlsStream::on_certificate(void* self, mbedtls_x509_crt* certificate, int depth,
                              std::uint32_t* flags) {
    TlsStream& stream = *static_cast<TlsStream*>(self);
    stream.examine(*certificate, depth, *flags);
    if (stream.again_ || stream.flags_ == 0) return 0;
    // There may be another way. What is wrong with this one is in flags_, and mbedTLS's to know only
    // if there is none.
    *flags = 0;
    return depth == 0 ? stream.examine_again(*certificate, *flags) : 0;
}

}  // namespace cmagent::platform
