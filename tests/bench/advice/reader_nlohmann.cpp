#include <nlohmann/json.hpp>
//
#include "tests/bench/advice/evaluation_by_dom.h"
#include "tests/bench/advice/readers.h"

namespace cmagent::bench {
namespace {

struct NlohmannDom {
    using Item = const nlohmann::json*;

    static Item get(Item object, const char* name) {
        if (!is_object(object)) return nullptr;
        const auto found = object->find(name);
        return found == object->end() ? nullptr : &*found;
    }
    static std::string_view text(Item item) { return item->get_ref<const std::string&>(); }
    static bool is_object(Item item) { return item != nullptr && item->is_object(); }
    static bool is_array(Item item) { return item != nullptr && item->is_array(); }
    static bool is_string(Item item) { return item != nullptr && item->is_string(); }
    static bool is_number(Item item) { return item != nullptr && item->is_number(); }

    template <class Callback>
    static void each_element(Item array, Callback callback) {
        for (const nlohmann::json& element : *array) callback(&element);
    }
    template <class Callback>
    static void each_member(Item object, Callback callback) {
        for (const auto& [name, item] : object->items()) callback(std::string_view(name), &item);
    }
};

Facts read(std::string_view body) {
    Facts facts;
    const nlohmann::json root = nlohmann::json::parse(body.begin(), body.end(), nullptr, false);
    facts.accepted = !root.is_discarded();
    DomReader<NlohmannDom, Facts>(facts).read(&root);
    return facts;
}

}  // namespace

const Reader kNlohmann = {"nlohmann", read, [] { return std::size_t{0}; }};

}  // namespace cmagent::bench
