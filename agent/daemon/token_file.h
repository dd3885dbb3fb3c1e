#pragma once
#include <string_view>

#include "agent/config/token_file.h"

namespace cmagent::daemon {

// The text of `http.tokenFile`, until it has been taken. One object, in static storage.
class TokenFile {
  public:
    TokenFile() {}  // leaves the bytes as they are: pages that are not needed are never touched
    TokenFile(const TokenFile&) = delete;
    TokenFile& operator=(const TokenFile&) = delete;

    // Reads the file of this name, none where it is empty. On a fault there is no text. Blocks.
    [[nodiscard]] config::ConfigurationFault read(const char* name);
    [[nodiscard]] std::string_view text() const { return {bytes_, size_}; }
    void forget();

  private:
    std::size_t size_ = 0;
    char bytes_[config::kMaxTokenFile + 1];
};

}  // namespace cmagent::daemon
