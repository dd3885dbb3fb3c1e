#include "agent/json/text.h"

namespace cmagent {

std::string_view nth_word(const char* list, std::size_t number) {
    while (number-- > 0) list += std::strlen(list) + 1;
    return list;
}

}  // namespace cmagent
