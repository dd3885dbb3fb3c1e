#include "tests/cmsim/json_input.h"

#include <utility>

namespace cmagent::cmsim {
namespace {

std::string at(const std::string& source, json::Position where) {
    return source + ":" + std::to_string(where.line) + ":" + std::to_string(where.column) + ": ";
}

}  // namespace

std::string text_of(json::Item item) {
    const json::String text = json::GetStringValue(item);
    std::string plain(text.raw().size(), '\0');
    const auto view = json::unescape(text, {plain.data(), plain.size()});
    return std::string(view.value_or(""));
}

Document::Document(std::string text, std::string source)
    : text_(std::move(text)), source_(std::move(source)), tokens_(text_.size() / 2 + 1) {
    const json::Parsed parsed = json::parse(text_, {tokens_.data(), tokens_.size()});
    if (!parsed) throw InvalidInput(at(source_, parsed.where) + json::describe(parsed.error));
    root_ = parsed.root;
}

void Document::refuse(json::Item item, const std::string& why) const {
    throw InvalidInput(at(source_, json::position(text_, item.offset())) + why);
}

Members::Members(const Document& document, json::Item object)
    : document_(document), object_(object) {
    if (!json::IsObject(object)) refuse(object, "expected an object");
}

json::Item Members::item(const char* name) {
    asked_.insert(name);
    return json::GetObjectItemCaseSensitive(object_, name);
}

std::optional<std::string> Members::text(const char* name) {
    const json::Item found = item(name);
    if (!found) return std::nullopt;
    if (!json::IsString(found)) refuse(found, std::string(name) + ": expected a string");
    return text_of(found);
}

std::optional<std::int64_t> Members::integer(const char* name, std::int64_t least,
                                             std::int64_t most) {
    const json::Item found = item(name);
    if (!found) return std::nullopt;
    const std::optional<std::int64_t> value = json::GetIntegerValue(found);
    if (!value || *value < least || *value > most) {
        refuse(found, std::string(name) + ": expected an integer from " + std::to_string(least) +
                          " to " + std::to_string(most));
    }
    return value;
}

std::optional<bool> Members::boolean(const char* name) {
    const json::Item found = item(name);
    if (!found) return std::nullopt;
    if (!json::IsBool(found)) refuse(found, std::string(name) + ": expected true or false");
    return json::IsTrue(found);
}

std::optional<std::vector<std::string>> Members::texts(const char* name) {
    const json::Item found = item(name);
    if (!found) return std::nullopt;
    if (!json::IsArray(found)) refuse(found, std::string(name) + ": expected an array");
    std::vector<std::string> values;
    for (const json::Item element : json::ArrayForEach(found)) {
        if (!json::IsString(element)) refuse(element, std::string(name) + ": expected strings");
        values.push_back(text_of(element));
    }
    return values;
}

void Members::expect_no_more() const {
    for (const json::Item member : json::ArrayForEach(object_)) {
        const std::string name(member.name().raw());
        if (asked_.count(name) == 0) refuse(member, "\"" + name + "\" is not known here");
    }
}

}  // namespace cmagent::cmsim
