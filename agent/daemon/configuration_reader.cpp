#include "agent/daemon/configuration_reader.h"

#include "agent/daemon/line.h"
#include "agent/json/characters.h"

namespace cmagent::daemon {
namespace {

const Key* find_key(const Section& section, const json::String& name) {
    for (std::size_t i = 0; i < section.count; ++i) {
        if (name.equals(section.keys[i].name)) return &section.keys[i];
    }
    return nullptr;
}

// "ask, terminate-oldest"
void list_words(Line& line, const Key& key) {
    for (std::int64_t i = 0; i < key.most; ++i) line << (i == 0 ? "" : ", ") << key.words[i];
}

void list_keys(Line& line, const Section& section) {
    for (std::size_t i = 0; i < section.count; ++i) {
        line << (i == 0 ? "" : ", ") << section.keys[i].name;
    }
}

// What a key takes.
void describe(Line& line, const Key& key) {
    switch (key.kind) {
        case Key::Kind::number:
            line << "must be a whole number from " << key.least << " to " << key.most;
            break;
        case Key::Kind::flag:
            line << "must be true or false";
            break;
        case Key::Kind::word:
            line << "must be one of: ";
            list_words(line, key);
            break;
        case Key::Kind::text:
            line << "must be a text of " << key.least << " to " << key.most << " bytes";
            break;
        case Key::Kind::texts:
            line << "must be a list of " << key.least << " to " << key.most << " texts";
            break;
        case Key::Kind::pairs:
            line << "must be an object of at most " << key.most << " texts";
            break;
        case Key::Kind::section:
            line << "must be an object with keys out of: ";
            list_keys(line, *key.section);
            break;
        case Key::Kind::sections:
            line << "must be an object of at most " << key.most << " objects";
            break;
    }
}

bool has_control(std::string_view text) {
    for (const char c : text) {
        if (is_control(c)) return true;
    }
    return false;
}

// "players.bedroom.stop[2]"
void write_path(Line& line, const KeyPath& path) {
    if (path.up == nullptr) return;
    write_path(line, *path.up);
    if (path.index >= 0) {
        line << "[" << std::int64_t{path.index} << "]";
    } else {
        line << (path.up->up == nullptr ? "" : ".") << (path.name.empty() ? "\"\"" : path.name);
    }
}

}  // namespace

ConfigurationFault ConfigurationReader::read(const Section& section, json::Item root) {
    Place place{into_};
    if (!json::IsObject(root)) {
        fail(root, KeyPath{}, "must be one JSON object");
    } else {
        (void)read_section(section, root, KeyPath{}, place);
    }
    return fault_;
}

bool ConfigurationReader::read_section(const Section& section, json::Item object,
                                       const KeyPath& path, Place& place) {
    if (!check_known(section, object, path) || !check_names(object, path)) return false;
    for (std::size_t i = 0; i < section.count; ++i) {
        const Key& key = section.keys[i];
        const json::Item value = json::GetObjectItemCaseSensitive(object, key.name);
        const KeyPath at{&path, key.name};
        if (!value && !key.required) continue;
        // A section that is missing is read as an empty one: it is its keys that are missed.
        if (!value && key.kind != Key::Kind::section) return fail(object, at, "is missing");
        if (!read_value(key, value, at, place)) return false;
    }
    return check_agreement(section, object, path, place);
}

bool ConfigurationReader::read_value(const Key& key, json::Item value, const KeyPath& path,
                                     Place& place) {
    switch (key.kind) {
        case Key::Kind::number:
            return read_number(key, value, path, place);
        case Key::Kind::flag:
            return read_flag(key, value, path, place);
        case Key::Kind::word:
            return read_word(key, value, path, place);
        case Key::Kind::text:
            return read_text(key, value, path, place);
        case Key::Kind::texts:
            return read_texts(key, value, path, place);
        case Key::Kind::pairs:
            return read_pairs(key, value, path, place);
        case Key::Kind::section:
            return fail_unless(json::IsObject(value) || !value, value, path, key) &&
                   read_section(*key.section, value, path, place);
        case Key::Kind::sections:
            return read_sections(key, value, path, place);
    }
    return false;
}

bool ConfigurationReader::read_number(const Key& key, json::Item value, const KeyPath& path,
                                      const Place& place) {
    const auto number = json::GetIntegerValue(value);
    if (!fail_unless(number.has_value(), value, path, key)) return false;
    if (*number < key.least || *number > key.most) {
        char bytes[ConfigurationFault::kMaxWhy];
        Line why(Buffer{bytes, sizeof bytes});
        why << *number << " is out of range, allowed is " << key.least << " to " << key.most;
        return fail(value, path, why.view());
    }
    key.set_number(place, *number);
    return true;
}

bool ConfigurationReader::read_flag(const Key& key, json::Item value, const KeyPath& path,
                                    const Place& place) {
    if (!fail_unless(json::IsBool(value), value, path, key)) return false;
    key.set_number(place, json::IsTrue(value) ? 1 : 0);
    return true;
}

bool ConfigurationReader::read_word(const Key& key, json::Item value, const KeyPath& path,
                                    const Place& place) {
    const json::String word = json::GetStringValue(value);
    for (std::int64_t i = 0; i < key.most; ++i) {
        if (!word || !word.equals(key.words[i])) continue;
        key.set_number(place, i);
        return true;
    }
    return fail_unless(false, value, path, key);
}

bool ConfigurationReader::read_text(const Key& key, json::Item value, const KeyPath& path,
                                    const Place& place) {
    if (!fail_unless(json::IsString(value), value, path, key)) return false;
    std::string_view text;
    if (!keep_text(value, path, text)) return false;
    const auto size = static_cast<std::int64_t>(text.size());
    if (!fail_unless(size >= key.least && size <= key.most, value, path, key)) return false;
    const Why why = key.set_text(place, text);
    return why == nullptr || fail(value, path, why);
}

bool ConfigurationReader::read_texts(const Key& key, json::Item list, const KeyPath& path,
                                     const Place& place) {
    const int size = json::GetArraySize(list);
    const bool good = json::IsArray(list) && size >= key.least && size <= key.most;
    if (!fail_unless(good, list, path, key)) return false;
    int index = 0;
    for (const json::Item element : json::ArrayForEach(list)) {
        const KeyPath at{&path, {}, index++};
        if (!json::IsString(element)) return fail(element, at, "must be a text");
        std::string_view text;
        if (!keep_text(element, at, text)) return false;
        const Why why = key.set_text(place, text);
        if (why != nullptr) return fail(element, at, why);
    }
    return true;
}

bool ConfigurationReader::read_pairs(const Key& key, json::Item object, const KeyPath& path,
                                     const Place& place) {
    const bool good = json::IsObject(object) && json::GetArraySize(object) <= key.most;
    if (!fail_unless(good, object, path, key) || !check_names(object, path)) return false;
    for (const json::Item member : json::ArrayForEach(object)) {
        const KeyPath at{&path, member.name().raw()};
        if (!json::IsString(member)) return fail(member, at, "must be a text");
        const std::string_view name = into_.strings.keep(member.name());
        if (has_control(name))
            return fail(member, at, "must have a name without control characters");
        std::string_view text;
        if (!keep_text(member, at, text)) return false;
        const Why why = key.set_pair(place, name, text);
        if (why != nullptr) return fail(member, at, why);
    }
    return true;
}

bool ConfigurationReader::read_sections(const Key& key, json::Item object, const KeyPath& path,
                                        Place& place) {
    const bool good = json::IsObject(object) && json::GetArraySize(object) <= key.most;
    if (!fail_unless(good, object, path, key) || !check_names(object, path)) return false;
    for (const json::Item member : json::ArrayForEach(object)) {
        const KeyPath at{&path, member.name().raw()};
        if (!json::IsObject(member)) return fail(member, at, "must be an object");
        const std::string_view name = into_.strings.keep(member.name());
        if (has_control(name))
            return fail(member, at, "must have a name without control characters");
        Place inside = place;
        const Why why = key.enter(inside, name);
        if (why != nullptr) return fail(member, at, why);
        if (!read_section(*key.section, member, at, inside)) return false;
    }
    return true;
}

bool ConfigurationReader::keep_text(json::Item value, const KeyPath& path, std::string_view& into) {
    into = into_.strings.keep(json::GetStringValue(value));
    return !has_control(into) || fail(value, path, "must not contain control characters");
}

// No name twice. Of the objects that come here all are short: sections have known names only.
bool ConfigurationReader::check_names(json::Item object, const KeyPath& path) {
    for (const json::Item member : json::ArrayForEach(object)) {
        for (const json::Item earlier : json::ArrayForEach(object)) {
            if (earlier.offset() == member.offset()) break;
            if (!earlier.name().equals(member.name())) continue;
            return fail(member, KeyPath{&path, member.name().raw()}, "stands here twice");
        }
    }
    return true;
}

bool ConfigurationReader::check_known(const Section& section, json::Item object,
                                      const KeyPath& path) {
    for (const json::Item member : json::ArrayForEach(object)) {
        if (find_key(section, member.name()) != nullptr) continue;
        char bytes[ConfigurationFault::kMaxWhy];
        Line why(Buffer{bytes, sizeof bytes});
        why << "is no key, allowed are: ";
        list_keys(why, section);
        return fail(member, KeyPath{&path, member.name().raw()}, why.view());
    }
    return true;
}

bool ConfigurationReader::check_agreement(const Section& section, json::Item object,
                                          const KeyPath& path, const Place& place) {
    if (section.check == nullptr) return true;
    const Disagreement found = section.check(place);
    if (found.why == nullptr) return true;
    const json::Item member = json::GetObjectItemCaseSensitive(object, found.key);
    return fail(member ? member : object, KeyPath{&path, found.key}, found.why);
}

bool ConfigurationReader::fail(json::Item at, const KeyPath& path, std::string_view why) {
    char bytes[ConfigurationFault::kMaxKey];
    Line key(Buffer{bytes, sizeof bytes});
    write_path(key, path);
    fault_.line = line_of(at);
    (void)fault_.key.assign(key.view());
    (void)fault_.why.assign(why);
    return false;
}

bool ConfigurationReader::fail_unless(bool good, json::Item at, const KeyPath& path,
                                      const Key& key) {
    if (good) return true;
    char bytes[ConfigurationFault::kMaxWhy];
    Line why(Buffer{bytes, sizeof bytes});
    describe(why, key);
    return fail(at, path, why.view());
}

// Of a member: where its name stands.
std::uint32_t ConfigurationReader::line_of(json::Item item) const {
    const json::String name = item.name();
    const std::size_t offset =
        name ? static_cast<std::size_t>(name.raw().data() - text_.data()) : item.offset();
    return json::position(text_, offset).line;
}

}  // namespace cmagent::daemon
