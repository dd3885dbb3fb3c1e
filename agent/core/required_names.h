#pragma once
#include <cstddef>
#include <cstdint>

#include "agent/base/text.h"
#include "agent/cm/limits.h"
#include "agent/cm/metadata.h"
#include "agent/cm/required_metadata.h"
#include "agent/core/settings.h"

namespace cmagent::core {

// The names of the metadata that each application's policies require, as CM told them last.
class RequiredNames {
  public:
    struct List {
        bool known = false;
        std::size_t count = 0;
        Text<cm::kMaxName> names[cm::kMaxRequestPairs];
    };

    [[nodiscard]] const List& of(std::uint8_t application) const { return lists_[application]; }
    // Some name that is known to be required is not in `metadata`.
    [[nodiscard]] bool lacks(std::uint8_t application, const cm::Metadata& metadata) const;

    // `answer` is readable: any other never comes as a list (cm::read_answer). More names than a
    // request may carry are left out.
    void learn(std::uint8_t application, const cm::RequiredMetadata& answer);
    // CM says that the list is stale (cm-api.md, "Obligations").
    void forget(std::uint8_t application) { lists_[application].known = false; }

  private:
    List lists_[kMaxApplications] = {};
};

}  // namespace cmagent::core
