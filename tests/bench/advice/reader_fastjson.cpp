#include <libfastjson/json.h>
#include <libfastjson/json_object_iterator.h>

#include <cstring>

#include "tests/bench/advice/evaluation_by_dom.h"
#include "tests/bench/advice/readers.h"

namespace cmagent::bench {
namespace {

struct FastjsonDom {
    using Item = fjson_object*;

    static Item get(Item object, const char* name) {
        Item item = nullptr;
        if (is_object(object)) fjson_object_object_get_ex(object, name, &item);
        return item;
    }
    static std::string_view text(Item item) {
        return {fjson_object_get_string(item),
                static_cast<std::size_t>(fjson_object_get_string_len(item))};
    }
    static bool is_object(Item item) { return fjson_object_is_type(item, fjson_type_object); }
    static bool is_array(Item item) { return fjson_object_is_type(item, fjson_type_array); }
    static bool is_string(Item item) { return fjson_object_is_type(item, fjson_type_string); }
    static bool is_number(Item item) {
        return fjson_object_is_type(item, fjson_type_int) ||
               fjson_object_is_type(item, fjson_type_double);
    }

    template <class Callback>
    static void each_element(Item array, Callback callback) {
        const int size = fjson_object_array_length(array);
        for (int i = 0; i < size; ++i) callback(fjson_object_array_get_idx(array, i));
    }
    template <class Callback>
    static void each_member(Item object, Callback callback) {
        fjson_object_iterator member = fjson_object_iter_begin(object);
        const fjson_object_iterator end = fjson_object_iter_end(object);
        for (; !fjson_object_iter_equal(&member, &end); fjson_object_iter_next(&member)) {
            callback(std::string_view(fjson_object_iter_peek_name(&member)),
                     fjson_object_iter_peek_value(&member));
        }
    }
};

Facts read(std::string_view body) {
    Facts facts;
    fjson_tokener* const tokener = fjson_tokener_new();
    fjson_object* const root =
        fjson_tokener_parse_ex(tokener, body.data(), static_cast<int>(body.size()));
    facts.accepted = root != nullptr;
    DomReader<FastjsonDom, Facts>(facts).read(root);
    fjson_object_put(root);
    fjson_tokener_free(tokener);
    return facts;
}

}  // namespace

const Reader kFastjson = {"libfastjson", read, [] { return std::size_t{0}; }};

}  // namespace cmagent::bench
