#include <boost/json.hpp>

#include "tests/bench/advice/evaluation_by_dom.h"
#include "tests/bench/advice/readers.h"

namespace cmagent::bench {
namespace {

namespace bj = boost::json;

struct BoostDom {
    using Item = const bj::value*;

    static Item get(Item object, const char* name) {
        return is_object(object) ? object->get_object().if_contains(name) : nullptr;
    }
    static std::string_view text(Item item) {
        return {item->get_string().data(), item->get_string().size()};
    }
    static bool is_object(Item item) { return item != nullptr && item->is_object(); }
    static bool is_array(Item item) { return item != nullptr && item->is_array(); }
    static bool is_string(Item item) { return item != nullptr && item->is_string(); }
    static bool is_number(Item item) { return item != nullptr && item->is_number(); }

    template <class Callback>
    static void each_element(Item array, Callback callback) {
        for (const bj::value& element : array->get_array()) callback(&element);
    }
    template <class Callback>
    static void each_member(Item object, Callback callback) {
        for (const bj::key_value_pair& member : object->get_object()) {
            callback(std::string_view(member.key().data(), member.key().size()), &member.value());
        }
    }
};

// As its manual asks of a text that is read once: what is read lies in one piece, which is never given back in parts.
Facts read(std::string_view body) {
    Facts facts;
    bj::monotonic_resource memory;
    boost::system::error_code error;
    const bj::value root = bj::parse({body.data(), body.size()}, error, &memory);
    facts.accepted = !error;
    DomReader<BoostDom, Facts>(facts).read(error ? nullptr : &root);
    return facts;
}

}  // namespace

const Reader kBoost = {"Boost.JSON", read, [] { return std::size_t{0}; }};

}  // namespace cmagent::bench
