#pragma once
// Members of the service's objects, by any of the names and in any of the places where they have
// been seen. A member of an unexpected type, an empty text and the placeholder "Unknown" count as
// absent.

#include <initializer_list>
#include <string_view>

#include "agent/cm/words.h"
#include "agent/json/read.h"

namespace cmagent::cm {

// The objects in which a member may stand, the first one first.
struct Fields {
    using Names = std::initializer_list<std::string_view>;

    json::Item own;
    json::Item inner;

    // Each gives the first usable one, of `own` before `inner`, or none.
    [[nodiscard]] json::String text(Names names) const;
    [[nodiscard]] json::Item text_or_number(Names names) const;
    // An array or an object.
    [[nodiscard]] json::Item list(Names names) const;
    [[nodiscard]] Words words(Names names) const;
    // What can stand in the list of X-Terminate: 1 to kMaxCode visible ASCII characters, no comma.
    [[nodiscard]] json::Item code(Names names) const;

    [[nodiscard]] json::String own_text(Names names) const { return Fields{own, {}}.text(names); }
};

// The guide dialect moves an advice's members into `attributes`.
[[nodiscard]] Fields with_attributes(json::Item advice);
// What tells a session for the viewer stands in the session or in its `metadata`.
[[nodiscard]] Fields with_metadata(json::Item session);

}  // namespace cmagent::cm
