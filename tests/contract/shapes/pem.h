#pragma once
#include <vector>

#include "tests/contract/shapes/der_writing.h"

namespace cmagent::contract::shapes {

[[nodiscard]] std::string pem(const std::vector<Bytes>& certificates);

}  // namespace cmagent::contract::shapes
