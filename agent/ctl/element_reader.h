#pragma once
#include <cstddef>
#include <string_view>

#include "agent/json/read.h"

namespace cmagent::ctl {

// The elements of a JSON array that may be longer than json::parse() takes, from bytes as they come
// in any portions. It only finds where an object or array begins and ends; elements of other kinds,
// and those that are too long, are left out.
class ElementReader {
  public:
    // The bytes of another array follow.
    void begin_array();
    // Takes bytes off the front of `bytes` until an element is complete: true, and the view lives
    // until the next call. False: all bytes were taken, or the array is complete.
    [[nodiscard]] bool next(std::string_view& bytes, std::string_view& element);
    [[nodiscard]] bool complete() const { return complete_; }

  private:
    void take(char c);

    int depth_ = 0;  // of brackets, that of the array included
    bool complete_ = false;
    bool in_string_ = false;
    bool escaped_ = false;
    std::size_t size_ = 0;  // over json::kMaxText: the element is too long
    char element_[json::kMaxText];
};

}  // namespace cmagent::ctl
