#include "agent/ctl/element_reader.h"

#include "agent/base/text.h"

namespace cmagent::ctl {

void ElementReader::begin_array() {
    depth_ = 0;
    complete_ = in_string_ = escaped_ = false;
    size_ = 0;
}

bool ElementReader::next(std::string_view& bytes, std::string_view& element) {
    if (depth_ == 1) size_ = 0;
    while (!bytes.empty() && !complete_) {
        const int before = depth_;
        take(bytes.front());
        bytes.remove_prefix(1);
        complete_ = before == 1 && depth_ == 0;
        if (before != 2 || depth_ != 1) continue;
        if (size_ <= json::kMaxText) {
            element = {element_, size_};
            return true;
        }
        size_ = 0;
    }
    return false;
}

void ElementReader::take(char c) {
    const bool quote = c == '"' && !escaped_;
    escaped_ = in_string_ && c == '\\' && !escaped_;
    if (quote) in_string_ = !in_string_;
    const bool opens = !in_string_ && (c == '{' || c == '[');
    const bool closes = !in_string_ && (c == '}' || c == ']');
    if (opens) ++depth_;
    if (depth_ > 1 && size_ < json::kMaxText) element_[size_] = c;
    if (depth_ > 1 && size_ <= json::kMaxText) ++size_;
    if (closes) --depth_;
}

}  // namespace cmagent::ctl
