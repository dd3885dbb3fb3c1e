#include <jansson.h>

#include "tests/bench/advice/evaluation_by_dom.h"
#include "tests/bench/advice/readers.h"

namespace cmagent::bench {
namespace {

struct JanssonDom {
    using Item = const json_t*;

    static Item get(Item object, const char* name) { return json_object_get(object, name); }
    static std::string_view text(Item item) {
        return {json_string_value(item), json_string_length(item)};
    }
    static bool is_object(Item item) { return json_is_object(item); }
    static bool is_array(Item item) { return json_is_array(item); }
    static bool is_string(Item item) { return json_is_string(item); }
    static bool is_number(Item item) { return json_is_number(item); }

    template <class Callback>
    static void each_element(Item array, Callback callback) {
        const std::size_t size = json_array_size(array);
        for (std::size_t i = 0; i < size; ++i) callback(json_array_get(array, i));
    }
    template <class Callback>
    static void each_member(Item object, Callback callback) {
        auto* const members = const_cast<json_t*>(object);
        const char* name = nullptr;
        json_t* item = nullptr;
        json_object_foreach(members, name, item) callback(std::string_view(name), item);
    }
};

Facts read(std::string_view body) {
    Facts facts;
    json_error_t error;
    json_t* const root = json_loadb(body.data(), body.size(), 0, &error);
    facts.accepted = root != nullptr;
    DomReader<JanssonDom, Facts>(facts).read(root);
    json_decref(root);
    return facts;
}

}  // namespace

const Reader kJansson = {"jansson", read, [] { return std::size_t{0}; }};

}  // namespace cmagent::bench
