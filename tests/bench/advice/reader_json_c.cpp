#include <json-c/json.h>

#include "tests/bench/advice/evaluation_by_dom.h"
#include "tests/bench/advice/readers.h"

namespace cmagent::bench {
namespace {

struct JsonCDom {
    using Item = json_object*;

    static Item get(Item object, const char* name) {
        Item item = nullptr;
        if (is_object(object)) json_object_object_get_ex(object, name, &item);
        return item;
    }
    static std::string_view text(Item item) {
        return {json_object_get_string(item),
                static_cast<std::size_t>(json_object_get_string_len(item))};
    }
    static bool is_object(Item item) { return json_object_is_type(item, json_type_object); }
    static bool is_array(Item item) { return json_object_is_type(item, json_type_array); }
    static bool is_string(Item item) { return json_object_is_type(item, json_type_string); }
    static bool is_number(Item item) {
        return json_object_is_type(item, json_type_int) ||
               json_object_is_type(item, json_type_double);
    }

    template <class Callback>
    static void each_element(Item array, Callback callback) {
        const std::size_t size = json_object_array_length(array);
        for (std::size_t i = 0; i < size; ++i) callback(json_object_array_get_idx(array, i));
    }
    template <class Callback>
    static void each_member(Item object, Callback callback) {
        json_object_object_foreach(object, name, item) callback(std::string_view(name), item);
    }
};

Facts read(std::string_view body) {
    Facts facts;
    json_tokener* const tokener = json_tokener_new();
    json_object* const root =
        json_tokener_parse_ex(tokener, body.data(), static_cast<int>(body.size()));
    facts.accepted = json_tokener_get_error(tokener) == json_tokener_success;
    DomReader<JsonCDom, Facts>(facts).read(root);
    json_object_put(root);
    json_tokener_free(tokener);
    return facts;
}

}  // namespace

const Reader kJsonC = {"json-c", read, [] { return std::size_t{0}; }};

}  // namespace cmagent::bench
