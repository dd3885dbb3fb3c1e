#pragma once
#include <string_view>

#include "agent/config/token_file.h"

namespace cmagent::daemon {

// The text of `http.tokenFile`, as it was last read without a fault. One object, in static storage.
class TokenFile {
  public:
    TokenFile() {}  // leaves the bytes as they are: pages that are not needed are never touched
    TokenFile(const TokenFile&) = delete;
    TokenFile& operator=(const TokenFile&) = delete;

    // Reads the file of this name, none where it is empty. On a fault the text stays what it is,
    // and otherwise the former one is wiped: views of it end. Blocks.
    [[nodiscard]] config::ConfigurationFault read(const char* name);
    [[nodiscard]] std::string_view text() const { return {bytes_[used_], size_}; }

  private:
    bool used_ = false;  // which of the two
    std::size_t size_ = 0;
    char bytes_[2][config::kMaxTokenFile + 1];
};

}  // namespace cmagent::daemon
