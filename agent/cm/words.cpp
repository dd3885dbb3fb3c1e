#include "agent/cm/words.h"

namespace cmagent::cm {

Words::Iterator::Iterator(json::Item item)
    : element_(json::ArrayForEach(item).begin()),
      names_(json::IsObject(item)),
      word_(json::GetStringValue(item)) {
    if (!word_) skip_others();
}

Words::Iterator& Words::Iterator::operator++() {
    word_ = {};
    if (element_ != json::ArrayForEach::End{}) ++element_;
    skip_others();
    return *this;
}

void Words::Iterator::skip_others() {
    for (; element_ != json::ArrayForEach::End{}; ++element_) {
        word_ = names_ ? (*element_).name() : json::GetStringValue(*element_);
        if (word_) return;
    }
}

bool Words::contains(std::string_view word) const {
    for (const json::String other : *this) {
        if (other.equals(word)) return true;
    }
    return false;
}

}  // namespace cmagent::cm
