#pragma once
#include <string_view>

#include "agent/base/list.h"
#include "agent/config/configuration.h"
#include "agent/json/read.h"

namespace cmagent::config {

// A value of the merged files and its place there: a member or an element of the value `up`. The
// root has nothing above it. Nothing is copied to merge: an object is seen through all files.
struct LocatedValue {
    LocatedValue() = default;
    LocatedValue(const LocatedValue* in, std::string_view called, int place = -1,
                 json::Item says = {})
        : up(in), name(called), index(place), value(says) {}

    const LocatedValue* up = nullptr;
    std::string_view name;  // as it stands in the text
    int index = -1;         // of an element
    // What the last file that says anything says; none: the member is not there, or taken back.
    json::Item value;
    // Of an object: what each file says of it, in their order.
    List<json::Item, kMaxFiles> layers;

    // Puts what one more file says over what the earlier ones have said (RFC 7396 §2).
    void lay(json::Item next);

    // Valid as long as this is.
    [[nodiscard]] LocatedValue member(std::string_view of) const;
    // The same by a name as it stands in a text, with its escapes.
    [[nodiscard]] LocatedValue member(const json::String& of) const;
};

// The members of an object, each once, in the order in which the files name them.
class Members {
  public:
    // `object` must live as long as this, and as long as what it gives.
    explicit Members(const LocatedValue& object) : object_(object), at_(json::Item()) {}

    // Moves `into` on to the next member. False: there is none left.
    [[nodiscard]] bool next(LocatedValue& into);

  private:
    [[nodiscard]] bool is_known(const json::String& name) const;

    const LocatedValue& object_;
    std::size_t layer_ = 0;  // the one behind that in which at_ is
    json::ArrayForEach::Iterator at_;
};

}  // namespace cmagent::config
