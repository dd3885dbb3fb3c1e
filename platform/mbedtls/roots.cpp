#include "platform/mbedtls/roots.h"

#include <fcntl.h>
#include <mbedtls/pem.h>
#include <mbedtls/platform.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "platform/mbedtls/certificate_reading.h"
#include "platform/mbedtls/compat.h"
#include "platform/mbedtls/tls_fault.h"

namespace cmagent::platform {
namespace {

constexpr char kBegin[] = "-----BEGIN CERTIFICATE-----";
constexpr char kEnd[] = "-----END CERTIFICATE-----";
constexpr const char* kNoMemory = "needs more memory than TLS is given";

// A file's bytes and a zero, from the memory that TLS is given.
struct FileBytes {
    char* text = nullptr;
    std::size_t size = 0;

    FileBytes() = default;
    ~FileBytes() { mbedtls_free(text); }
    FileBytes(const FileBytes&) = delete;
    FileBytes& operator=(const FileBytes&) = delete;

    // nullptr, or why not.
    [[nodiscard]] const char* read(const char* file);

  private:
    [[nodiscard]] const char* read_from(int fd);
};

const char* FileBytes::read(const char* file) {
    // A pipe in its place, which nobody may ever write to, holds nobody up.
    const int fd = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return std::strerror(errno);
    const char* const problem = read_from(fd);
    close(fd);
    return problem;
}

const char* FileBytes::read_from(int fd) {
    struct stat about = {};
    if (fstat(fd, &about) != 0) return std::strerror(errno);
    const auto all = static_cast<std::size_t>(about.st_size);
    text = static_cast<char*>(mbedtls_calloc(1, all + 1));
    if (text == nullptr) return kNoMemory;
    while (size < all) {
        const ssize_t got = ::read(fd, text + size, all - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return std::strerror(errno);
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    return nullptr;
}

std::size_t line_of(const char* text, const char* at) {
    std::size_t line = 1;
    for (; text < at; ++text) line += *text == '\n' ? 1 : 0;
    return line;
}

// Names it where there is still room.
void tell(TlsLoaded& loaded, std::size_t line, Der certificate, const CertificateReading& reading) {
    ++loaded.unreadable;
    char bytes[decltype(loaded.unreadable_roots)::capacity()];
    TextWriter words(bytes);
    words << loaded.unreadable_roots.view() << "line " << line << " (";
    print_name(words, names_of(certificate).subject);
    words << "): ";
    reading.print(words);
    words << '\n';
    if (words.complete()) (void)loaded.unreadable_roots.assign(words.view());
}

// What came of the block at `at` in `text`; `used`: its size, 0 where it has no end.
CertificateReading read_block(const char* text, const char* at, mbedtls_x509_crt& into,
                              TlsLoaded& loaded, std::size_t& used) {
    mbedtls_pem_context pem;
    mbedtls_pem_init(&pem);
    CertificateReading reading;
    Der certificate;
    reading.result = mbedtls_pem_read_buffer(
        &pem, kBegin, kEnd, reinterpret_cast<const unsigned char*>(at), nullptr, 0, &used);
    if (reading.result == 0) {
        certificate = compat::bytes_of(pem);
        reading = read_certificate(certificate, into);
    }
    if (reading.result == 0) {
        ++loaded.roots;
    } else {
        tell(loaded, line_of(text, at), certificate, reading);
    }
    mbedtls_pem_free(&pem);
    return reading;
}

}  // namespace

const char* read_roots(const char* file, mbedtls_x509_crt& into, TlsLoaded& loaded) {
    FileBytes bytes;
    const char* const problem = bytes.read(file);
    if (bytes.text == nullptr || problem != nullptr) return problem;
    const char* at = std::strstr(bytes.text, kBegin);
    if (at == nullptr && bytes.size > 0) {
        auto* const der = reinterpret_cast<unsigned char*>(bytes.text);
        const CertificateReading reading = read_certificate({der, bytes.size}, into);
        if (is_out_of_memory(reading.result)) return kNoMemory;
        if (reading.result == 0) ++loaded.roots;
    }
    for (; at != nullptr; at = std::strstr(at, kBegin)) {
        std::size_t used = 0;
        const CertificateReading reading = read_block(bytes.text, at, into, loaded, used);
        if (is_out_of_memory(reading.result)) return kNoMemory;
        at += used > 0 ? used : sizeof kBegin - 1;
    }
    return loaded.roots == 0 ? "holds no certificate that can be read" : nullptr;
}

}  // namespace cmagent::platform
