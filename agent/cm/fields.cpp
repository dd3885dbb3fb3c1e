#include "agent/cm/fields.h"

#include "agent/cm/limits.h"

namespace cmagent::cm {
namespace {

using json::GetObjectItemCaseSensitive;
using json::GetStringValue;
using json::Item;
using json::String;

template <class Usable>
Item find(const Fields& fields, Fields::Names names, Usable usable) {
    for (const Item object : {fields.own, fields.inner}) {
        for (const std::string_view name : names) {
            const Item member = GetObjectItemCaseSensitive(object, name);
            if (usable(member)) return member;
        }
    }
    return {};
}

bool is_text(Item item) {
    const String text = GetStringValue(item);
    return !text.raw().empty() && !text.equals("Unknown");
}

bool is_text_or_number(Item item) {
    return is_text(item) || json::IsNumber(item);
}

bool is_list(Item item) {
    return json::IsArray(item) || json::IsObject(item);
}

bool has_words(Item item) {
    return !Words(item).empty();
}

bool is_code(Item item) {
    Text<kMaxCode> code;
    if (!is_text(item) || !unescape(GetStringValue(item), code)) return false;
    for (const char c : code.view()) {
        if (c <= ' ' || c > '~' || c == ',') return false;
    }
    return true;
}

}  // namespace

String Fields::text(Names names) const {
    return GetStringValue(find(*this, names, is_text));
}

Item Fields::text_or_number(Names names) const {
    return find(*this, names, is_text_or_number);
}

Item Fields::list(Names names) const {
    return find(*this, names, is_list);
}

Words Fields::words(Names names) const {
    return Words(find(*this, names, has_words));
}

Item Fields::code(Names names) const {
    return find(*this, names, is_code);
}

Fields with_attributes(Item advice) {
    return {advice, GetObjectItemCaseSensitive(advice, "attributes")};
}

Fields with_metadata(Item session) {
    return {session, GetObjectItemCaseSensitive(session, "metadata")};
}

}  // namespace cmagent::cm
