#include "agent/config/reader.h"

#include "agent/base/characters.h"
#include "agent/base/text_writer.h"

namespace cmagent::config {
namespace {

using Kind = Key::Kind;

// What a key takes, in the order of Key::Kind; where there is nothing, what stands before it. "<" and ">" stand for the
// least and the most.
constexpr char kTakes[] =
    "must be a whole number from < to >\0\0\0"
    "must be true or false\0"
    "must be one of: \0"
    "must be a text of < to > bytes\0\0"
    "must be a list of < to > texts\0"
    "must be an object of at most > texts\0"
    "must be an object with keys out of: \0"
    "must be an object of at most > objects";

void write(TextWriter& line, std::string_view text, const Key& key) {
    for (const char c : text) {
        if (c == '<') {
            line << key.least;
        } else if (c == '>') {
            line << key.most;
        } else {
            line << c;
        }
    }
}

// "ask, terminate-oldest"
void list_words(TextWriter& line, const Key& key) {
    for (std::size_t i = 0; i < key.most; ++i) {
        line << (i == 0 ? "" : ", ") << nth_word(kWords, key.least + i);
    }
}

void list_keys(TextWriter& line, Section section) {
    const char* separator = "";
    for (const Key& key : kKeys) {
        if (key.section != section) continue;
        line << separator << key.name;
        separator = ", ";
    }
}

bool is_key(Section section, const json::String& name) {
    for (const Key& key : kKeys) {
        if (key.section == section && name.equals(key.name)) return true;
    }
    return false;
}

bool has_control(std::string_view text) {
    for (const char c : text) {
        if (is_control(c)) return true;
    }
    return false;
}

Found member_of(const Found& object, std::string_view name) {
    return {&object, json::GetObjectItemCaseSensitive(object.value, name), name};
}

// "players.bedroom.stop[2]"
void write_path(TextWriter& line, const Found& at) {
    if (at.up == nullptr) return;
    write_path(line, *at.up);
    if (at.index >= 0) {
        line << "[" << at.index << "]";
    } else {
        line << (at.up->up == nullptr ? "" : ".") << (at.name.empty() ? "\"\"" : at.name);
    }
}

}  // namespace

void ConfigurationReader::read(json::Item root) {
    const Found file{nullptr, root, {}};
    if (!json::IsObject(root)) {
        fail(file, "must be one JSON object");
    } else {
        read_section(Section::file, file);
    }
}

bool ConfigurationReader::read_section(Section section, const Found& object) {
    if (!check_known(section, object) || !check_names(object)) return false;
    for (const Key& key : kKeys) {
        if (key.section != section) continue;
        const Found member = member_of(object, key.name);
        if (!member.value && !key.required) continue;
        // A section that is missing is read as an empty one: it is its keys that are missed.
        if (!member.value && key.kind != Kind::section) return fail(member, "is missing");
        if (!read_value(key, member)) return false;
    }
    const Disagreement found = check_section(section, place_);
    return found.why.empty() || fail(member_of(object, found.key), found.why);
}

bool ConfigurationReader::read_value(const Key& key, const Found& value) {
    switch (key.kind) {
        case Kind::number:
        case Kind::seconds:
        case Kind::count:
            return read_number(key, value);
        case Kind::flag:
            if (!json::IsBool(value.value)) return refuse(key, value);
            set_number(key, place_, json::IsTrue(value.value) ? 1 : 0);
            return true;
        case Kind::word:
            return read_word(key, value);
        case Kind::path:
        case Kind::text:
            return read_text(key, value);
        case Kind::section:
            if (value.value && !json::IsObject(value.value)) return refuse(key, value);
            return read_section(static_cast<Section>(key.to), value);
        case Kind::texts:
        case Kind::pairs:
        case Kind::sections:
            return read_each(key, value);
    }
    return false;
}

bool ConfigurationReader::read_number(const Key& key, const Found& value) {
    const auto number = json::GetIntegerValue(value.value);
    if (!number) return refuse(key, value);
    if (*number < key.least || *number > key.most) {
        char bytes[ConfigurationFault::kMaxWhy];
        TextWriter why(bytes, WhenFull::mark);
        why << *number;
        write(why, " is out of range, allowed is < to >", key);
        return fail(value, why.view());
    }
    set_number(key, place_, *number);
    return true;
}

bool ConfigurationReader::read_word(const Key& key, const Found& value) {
    const json::String word = json::GetStringValue(value.value);
    for (std::size_t i = 0; i < key.most; ++i) {
        if (!word.equals(nth_word(kWords, key.least + i))) continue;
        set_number(key, place_, static_cast<std::int64_t>(i));
        return true;
    }
    return refuse(key, value);
}

bool ConfigurationReader::read_text(const Key& key, const Found& value) {
    if (!json::IsString(value.value)) return refuse(key, value);
    std::string_view text;
    if (!keep_text(value, text)) return false;
    if (text.size() < key.least || text.size() > key.most) return refuse(key, value);
    if (key.kind == Kind::path) {
        set_path(key, place_, text.data());
        return true;
    }
    const Why why = set_text(static_cast<Form>(key.to), place_, {}, text);
    return why == nullptr || fail(value, why);
}

bool ConfigurationReader::read_each(const Key& key, const Found& list) {
    const bool array = key.kind == Kind::texts;
    const auto size = static_cast<std::uint32_t>(json::GetArraySize(list.value));
    const bool right_kind = array ? json::IsArray(list.value) : json::IsObject(list.value);
    if (!right_kind || size < key.least || size > key.most) return refuse(key, list);
    if (!array && !check_names(list)) return false;
    int index = 0;
    for (const json::Item element : json::ArrayForEach(list.value)) {
        const Found found{&list, element, element.name().raw(), array ? index++ : -1};
        if (!read_element(key, found)) return false;
    }
    return true;
}

bool ConfigurationReader::read_element(const Key& key, const Found& element) {
    const bool section = key.kind == Kind::sections;
    if (section && !json::IsObject(element.value)) return fail(element, "must be an object");
    if (!section && !json::IsString(element.value)) return fail(element, "must be a text");
    std::string_view name;
    if (key.kind != Kind::texts) name = place_.into.strings.keep(element.value.name());
    if (has_control(name)) return fail(element, "must have a name without control characters");

    if (section) {
        const Why why = add_player(place_, name);
        if (why != nullptr) return fail(element, why);
        if (!read_section(static_cast<Section>(key.to), element)) return false;
        place_.player = 0;
        return true;
    }
    std::string_view text;
    if (!keep_text(element, text)) return false;
    const Why why = set_text(static_cast<Form>(key.to), place_, name, text);
    return why == nullptr || fail(element, why);
}

bool ConfigurationReader::keep_text(const Found& value, std::string_view& into) {
    into = place_.into.strings.keep(json::GetStringValue(value.value));
    return !has_control(into) || fail(value, "must not contain control characters");
}

// No name twice. Of the objects that come here all are short: sections have known names only.
bool ConfigurationReader::check_names(const Found& object) {
    for (const json::Item member : json::ArrayForEach(object.value)) {
        for (const json::Item earlier : json::ArrayForEach(object.value)) {
            if (earlier.offset() == member.offset()) break;
            if (!earlier.name().equals(member.name())) continue;
            return fail({&object, member, member.name().raw()}, "stands here twice");
        }
    }
    return true;
}

bool ConfigurationReader::check_known(Section section, const Found& object) {
    for (const json::Item member : json::ArrayForEach(object.value)) {
        if (is_key(section, member.name())) continue;
        char bytes[ConfigurationFault::kMaxWhy];
        TextWriter why(bytes, WhenFull::mark);
        why << "is no key, allowed are: ";
        list_keys(why, section);
        return fail({&object, member, member.name().raw()}, why.view());
    }
    return true;
}

// What is missing is missed where it should stand.
bool ConfigurationReader::fail(const Found& at, std::string_view why) {
    char bytes[ConfigurationFault::kMaxKey];
    TextWriter key(bytes, WhenFull::mark);
    write_path(key, at);
    fault_.line = line_of(at.value || at.up == nullptr ? at.value : at.up->value);
    (void)fault_.key.assign(key.view());
    (void)fault_.why.assign(why);
    return false;
}

bool ConfigurationReader::refuse(const Key& key, const Found& at) {
    char bytes[ConfigurationFault::kMaxWhy];
    TextWriter why(bytes, WhenFull::mark);
    auto number = static_cast<std::size_t>(key.kind);
    while (nth_word(kTakes, number).empty()) --number;
    write(why, nth_word(kTakes, number), key);
    if (key.kind == Kind::word) list_words(why, key);
    if (key.kind == Kind::section) list_keys(why, static_cast<Section>(key.to));
    return fail(at, why.view());
}

// Of a member: where its name stands.
std::uint32_t ConfigurationReader::line_of(json::Item item) const {
    const json::String name = item.name();
    const std::size_t offset =
        name ? static_cast<std::size_t>(name.raw().data() - text_.data()) : item.offset();
    return json::position(text_, offset).line;
}

}  // namespace cmagent::config
