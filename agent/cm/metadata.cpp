#include "agent/cm/metadata.h"

#include <cstring>

#include "agent/base/text.h"

namespace cmagent::cm {
namespace {

// Reads the pair that is stored at `at`: see Metadata, "A pair is stored as".
Metadata::Pair unpack(const char* at, std::size_t header) {
    const auto byte = [at](std::size_t i) { return static_cast<unsigned char>(at[i]); };
    const std::size_t name_size = byte(0);
    const std::size_t value_size = static_cast<std::size_t>(byte(1) | (byte(2) << 8));
    return {{at + header, name_size}, {at + header + name_size, value_size}};
}

constexpr char kImmutable[] =
    "package\0channel\0platform\0assetId\0idp\0mvpd\0hba_status\0hba\0mobileDevice";

}  // namespace

static_assert(kMaxName <= UINT8_MAX && kMaxValue <= UINT16_MAX, "the header of a pair holds them");

Metadata& Metadata::operator=(const Metadata& other) {
    if (this == &other) return *this;
    count_ = other.count_;
    used_ = other.used_;
    std::memcpy(bytes_, other.bytes_, used_);
    return *this;
}

Metadata::Pair Metadata::Iterator::operator*() const {
    return unpack(at_, kHeader);
}

Metadata::Iterator& Metadata::Iterator::operator++() {
    const Pair pair = unpack(at_, kHeader);
    at_ = pair.value.data() + pair.value.size();
    return *this;
}

std::size_t Metadata::find(std::string_view name) const {
    for (Iterator at = begin(); at != end(); ++at) {
        const Pair pair = *at;
        if (pair.name == name) return static_cast<std::size_t>(pair.name.data() - bytes_) - kHeader;
    }
    return kNowhere;
}

std::string_view Metadata::get(std::string_view name) const {
    const std::size_t at = find(name);
    return at == kNowhere ? std::string_view{} : unpack(bytes_ + at, kHeader).value;
}

bool Metadata::set(std::string_view name, std::string_view value) {
    if (name.empty() || name.size() > kMaxName || value.size() > kMaxValue) return false;
    std::size_t at = find(name);
    const std::size_t size = kHeader + name.size() + value.size();
    if (at == kNowhere) {
        if (count_ == kMaxPairs) return false;
        at = used_;
        ++count_;
        used_ = static_cast<std::uint16_t>(used_ + size);
    } else {
        resize(at, size);
    }
    char* pair = bytes_ + at;
    pair[0] = static_cast<char>(name.size());
    pair[1] = static_cast<char>(value.size() & 0xff);
    pair[2] = static_cast<char>(value.size() >> 8);
    std::memcpy(pair + kHeader, name.data(), name.size());
    if (!value.empty()) std::memcpy(pair + kHeader + name.size(), value.data(), value.size());
    return true;
}

// Gives the pair at `at` `size` bytes, and moves the pairs behind it.
void Metadata::resize(std::size_t at, std::size_t size) {
    const std::string_view value = unpack(bytes_ + at, kHeader).value;
    const char* rest = value.data() + value.size();
    const auto rest_size = static_cast<std::size_t>(bytes_ + used_ - rest);
    std::memmove(bytes_ + at + size, rest, rest_size);
    used_ = static_cast<std::uint16_t>(at + size + rest_size);
}

bool is_immutable(std::string_view name) {
    for (std::size_t i = 0; i < count_words(kImmutable); ++i) {
        if (name == nth_word(kImmutable, i)) return true;
    }
    return false;
}

}  // namespace cmagent::cm
