#include <yyjson.h>

#include "tests/bench/advice/evaluation_by_dom.h"
#include "tests/bench/advice/readers.h"

namespace cmagent::bench {
namespace {

struct YyjsonDom {
    using Item = yyjson_val*;

    static Item get(Item object, const char* name) { return yyjson_obj_get(object, name); }
    static std::string_view text(Item item) { return {yyjson_get_str(item), yyjson_get_len(item)}; }
    static bool is_object(Item item) { return yyjson_is_obj(item); }
    static bool is_array(Item item) { return yyjson_is_arr(item); }
    static bool is_string(Item item) { return yyjson_is_str(item); }
    static bool is_number(Item item) { return yyjson_is_num(item); }

    template <class Callback>
    static void each_element(Item array, Callback callback) {
        yyjson_arr_iter elements = yyjson_arr_iter_with(array);
        while (Item element = yyjson_arr_iter_next(&elements)) callback(element);
    }
    template <class Callback>
    static void each_member(Item object, Callback callback) {
        yyjson_obj_iter members = yyjson_obj_iter_with(object);
        while (Item name = yyjson_obj_iter_next(&members)) {
            callback(text(name), yyjson_obj_iter_get_val(name));
        }
    }
};

Facts read(std::string_view body) {
    Facts facts;
    yyjson_doc* const document = yyjson_read(body.data(), body.size(), YYJSON_READ_NOFLAG);
    facts.accepted = document != nullptr;
    DomReader<YyjsonDom, Facts>(facts).read(yyjson_doc_get_root(document));
    yyjson_doc_free(document);
    return facts;
}

}  // namespace

const Reader kYyjson = {"yyjson", read, [] { return std::size_t{0}; }};

}  // namespace cmagent::bench
