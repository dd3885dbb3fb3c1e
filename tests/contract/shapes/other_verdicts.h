#pragma once
#include <optional>
#include <string>
#include <vector>

#include "tests/contract/shapes/shape.h"

namespace cmagent::contract::shapes {

struct Verdicts {
    bool openssl = false;
    bool gnutls = false;
};

// What `openssl verify` and `certtool --verify` say of each chain at its host, asked for a server's
// purpose. None where a program is not there.
[[nodiscard]] std::optional<std::vector<Verdicts>> ask_others(const std::vector<Chain>& chains);

}  // namespace cmagent::contract::shapes
