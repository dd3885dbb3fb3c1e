#pragma once
#include <cstddef>
#include <string_view>

#include "agent/base/text_writer.h"

namespace cmagent::lib {

// The target of a request, put together from plain texts, which are percent-encoded on the way (RFC
// 3986 §2.1).
class Target {
  public:
    // Longer ones the daemon refuses.
    static constexpr std::size_t kMax = 4'096;

    // `path` is copied as it is.
    explicit Target(const char* path) { put(path); }

    Target& segment(std::string_view plain);
    // More of the path, copied as it is.
    Target& path(const char* more);
    // Left out where the value is empty.
    Target& parameter(const char* name, std::string_view plain);

    // "metadata.NAME=VALUE" of "NAME=VALUE".
    Target& metadata(std::string_view pair);

    // Empty where it became too long.
    [[nodiscard]] std::string_view view() const {
        return overflow_ ? std::string_view() : std::string_view(bytes_, size_);
    }

  private:
    void put(const char* text);
    void begin_parameter();
    void put_encoded(std::string_view plain);
    // For what comes next, and what has been written there.
    [[nodiscard]] TextWriter rest() { return TextWriter({bytes_ + size_, kMax - size_}); }
    void take(const TextWriter& written);

    std::size_t size_ = 0;
    bool overflow_ = false;
    bool has_query_ = false;
    char bytes_[kMax];
};

}  // namespace cmagent::lib
