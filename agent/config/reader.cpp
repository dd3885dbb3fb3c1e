#include "agent/config/reader.h"

#include "agent/base/names.h"
#include "agent/base/text_writer.h"
#include "agent/base/utf8.h"
#include "agent/config/section_keys.h"

namespace cmagent::config {
namespace {

using Kind = Key::Kind;

// The form of a value in the file.
enum class Shape : std::uint8_t { number, flag, word, text, texts, pairs, section, sections };

// The rule of each shape. "<" and ">" stand for the least and the most.
constexpr Named<Shape> kRuleRows[] = {
    {Shape::number, "must be a whole number from < to >"},
    {Shape::flag, "must be true or false"},
    {Shape::word, "must be one of: "},
    {Shape::text, "must be a text of < to > bytes"},
    {Shape::texts, "must be a list of < to > texts"},
    {Shape::pairs, "must be an object of at most > texts"},
    {Shape::section, "must be an object with keys out of: "},
    {Shape::sections, "must be an object of at most > objects"},
};
constexpr auto kRules = names_of<kRuleRows>();

Shape shape_of(Kind kind) {
    switch (kind) {
        case Kind::millis:
        case Kind::seconds:
        case Kind::count:
        case Kind::niceness:
            return Shape::number;
        case Kind::flag:
            return Shape::flag;
        case Kind::word:
        case Kind::adapter:
            return Shape::word;
        case Kind::path:
        case Kind::account:
        case Kind::rights:
        case Kind::language:
        case Kind::url:
        case Kind::application_id:
            return Shape::text;
        case Kind::pins:
        case Kind::listen_addresses:
        case Kind::origins:
        case Kind::hosts:
        case Kind::command:
            return Shape::texts;
        case Kind::applications:
        case Kind::metadata:
            return Shape::pairs;
        case Kind::section:
        case Kind::player:
            return Shape::section;
        case Kind::players:
            return Shape::sections;
    }
    return Shape::text;
}

void write(TextWriter& line, std::string_view rule, const Key& key) {
    for (const char c : rule) {
        if (c == '<') {
            line << key.lowest();
        } else if (c == '>') {
            line << key.most;
        } else {
            line << c;
        }
    }
}

// "ask, terminate-oldest"
void list_words(TextWriter& line, WordList list) {
    for (std::size_t i = 0; i < list.count; ++i) {
        line << (i == 0 ? "" : ", ") << nth_word(list.words, i);
    }
}

void list_keys(TextWriter& line, Section section, const platform::Adapters& adapters) {
    SectionKeys keys(section, adapters);
    const char* separator = "";
    while (const Key* const key = keys.next()) {
        line << separator << key->name;
        separator = ", ";
    }
    if (section == Section::player) line << adapters.left_out;
}

bool is_key(Section section, const platform::Adapters& adapters, const json::String& name) {
    SectionKeys keys(section, adapters);
    while (const Key* const key = keys.next()) {
        if (name.equals(key->name)) return true;
    }
    return false;
}

// "players.bedroom.stop[2]"
void write_path(TextWriter& line, const LocatedValue& at) {
    if (at.up == nullptr) return;
    write_path(line, *at.up);
    if (at.index >= 0) {
        line << "[" << at.index << "]";
    } else {
        line << (at.up->up == nullptr ? "" : ".") << (at.name.empty() ? "\"\"" : at.name);
    }
}

}  // namespace

void ConfigurationReader::read_part(json::Item root) {
    LocatedValue file;
    file.lay(root);
    file.value = root;
    if (!json::IsObject(root)) {
        fail(file, "must be one JSON object");
    } else {
        begin_players(place_.into, adapters_);
        (void)read_section(Section::file, file);
    }
}

void ConfigurationReader::read(const LocatedValue& root) {
    begin_players(place_.into, adapters_);
    if (!read_section(Section::file, root) || !find_players(root)) return;
    if (place_.surroundings->is_set != nullptr) tell_keys(root);
}

void ConfigurationReader::tell_keys(const LocatedValue& value) const {
    if (!value.layers.empty()) {
        LocatedValue member;
        for (Members members(value); members.next(member);) tell_keys(member);
        return;
    }
    char bytes[ConfigurationFault::kMaxKey];
    TextWriter key(bytes, WhenFull::mark);
    write_path(key, value);
    const char* file = nullptr;
    const std::uint32_t line = locate(value.value, file);
    place_.surroundings->is_set(key.view(), file, line);
}

bool ConfigurationReader::read_section(Section section, const LocatedValue& object) {
    if (!check_known(section, object) || !check_names(object)) return false;
    SectionKeys keys(section, adapters_);
    while (const Key* const key = keys.next()) {
        const LocatedValue member = object.member(key->name);
        if (!member.value && !(whole() && key->required())) continue;
        // A section that is missing is read as an empty one: the fault is then a key of its own.
        if (!member.value && key->kind != Kind::section) return fail_required(member);
        if (!read_value(*key, member)) return false;
        if (whole() && key->fixed()) note_origin(*key, member.value);
    }
    return !whole() || check_section(section, object);
}

bool ConfigurationReader::read_value(const Key& key, const LocatedValue& value) {
    switch (shape_of(key.kind)) {
        case Shape::number:
            return read_number(key, value);
        case Shape::flag:
            if (!json::IsBool(value.value)) return refuse(key, value);
            put_number(key, place_, json::IsTrue(value.value) ? 1 : 0);
            return true;
        case Shape::word:
            return read_word(key, value);
        case Shape::text:
            return read_text(key, value);
        case Shape::texts:
        case Shape::pairs:
        case Shape::sections:
            return read_each(key, value);
        case Shape::section:
            if (value.value && !json::IsObject(value.value)) return refuse(key, value);
            return read_section(key.keys(), value);
    }
    return false;
}

bool ConfigurationReader::read_number(const Key& key, const LocatedValue& value) {
    const auto number = json::GetIntegerValue(value.value);
    if (!number) return refuse(key, value);
    if (*number < key.lowest() || *number > key.most) {
        char bytes[ConfigurationFault::kMaxWhy];
        TextWriter why(bytes, WhenFull::mark);
        why << *number;
        write(why, " is out of range, allowed is < to >", key);
        return fail(value, why.view());
    }
    put_number(key, place_, *number);
    return true;
}

bool ConfigurationReader::read_word(const Key& key, const LocatedValue& value) {
    const json::String word = json::GetStringValue(value.value);
    const WordList list = words_for(key);
    for (std::size_t i = 0; i < list.count; ++i) {
        if (!word.equals(nth_word(list.words, i))) continue;
        put_number(key, place_, static_cast<std::int64_t>(i));
        return true;
    }
    return refuse(key, value);
}

bool ConfigurationReader::read_text(const Key& key, const LocatedValue& value) {
    if (!json::IsString(value.value)) return refuse(key, value);
    std::string_view text;
    if (!keep_text(value, text)) return false;
    if (text.size() < key.least || text.size() > key.most) return refuse(key, value);
    const BrokenRule why = put_text(key, place_, {}, text);
    return why == nullptr || fail(value, why);
}

// The name of the file as it is kept.
void ConfigurationReader::note_origin(const Key& key, json::Item value) {
    const char* name = nullptr;
    Origin& origin = place_.into.fixed[place_of_fixed(key)];
    origin.line = locate(value, name);
    for (std::size_t i = 0; i < files_.size; ++i) {
        if (files_[i].name == name) origin.file = place_.into.files[i];
    }
}

// Of a list or an object, each element.
bool ConfigurationReader::read_each(const Key& key, const LocatedValue& list) {
    const bool array = shape_of(key.kind) == Shape::texts;
    const bool right_kind = array ? json::IsArray(list.value) : json::IsObject(list.value);
    if (!right_kind) return refuse(key, list);
    if (!array) return read_members(key, list);
    const auto size = static_cast<std::uint32_t>(json::GetArraySize(list.value));
    if (size < key.least || size > key.most) return refuse(key, list);
    begin_list(key, place_);
    const char* const kept = place_.into.strings.end();
    int index = 0;
    for (const json::Item item : json::ArrayForEach(list.value)) {
        if (!read_pair(key, {&list, {}, index++, item})) return false;
    }
    if (key.kind == Kind::command) {
        // Nothing else was kept meanwhile: the words of the command lie one behind the other.
        const auto bytes = static_cast<std::size_t>(place_.into.strings.end() - kept);
        place_.adapter_settings().set(key.to, {{kept, bytes - 1}, size});
    }
    return true;
}

bool ConfigurationReader::read_members(const Key& key, const LocatedValue& object) {
    if (!check_names(object)) return false;
    LocatedValue member;
    std::uint32_t count = 0;
    for (Members members(object); members.next(member);) {
        if (++count > key.most) return refuse(key, object);
        const bool read = key.kind == Kind::players ? read_player(member) : read_pair(key, member);
        if (!read) return false;
    }
    return true;
}

// A text of a list, or of an object: with a name there.
bool ConfigurationReader::read_pair(const Key& key, const LocatedValue& element) {
    if (!json::IsString(element.value)) return fail(element, "must be a text");
    std::string_view name;
    std::string_view text;
    if (element.index < 0 && !keep_name(element, name)) return false;
    if (!keep_text(element, text)) return false;
    const bool program = key.kind == Kind::command && element.index == 0;
    const BrokenRule why =
        program && text.empty() ? "must name a program" : put_text(key, place_, name, text);
    return why == nullptr || fail(element, why);
}

bool ConfigurationReader::read_player(const LocatedValue& player) {
    if (!json::IsObject(player.value)) return fail(player, "must be an object");
    std::string_view name;
    if (!keep_name(player, name)) return false;
    const BrokenRule why = add_player(place_, name);
    if (why != nullptr) return fail(player, why);
    const bool read = read_section(Section::player, player);
    place_.player = 0;
    return read;
}

bool ConfigurationReader::keep_text(const LocatedValue& value, std::string_view& into) {
    into = place_.into.strings.keep(json::GetStringValue(value.value));
    return !has_control(into) || fail(value, "must not contain control characters");
}

bool ConfigurationReader::keep_name(const LocatedValue& member, std::string_view& into) {
    into = place_.into.strings.keep(member.value.name());
    return !has_control(into) || fail(member, "must have a name without control characters");
}

// No name may stand twice. All objects that are checked are short: sections have known names only.
bool ConfigurationReader::check_names(const LocatedValue& object) {
    for (const json::Item member : json::ArrayForEach(object.value)) {
        for (const json::Item earlier : json::ArrayForEach(object.value)) {
            if (earlier.offset() == member.offset()) break;
            if (!earlier.name().equals(member.name())) continue;
            return fail({&object, member.name().raw(), -1, member}, "stands here twice");
        }
    }
    return true;
}

bool ConfigurationReader::check_known(Section section, const LocatedValue& object) {
    for (const json::Item member : json::ArrayForEach(object.value)) {
        if (is_key(section, adapters_, member.name())) continue;
        char bytes[ConfigurationFault::kMaxWhy];
        TextWriter why(bytes, WhenFull::mark);
        why << "is no key, allowed are: ";
        list_keys(why, section, adapters_);
        return fail({&object, member.name().raw(), -1, member}, why.view());
    }
    return true;
}

bool ConfigurationReader::fail(const LocatedValue& at, const char* why) {
    return fail(at, std::string_view(why));
}

// A member that is missing has the line of the object where it should stand.
bool ConfigurationReader::fail(const LocatedValue& at, std::string_view why) {
    char bytes[ConfigurationFault::kMaxKey];
    TextWriter key(bytes, WhenFull::mark);
    write_path(key, at);
    fault_.line = locate(at.value || at.up == nullptr ? at.value : at.up->value, fault_.file);
    (void)fault_.key.assign(key.view());
    (void)fault_.why.assign(why);
    return false;
}

bool ConfigurationReader::refuse(const Key& key, const LocatedValue& at) {
    char bytes[ConfigurationFault::kMaxWhy];
    TextWriter why(bytes, WhenFull::mark);
    const Shape shape = shape_of(key.kind);
    write(why, kRules[shape], key);
    if (shape == Shape::word) list_words(why, words_for(key));
    if (key.kind == Kind::adapter) why << adapters_.left_out;
    if (shape == Shape::section) list_keys(why, key.keys(), adapters_);
    return fail(at, why.view());
}

WordList ConfigurationReader::words_for(const Key& key) const {
    if (key.kind == Kind::adapter) return {adapters_.names, adapters_.rows.size};
    return words_of(key.enumeration());
}

// The line of a member is that of its name; without a value, the first of the last file.
std::uint32_t ConfigurationReader::locate(json::Item item, const char*& file) const {
    const json::String name = item.name();
    const char* const at = name ? name.raw().data() : item.raw().data();
    const Source* source = files_.end() - 1;
    while (at != nullptr && at < source->text.data()) --source;
    file = source->name;
    const auto offset = at == nullptr ? 0 : static_cast<std::size_t>(at - source->text.data());
    return json::position(source->text, offset).line;
}

}  // namespace cmagent::config
