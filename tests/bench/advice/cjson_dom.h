#pragma once
#include <cjson/cJSON.h>

#include <string_view>

namespace cmagent::bench {

struct CjsonDom {
    using Item = const cJSON*;

    static Item get(Item object, const char* name) {
        return cJSON_GetObjectItemCaseSensitive(object, name);
    }
    static std::string_view text(Item item) { return item->valuestring; }
    static bool is_object(Item item) { return cJSON_IsObject(item); }
    static bool is_array(Item item) { return cJSON_IsArray(item); }
    static bool is_string(Item item) { return cJSON_IsString(item); }
    static bool is_number(Item item) { return cJSON_IsNumber(item); }

    template <class Callback>
    static void each_element(Item array, Callback callback) {
        Item element;
        cJSON_ArrayForEach(element, array) callback(element);
    }
    template <class Callback>
    static void each_member(Item object, Callback callback) {
        Item member;
        cJSON_ArrayForEach(member, object) callback(std::string_view(member->string), member);
    }
};

}  // namespace cmagent::bench
