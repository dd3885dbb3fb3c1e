#include <json-glib/json-glib.h>

#include "tests/bench/advice/evaluation_by_dom.h"
#include "tests/bench/advice/readers.h"

namespace cmagent::bench {
namespace {

struct JsonGlibDom {
    using Item = JsonNode*;

    static Item get(Item object, const char* name) {
        return is_object(object) ? json_object_get_member(json_node_get_object(object), name)
                                 : nullptr;
    }
    static std::string_view text(Item item) { return json_node_get_string(item); }
    static bool is_object(Item item) { return item != nullptr && JSON_NODE_HOLDS_OBJECT(item); }
    static bool is_array(Item item) { return item != nullptr && JSON_NODE_HOLDS_ARRAY(item); }
    static bool is_string(Item item) { return holds(item, G_TYPE_STRING); }
    static bool is_number(Item item) {
        return holds(item, G_TYPE_INT64) || holds(item, G_TYPE_DOUBLE);
    }

    template <class Callback>
    static void each_element(Item item, Callback callback) {
        JsonArray* const array = json_node_get_array(item);
        const guint size = json_array_get_length(array);
        for (guint i = 0; i < size; ++i) callback(json_array_get_element(array, i));
    }
    template <class Callback>
    static void each_member(Item object, Callback callback) {
        JsonObjectIter members;
        json_object_iter_init_ordered(&members, json_node_get_object(object));
        const char* name = nullptr;
        JsonNode* item = nullptr;
        while (json_object_iter_next_ordered(&members, &name, &item)) {
            callback(std::string_view(name), item);
        }
    }

  private:
    static bool holds(Item item, GType type) {
        return item != nullptr && JSON_NODE_HOLDS_VALUE(item) &&
               json_node_get_value_type(item) == type;
    }
};

Facts read(std::string_view body) {
    Facts facts;
    JsonParser* const parser = json_parser_new_immutable();
    facts.accepted =
        json_parser_load_from_data(parser, body.data(), static_cast<gssize>(body.size()), nullptr);
    DomReader<JsonGlibDom, Facts>(facts).read(facts.accepted ? json_parser_get_root(parser)
                                                             : nullptr);
    g_object_unref(parser);
    return facts;
}

}  // namespace

const Reader kJsonGlib = {"json-glib", read, [] { return std::size_t{0}; }};

}  // namespace cmagent::bench
