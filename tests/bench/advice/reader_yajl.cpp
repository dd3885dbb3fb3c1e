#include <yajl/yajl_tree.h>

#include <cstring>

#include "tests/bench/advice/evaluation_by_dom.h"
#include "tests/bench/advice/readers.h"

namespace cmagent::bench {
namespace {

struct YajlDom {
    using Item = yajl_val;

    static Item get(Item object, const char* name) {
        if (!is_object(object)) return nullptr;
        for (std::size_t i = 0; i < object->u.object.len; ++i) {
            if (std::strcmp(object->u.object.keys[i], name) == 0) return object->u.object.values[i];
        }
        return nullptr;
    }
    static std::string_view text(Item item) { return YAJL_GET_STRING(item); }
    static bool is_object(Item item) { return YAJL_IS_OBJECT(item); }
    static bool is_array(Item item) { return YAJL_IS_ARRAY(item); }
    static bool is_string(Item item) { return YAJL_IS_STRING(item); }
    static bool is_number(Item item) { return YAJL_IS_NUMBER(item); }

    template <class Callback>
    static void each_element(Item array, Callback callback) {
        for (std::size_t i = 0; i < array->u.array.len; ++i) callback(array->u.array.values[i]);
    }
    template <class Callback>
    static void each_member(Item object, Callback callback) {
        for (std::size_t i = 0; i < object->u.object.len; ++i) {
            callback(std::string_view(object->u.object.keys[i]), object->u.object.values[i]);
        }
    }
};

char g_copy[json::kMaxText + 1];  // It takes no size: the text's end is a NUL.
std::size_t g_scratch = 0;

Facts read(std::string_view body) {
    Facts facts;
    std::memcpy(g_copy, body.data(), body.size());
    g_copy[body.size()] = '\0';
    g_scratch = body.size() + 1;
    const yajl_val root = yajl_tree_parse(g_copy, nullptr, 0);
    facts.accepted = root != nullptr;
    DomReader<YajlDom, Facts>(facts).read(root);
    yajl_tree_free(root);
    return facts;
}

}  // namespace

const Reader kYajl = {"yajl", read, [] { return g_scratch; }};

}  // namespace cmagent::bench
