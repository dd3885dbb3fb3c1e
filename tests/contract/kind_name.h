#pragma once
#include <string>

namespace cmagent::contract {

// Names the kinds of a typed suite by their kName, in place of a number.
struct KindName {
    template <typename Kind>
    static std::string GetName(int) {
        return Kind::kName;
    }
};

}  // namespace cmagent::contract
