#pragma once
// Where the list stands in the body of a call that only reads. The service documents one form of
// each list and shows others: an array or a dictionary, bare or in an envelope.

#include <initializer_list>

#include "agent/json/read.h"

namespace cmagent::cm {

struct Listing {
    json::Item entries;   // an array, or an object by name; none: the body has no list
    json::Item envelope;  // the object that it stands in; none where it is the whole body
};

// Opens one envelope after the other: an object with a member of one of these `names`, of which the
// first counts. An object that tells of a success or a fault (`status`, `error`) is an envelope
// too, and one without a list; so is an empty object that stands in none.
[[nodiscard]] Listing find_listing(json::Item body, std::initializer_list<const char*> names);

}  // namespace cmagent::cm
