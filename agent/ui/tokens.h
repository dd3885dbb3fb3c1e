#pragma once
#include <cstddef>
#include <string_view>

#include "agent/base/bytes.h"
#include "agent/base/span.h"
#include "agent/core/bearer.h"
#include "agent/core/settings.h"

namespace cmagent::ui {

// The tokens of `http.tokenFile`: their digests, and what each is for.
class TokenTable {
  public:
    TokenTable() {}  // bearers_ stay as they are: untouched pages cost no memory

    // Takes the place of what was read before. `text` is that of the file (contract.md, "Tokens"),
    // needed during the call only. A name that is not configured gives nothing.
    void read(std::string_view text, const core::Settings& settings);

    // Null: nobody has this token. The time that the search takes tells nothing of the tokens.
    [[nodiscard]] const core::Bearer* find(std::string_view token) const;
    // The bearer who counts as this party; null: his token is gone, or he has never had one.
    [[nodiscard]] const core::Bearer* find(core::Party party) const;
    [[nodiscard]] Span<const core::Bearer> all() const { return {bearers_, count_}; }

  private:
    // As many as a file of 16 KiB can hold: 22 characters and a line feed each.
    static constexpr std::size_t kMost = 16 * kKiB / 23;

    std::size_t count_ = 0;
    core::Bearer bearers_[kMost];
};

// The token of `Authorization: Bearer …` (RFC 6750 §2.1), empty where there is none.
[[nodiscard]] std::string_view bearer_token(std::string_view authorization);

}  // namespace cmagent::ui
