#include "agent/base/text.h"

namespace cmagent {

std::string_view nth_word(const char* list, std::size_t number) {
    while (number-- > 0) list += std::strlen(list) + 1;
    return list;
}

bool assign(AnyText into, std::string_view text) {
    if (text.size() > into.capacity()) return false;
    if (!text.empty()) std::memmove(into.bytes(), text.data(), text.size());
    into.resize(text.size());
    return true;
}

}  // namespace cmagent
