#pragma once
#include <cstddef>

#include "agent/config/key.h"

namespace cmagent::config {

// Goes over the keys of a section, in the order in which they are read and listed. In `player`, the
// keys of the adapters come behind `adapter`.
class SectionKeys {
  public:
    SectionKeys(Section section, const platform::Adapters& adapters);

    // The next key, good until the next call. Null: there is none left.
    [[nodiscard]] const Key* next();

  private:
    const Section section_;
    const platform::Adapters& adapters_;
    std::size_t row_ = 0;      // the next row of keys()
    std::size_t adapter_key_;  // the next key of the adapters; their count: none is due
    Key of_adapter_{Section::adapter, {}, Key::Kind::flag, 0};
};

}  // namespace cmagent::config
