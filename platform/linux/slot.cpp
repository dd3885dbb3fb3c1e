#include "platform/linux/slot.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>

#include "agent/base/hex.h"
#include "agent/base/text.h"
#include "agent/base/text_writer.h"
#include "platform/linux/descriptor.h"

namespace cmagent::platform {
namespace {

constexpr const char* kNames[] = {"state-0", "state-1"};
constexpr const char* kAside[] = {"state-0.damaged", "state-1.damaged"};

constexpr std::size_t kSequenceAt = 16;
constexpr std::size_t kSequenceDigits = 16;
constexpr std::size_t kSizeDigits = 7;
constexpr std::size_t kCrcDigits = 8;

// CRC-32 of IEEE 802.3, a bit at a time: at most 64 KiB, a few times a session.
std::uint32_t crc32(std::uint32_t crc, std::string_view bytes) {
    for (const char byte : bytes) {
        crc ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320U : 0U);
    }
    return crc;
}

// `head` has room for kSlotHead bytes.
void write_head(char* head, std::uint64_t sequence, std::string_view text) {
    TextWriter out({head, kSlotHead});
    out << "cmagent-state 1 ";
    write_hex(out, sequence, kSequenceDigits);
    out << ' ';
    write_hex(out, text.size(), kSizeDigits);
    out << ' ';
    const std::uint32_t crc = ~crc32(crc32(0xffffffffU, out.view()), text);
    write_hex(out, crc, kCrcDigits);
    out << '\n';
}

std::uint64_t read_sequence(std::string_view head) {
    return read_hex(slice(head, kSequenceAt, kSequenceDigits)).value_or(0);
}

Descriptor open_slot(int folder, unsigned index) {
    return Descriptor(
        openat(folder, kNames[index], O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
}

// Up to `size` bytes; the file's own size if it is shorter.
std::size_t read_all(int fd, char* into, std::size_t size) {
    std::size_t got = 0;
    while (got < size) {
        const ssize_t more = read(fd, into + got, size - got);
        if (more < 0 && errno == EINTR) continue;
        if (more <= 0) break;
        got += static_cast<std::size_t>(more);
    }
    return got;
}

// A file that was there before keeps the mode that it had. True: others could read or write it.
bool make_private(int fd) {
    struct stat file = {};
    if (fstat(fd, &file) != 0 || (file.st_mode & (S_IRWXG | S_IRWXO)) == 0) return false;
    fchmod(fd, S_IRUSR | S_IWUSR);
    return true;
}

bool write_all(int fd, const char* from, std::size_t size) {
    std::size_t sent = 0;
    while (sent < size) {
        const ssize_t more = pwrite(fd, from + sent, size - sent, static_cast<off_t>(sent));
        if (more < 0 && errno == EINTR) continue;
        if (more <= 0) return false;
        sent += static_cast<std::size_t>(more);
    }
    return true;
}

}  // namespace

bool lets_others_write(int folder) {
    struct stat status = {};
    return fstat(folder, &status) == 0 && (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

SlotRead read_slot(int folder, unsigned index, char* buffer) {
    const Descriptor file = open_slot(folder, index);
    SlotRead slot;
    if (folder < 0 || (!file.valid() && errno == ENOENT)) return slot;
    slot.condition = SlotRead::Condition::damaged;
    slot.exposed = make_private(file.get());
    const std::size_t size = read_all(file.get(), buffer, kSlotSize + 1);
    if (size < kSlotHead || size > kSlotSize) return slot;
    const std::string_view head = {buffer, kSlotHead};
    const std::string_view text = {buffer + kSlotHead, size - kSlotHead};
    // A slot is sound when its head is exactly as write_head() writes it.
    char expected[kSlotHead];
    write_head(expected, read_sequence(head), text);
    if (head != std::string_view{expected, kSlotHead}) return slot;
    slot.condition = SlotRead::Condition::sound;
    slot.sequence = read_sequence(head);
    slot.text = text;
    return slot;
}

std::uint64_t last_sequence(int folder) {
    std::uint64_t last = 0;
    for (unsigned index = 0; index < 2; index++) {
        char head[kSlotHead];
        const Descriptor file = open_slot(folder, index);
        const std::size_t size = read_all(file.get(), head, sizeof head);
        const std::uint64_t sequence = read_sequence({head, size});
        last = sequence > last ? sequence : last;
    }
    return last;
}

SlotResult write_slot(int folder, std::uint64_t sequence, char* head_and_text, std::size_t size) {
    const int flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    const Descriptor file(openat(folder, kNames[slot_of(sequence)], flags, 0600));
    if (!file.valid()) return {errno, "open"};
    make_private(file.get());
    write_head(head_and_text, sequence, {head_and_text + kSlotHead, size});
    const std::size_t total = kSlotHead + size;
    if (!write_all(file.get(), head_and_text, total)) return {errno, "write"};
    if (ftruncate(file.get(), static_cast<off_t>(total)) != 0) return {errno, "truncate"};
    if (fsync(file.get()) != 0) return {errno, "sync"};
    if (fsync(folder) != 0) return {errno, "sync the folder"};
    return {};
}

void set_aside(int folder, unsigned index) {
    renameat(folder, kNames[index], folder, kAside[index]);
}

}  // namespace cmagent::platform
