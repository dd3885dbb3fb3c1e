#include <json-parser/json.h>

#include <cstring>

#include "tests/bench/advice/evaluation_by_dom.h"
#include "tests/bench/advice/readers.h"

namespace cmagent::bench {
namespace {

struct JsonParserDom {
    using Item = const json_value*;

    static Item get(Item object, const char* name) {
        if (!is_object(object)) return nullptr;
        for (unsigned i = 0; i < object->u.object.length; ++i) {
            if (std::strcmp(object->u.object.values[i].name, name) == 0) {
                return object->u.object.values[i].value;
            }
        }
        return nullptr;
    }
    static std::string_view text(Item item) { return {item->u.string.ptr, item->u.string.length}; }
    static bool is_object(Item item) { return item != nullptr && item->type == json_object; }
    static bool is_array(Item item) { return item != nullptr && item->type == json_array; }
    static bool is_string(Item item) { return item != nullptr && item->type == json_string; }
    static bool is_number(Item item) {
        return item != nullptr && (item->type == json_integer || item->type == json_double);
    }

    template <class Callback>
    static void each_element(Item array, Callback callback) {
        for (unsigned i = 0; i < array->u.array.length; ++i) callback(array->u.array.values[i]);
    }
    template <class Callback>
    static void each_member(Item object, Callback callback) {
        for (unsigned i = 0; i < object->u.object.length; ++i) {
            const json_object_entry& member = object->u.object.values[i];
            callback(std::string_view(member.name, member.name_length), member.value);
        }
    }
};

Facts read(std::string_view body) {
    Facts facts;
    json_value* const root = json_parse(body.data(), body.size());
    facts.accepted = root != nullptr;
    DomReader<JsonParserDom, Facts>(facts).read(root);
    json_value_free(root);
    return facts;
}

}  // namespace

const Reader kJsonParser = {"json-parser", read, [] { return std::size_t{0}; }};

}  // namespace cmagent::bench
