#include "platform/linux/slot.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "agent/base/characters.h"
#include "agent/base/decimal.h"
#include "agent/base/hex.h"
#include "agent/base/text.h"
#include "agent/base/text_writer.h"
#include "platform/linux/descriptor.h"

namespace cmagent::platform {
namespace {

constexpr const char* kNames[] = {"state-0", "state-1"};
constexpr const char* kBeside[] = {"state-0.v1", "state-1.v1"};
constexpr const char* kAside[] = {"state-0.damaged", "state-1.damaged"};

constexpr std::string_view kMagic = "cmagent-state ";
constexpr unsigned kVersion = 1;
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
    out << kMagic << kVersion << ' ';
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

Descriptor open_file(int folder, const char* name, int flags) {
    return Descriptor(
        openat(folder, name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, S_IRUSR | S_IWUSR));
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

// The version in the head of a file; 0: it has none.
unsigned version_of(std::string_view head) {
    if (slice(head, 0, kMagic.size()) != kMagic) return 0;
    std::string_view rest = slice(head, kMagic.size());
    return static_cast<unsigned>(read_decimal(take_until(rest, ' '), UINT16_MAX).value_or(0));
}

// That of a file that has the name of a slot, and is another version's; 0: the name is free for us.
unsigned other_version(int folder, unsigned index) {
    char head[kSlotHead];
    const Descriptor file = open_file(folder, kNames[index], O_RDONLY);
    const unsigned version = version_of({head, read_all(file.get(), head, sizeof head)});
    return version == kVersion ? 0 : version;
}

const char* own_name(int folder, unsigned index) {
    return other_version(folder, index) == 0 ? kNames[index] : kBeside[index];
}

// A file that was there before keeps the mode that it had. True: others could read or write it.
bool make_private(int fd) {
    struct stat file = {};
    if (fstat(fd, &file) != 0 || (file.st_mode & (S_IRWXG | S_IRWXO)) == 0) return false;
    fchmod(fd, S_IRUSR | S_IWUSR);
    return true;
}

bool write_all(int fd, const char* from, std::size_t size, off_t at) {
    std::size_t sent = 0;
    while (sent < size) {
        const ssize_t more = pwrite(fd, from + sent, size - sent, at + static_cast<off_t>(sent));
        if (more < 0 && errno == EINTR) continue;
        if (more <= 0) return false;
        sent += static_cast<std::size_t>(more);
    }
    return true;
}

// Nothing can be read from what it leaves. False: something may stand there still.
bool blank(int fd) {
    constexpr const char* kMarks = "{}[]:,\" \n";  // and the zero behind them
    char bytes[512];
    off_t at = 0;
    for (bool dirty = false;;) {
        const std::size_t size = read_all(fd, bytes, sizeof bytes);
        if (size == 0) return !dirty || fsync(fd) == 0;
        bool changed = false;
        for (std::size_t i = 0; i < size; ++i) {
            if (bytes[i] == 'x' || std::strchr(kMarks, bytes[i]) != nullptr) continue;
            bytes[i] = 'x';
            changed = true;
        }
        if (changed && !write_all(fd, bytes, size, at)) return false;
        dirty = dirty || changed;
        at += static_cast<off_t>(size);
        if (at > static_cast<off_t>(kSlotSize) && ftruncate(fd, at) != 0) return false;
    }
}

// What cannot be blanked is not kept.
void blank_or_remove(int folder, const char* name) {
    const Descriptor file = open_file(folder, name, O_RDWR);
    if (file.valid() && !blank(file.get())) unlinkat(folder, name, 0);
}

// One file as a slot, whichever name it has.
SlotRead read_as_slot(int folder, const char* name, char* buffer) {
    const Descriptor file = open_file(folder, name, O_RDONLY);
    SlotRead slot;
    if (folder < 0 || (!file.valid() && errno == ENOENT)) return slot;
    slot.condition = SlotRead::Condition::damaged;
    slot.exposed = make_private(file.get());
    const std::size_t size = read_all(file.get(), buffer, kSlotSize + 1);
    slot.filled = size;
    const std::string_view all{buffer, size};
    const std::string_view head = slice(all, 0, kSlotHead);
    const std::string_view text = slice(all, kSlotHead);
    char expected[kSlotHead];
    write_head(expected, read_sequence(head), text);
    const std::string_view sound{expected, kSlotHead};
    const unsigned version = version_of(head);
    // Where all but the version is as it should be, a bit of that has changed.
    if (version != 0 && version != kVersion &&
        slice(head, kSequenceAt) != slice(sound, kSequenceAt)) {
        slot.condition = SlotRead::Condition::nothing;
        slot.other_version = version;
    }
    if (size > kSlotSize || head != sound) return slot;
    slot.condition = SlotRead::Condition::sound;
    slot.sequence = read_sequence(head);
    slot.text = text;
    return slot;
}

}  // namespace

bool lets_others_write(int folder) {
    struct stat status = {};
    return fstat(folder, &status) == 0 && (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

SlotRead read_slot(int folder, unsigned index, char* buffer) {
    const SlotRead slot = read_as_slot(folder, kNames[index], buffer);
    if (slot.other_version == 0) return slot;
    SlotRead beside = read_as_slot(folder, kBeside[index], buffer);
    beside.other_version = slot.other_version;
    beside.filled = std::max(slot.filled, beside.filled);
    return beside;
}

std::uint64_t last_sequence(int folder) {
    std::uint64_t last = 0;
    for (unsigned index = 0; index < 2; index++) {
        char head[kSlotHead];
        const Descriptor file = open_file(folder, own_name(folder, index), O_RDONLY);
        const std::size_t size = read_all(file.get(), head, sizeof head);
        const std::uint64_t sequence = read_sequence({head, size});
        last = sequence > last ? sequence : last;
    }
    return last;
}

SlotResult write_slot(int folder, std::uint64_t sequence, char* head_and_text, std::size_t size) {
    const Descriptor file =
        open_file(folder, own_name(folder, slot_of(sequence)), O_WRONLY | O_CREAT);
    if (!file.valid()) return {errno, "open"};
    make_private(file.get());
    write_head(head_and_text, sequence, {head_and_text + kSlotHead, size});
    const std::size_t total = kSlotHead + size;
    if (!write_all(file.get(), head_and_text, total, 0)) return {errno, "write"};
    if (ftruncate(file.get(), static_cast<off_t>(total)) != 0) return {errno, "truncate"};
    if (fsync(file.get()) != 0) return {errno, "sync"};
    if (fsync(folder) != 0) return {errno, "sync the folder"};
    return {};
}

void set_aside(int folder, unsigned index) {
    const char* const name = own_name(folder, index);
    blank_or_remove(folder, name);
    renameat(folder, name, folder, kAside[index]);
}

void mend_slot(int folder, unsigned index) {
    blank_or_remove(folder, kAside[index]);
    if (other_version(folder, index) != 0) return;
    if (faccessat(folder, kNames[index], F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
        unlinkat(folder, kBeside[index], 0);
    } else {
        renameat(folder, kBeside[index], folder, kNames[index]);
    }
}

}  // namespace cmagent::platform
