#include "agent/base/text.h"

namespace cmagent {

std::string_view nth_word(const char* list, std::size_t number) {
    while (number-- > 0) list += std::strlen(list) + 1;
    return list;
}

bool operator==(ConstText a, std::string_view b) {
    return a.view() == b;
}

bool operator==(ConstText a, ConstText b) {
    return a.view() == b.view();
}

bool assign(AnyText into, std::string_view text) {
    if (text.size() > into.capacity()) return false;
    if (!text.empty()) std::memmove(into.bytes(), text.data(), text.size());
    into.resize(text.size());
    return true;
}

}  // namespace cmagent
