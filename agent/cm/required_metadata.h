#pragma once
// The body of GET /metadata (cm-api.md, "Calls"): the metadata that the application's policies
// require.
//
//   for (const json::String name : cm::RequiredMetadata(answer.list)) …
//
// Read are a list of names, a list of objects with a `name`, and a dictionary by name; each in an
// envelope too (listing.h). Names are views of the body.

#include "agent/json/read.h"
#include "agent/json/string.h"

namespace cmagent::cm {

class RequiredMetadata {
  public:
    // `body` is the parsed body.
    explicit RequiredMetadata(json::Item body);

    // False: the body has another form, or an entry has no name that a request can carry. Half a
    // list is none: an app would be told that the other half is all.
    [[nodiscard]] bool readable() const { return static_cast<bool>(list_); }

    class Iterator {
      public:
        explicit Iterator(json::Item list)
            : element_(json::ArrayForEach(list).begin()), by_name_(json::IsObject(list)) {}
        json::String operator*() const;
        Iterator& operator++() {
            ++element_;
            return *this;
        }
        bool operator!=(json::ArrayForEach::End end) const { return element_ != end; }

      private:
        json::ArrayForEach::Iterator element_;
        bool by_name_;
    };
    // Nothing where not readable().
    [[nodiscard]] Iterator begin() const { return Iterator(list_); }
    [[nodiscard]] json::ArrayForEach::End end() const { return {}; }

  private:
    json::Item list_;
};

}  // namespace cmagent::cm
