#include "platform/mbedtls/roots.h"

#include <fcntl.h>
#include <mbedtls/platform.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "agent/base/text.h"
#include "agent/base/text_writer.h"
#include "platform/mbedtls/certificate_reading.h"
#include "platform/mbedtls/pem_reader.h"
#include "platform/mbedtls/tls_fault.h"

namespace cmagent::platform {
namespace {

constexpr const char* kNoMemory = "needs more memory than TLS is given";

// What is taken of the file at a time, and what becomes of it. From the memory that TLS is given.
struct Room {
    char piece[4096];
    unsigned char certificate[kMostOfRoot];
};

class Reading {
  public:
    Reading(int fd, RootStore& into, TlsLoaded& loaded)
        : fd_(fd),
          into_(into),
          loaded_(loaded),
          room_(static_cast<Room*>(mbedtls_calloc(1, sizeof(Room)))) {}
    ~Reading() { mbedtls_free(room_); }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

    // nullptr, or why there are no roots.
    [[nodiscard]] const char* all();

  private:
    [[nodiscard]] const char* pieces(PemReader& pem);
    [[nodiscard]] const char* block(const PemReader& pem);
    [[nodiscard]] const char* der();
    [[nodiscard]] CertificateReading root(Der certificate);
    void tell(std::size_t line, Der certificate, const CertificateReading& reading);

    const int fd_;
    RootStore& into_;
    TlsLoaded& loaded_;
    Room* const room_;
};

const char* Reading::all() {
    if (room_ == nullptr) return kNoMemory;
    PemReader pem{Span<unsigned char>(room_->certificate)};
    const char* problem = pieces(pem);
    if (problem == nullptr && pem.unfinished()) problem = block(pem);
    if (problem == nullptr && !pem.any()) problem = der();
    if (problem != nullptr) return problem;
    return loaded_.roots == 0 ? "holds no certificate that can be read" : nullptr;
}

const char* Reading::pieces(PemReader& pem) {
    struct stat about = {};
    if (fstat(fd_, &about) != 0) return std::strerror(errno);
    if (about.st_size > off_t{kMostOfRootsFile}) return "is larger than 16 MiB";
    // A device or a pipe, which may have no end, has no size.
    for (off_t left = about.st_size; left > 0;) {
        const ssize_t got = read(fd_, room_->piece, sizeof room_->piece);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return std::strerror(errno);
        if (got == 0) break;
        left -= got;
        const std::string_view piece(room_->piece, static_cast<std::size_t>(got));
        std::string_view text = slice(piece, 0, piece.find('\0'));
        if (text.size() < piece.size()) left = 0;  // as C reads it, the text ends there
        while (pem.next(text)) {
            const char* const problem = block(pem);
            if (problem != nullptr) return problem;
        }
    }
    return nullptr;
}

const char* Reading::block(const PemReader& pem) {
    CertificateReading reading;
    Der certificate;
    reading.result = pem.result();
    if (reading.result == 0) {
        certificate = pem.certificate();
        reading = root(certificate);
    }
    if (is_out_of_memory(reading.result)) return kNoMemory;
    if (reading.result != 0) tell(pem.line(), certificate, reading);
    return nullptr;
}

const char* Reading::der() {
    const ssize_t size = pread(fd_, room_->certificate, sizeof room_->certificate, 0);
    if (size <= 0) return nullptr;
    const int result = root({room_->certificate, static_cast<std::size_t>(size)}).result;
    return is_out_of_memory(result) ? kNoMemory : nullptr;
}

// Keeps it, if mbedTLS can read it.
CertificateReading Reading::root(Der certificate) {
    mbedtls_x509_crt read;
    mbedtls_x509_crt_init(&read);
    CertificateReading reading = read_certificate(certificate, read);
    if (reading.result == 0 && !into_.add(read)) reading.result = MBEDTLS_ERR_X509_ALLOC_FAILED;
    if (reading.result == 0) ++loaded_.roots;
    mbedtls_x509_crt_free(&read);
    return reading;
}

// Names it where there is still room.
void Reading::tell(std::size_t line, Der certificate, const CertificateReading& reading) {
    ++loaded_.unreadable;
    char bytes[decltype(loaded_.unreadable_roots)::capacity()];
    TextWriter words(bytes);
    words << loaded_.unreadable_roots.view() << "line " << line << " (";
    print_name(words, names_of(certificate).subject);
    words << "): ";
    reading.print(words);
    words << '\n';
    if (words.complete()) (void)loaded_.unreadable_roots.assign(words.view());
}

}  // namespace

const char* read_roots(const char* file, RootStore& into, TlsLoaded& loaded) {
    // A pipe in its place, which nobody may ever write to, holds nobody up.
    const int fd = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return std::strerror(errno);
    const char* const problem = Reading(fd, into, loaded).all();
    close(fd);
    return problem;
}

}  // namespace cmagent::platform
