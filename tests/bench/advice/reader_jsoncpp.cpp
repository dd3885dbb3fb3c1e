#include <json/json.h>

#include <cstring>
#include <memory>

#include "tests/bench/advice/evaluation_by_dom.h"
#include "tests/bench/advice/readers.h"

namespace cmagent::bench {
namespace {

struct JsoncppDom {
    using Item = const Json::Value*;

    static Item get(Item object, const char* name) {
        return is_object(object) ? object->find(name, name + std::strlen(name)) : nullptr;
    }
    static std::string_view text(Item item) {
        const char* begin = nullptr;
        const char* end = nullptr;
        item->getString(&begin, &end);
        return {begin, static_cast<std::size_t>(end - begin)};
    }
    static bool is_object(Item item) { return item != nullptr && item->isObject(); }
    static bool is_array(Item item) { return item != nullptr && item->isArray(); }
    static bool is_string(Item item) { return item != nullptr && item->isString(); }
    static bool is_number(Item item) { return item != nullptr && item->isNumeric(); }

    template <class Callback>
    static void each_element(Item array, Callback callback) {
        for (const Json::Value& element : *array) callback(&element);
    }
    template <class Callback>
    static void each_member(Item object, Callback callback) {
        for (auto member = object->begin(); member != object->end(); ++member) {
            const char* end = nullptr;
            const char* const begin = member.memberName(&end);
            callback(std::string_view(begin, static_cast<std::size_t>(end - begin)), &*member);
        }
    }
};

// As its manual asks: one reader for all texts.
Facts read(std::string_view body) {
    static const std::unique_ptr<Json::CharReader> reader(
        Json::CharReaderBuilder().newCharReader());
    Facts facts;
    Json::Value root;
    facts.accepted = reader->parse(body.data(), body.data() + body.size(), &root, nullptr);
    DomReader<JsoncppDom, Facts>(facts).read(facts.accepted ? &root : nullptr);
    return facts;
}

}  // namespace

const Reader kJsoncpp = {"jsoncpp", read, [] { return std::size_t{0}; }};

}  // namespace cmagent::bench
