#pragma once
#include <algorithm>
#include <cstddef>

#include "agent/cm/advice.h"
#include "agent/json/string.h"

namespace cmagent::cm {

// Counts values, each once. As views of a body. At most kMaxConflicts different ones: as many as are
// read of one answer.
class Distinct {
  public:
    void add(const json::String& value) {
        std::size_t i = 0;
        while (i < size_ && !values_[i].equals(value)) ++i;
        values_[i] = value;
        size_ = std::max(size_, i + 1);
    }
    [[nodiscard]] std::size_t size() const { return size_; }

  private:
    json::String values_[kMaxConflicts];
    std::size_t size_ = 0;
};

}  // namespace cmagent::cm
