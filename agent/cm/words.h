#pragma once
// Lists of strings, which the service writes in more than one way.

#include "agent/json/read.h"

namespace cmagent::cm {

// for (json::String word : Words(item)): the strings of an array, the one string that stands in its
// place, or the names of an object's members (`scope` is described as a list and shown as an
// object). Values of other types are skipped.
class Words {
  public:
    Words() = default;
    explicit Words(json::Item item) : item_(item) {}

    struct End {};
    class Iterator {
      public:
        explicit Iterator(json::Item item);
        json::String operator*() const { return word_; }
        Iterator& operator++();
        bool operator!=(End) const { return static_cast<bool>(word_); }

      private:
        void skip_others();

        json::ArrayForEach::Iterator element_;
        bool names_ = false;
        json::String word_;
    };

    [[nodiscard]] Iterator begin() const { return Iterator(item_); }
    [[nodiscard]] End end() const { return {}; }
    [[nodiscard]] bool empty() const { return !(begin() != end()); }
    [[nodiscard]] bool contains(std::string_view word) const;

  private:
    json::Item item_;
};

}  // namespace cmagent::cm
