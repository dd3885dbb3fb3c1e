#include "agent/ctl/target.h"

#include <cstring>

#include "agent/base/characters.h"

namespace cmagent::ctl {

Target& Target::segment(std::string_view plain) {
    put("/");
    put_encoded(plain);
    return *this;
}

Target& Target::parameter(std::string_view name, std::string_view plain) {
    if (plain.empty()) return *this;
    put(has_query_ ? "&" : "?");
    has_query_ = true;
    put(name);
    put("=");
    put_encoded(plain);
    return *this;
}

void Target::put(std::string_view text) {
    overflow_ = overflow_ || text.size() > kMax - size_;
    if (overflow_ || text.empty()) return;
    std::memcpy(bytes_ + size_, text.data(), text.size());
    size_ += text.size();
}

void Target::put_encoded(std::string_view plain) {
    constexpr char kHex[] = "0123456789ABCDEF";
    for (const char c : plain) {
        const auto byte = static_cast<unsigned char>(c);
        const char encoded[] = {'%', kHex[byte >> 4], kHex[byte & 0xF]};
        is_unreserved(c) ? put({&c, 1}) : put({encoded, sizeof encoded});
    }
}

}  // namespace cmagent::ctl
