#include "agent/base/text.h"

#include "agent/base/wipe.h"

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
    wipe_rest({into.bytes(), into.size()}, text.size());
    into.resize(text.size());
    return true;
}

// A text that is empty is not touched.
void clear(AnyText text) {
    if (text.size() > 0) (void)assign(text, {});
}

}  // namespace cmagent
