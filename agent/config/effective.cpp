#include "agent/config/effective.h"

#include "agent/base/text_writer.h"
#include "agent/config/key.h"
#include "agent/config/section_keys.h"
#include "agent/json/write.h"

namespace cmagent::config {
namespace {

using C = Configuration;
using K = Key::Kind;

constexpr std::string_view kSet = "<set>";

class Printer {
  public:
    Printer(const C& from, const platform::Adapters& adapters, json::Writer& out)
        : from_(from), adapters_(adapters), out_(out) {}

    void print(const Key& key);

  private:
    // The member that a key's value was put to. T is the type that the key's kind says.
    template <class T>
    [[nodiscard]] const T& member(const Key& key) const {
        return *reinterpret_cast<const T*>(reinterpret_cast<const char*>(&from_) + key.to +
                                           player_ * sizeof(core::PlayerSettings));
    }
    [[nodiscard]] const platform::AdapterSettings& adapter() const {
        return from_.adapters[player_];
    }

    void section(Section section);
    void value(const Key& key);
    void of_adapter(const Key& key);
    void path(std::string_view text);
    void url();
    void rights(std::size_t rights);
    void texts(const Texts& texts);
    void applications();
    void players();

    const C& from_;
    const platform::Adapters& adapters_;
    json::Writer& out_;
    std::size_t player_ = 0;
};

void Printer::print(const Key& key) {
    if (key.kind == K::metadata) return;
    if (key.section == Section::adapter) return of_adapter(key);
    out_.key(key.name);
    value(key);
}

void Printer::section(Section section) {
    out_.begin_object();
    SectionKeys keys(section, adapters_);
    while (const Key* const key = keys.next()) print(*key);
    out_.end_object();
}

void Printer::value(const Key& key) {
    switch (key.kind) {
        case K::millis:
            return void(out_.number(member<Millis>(key)));
        case K::seconds:
            return void(out_.number(member<Millis>(key) / kSecond));
        case K::count:
            return void(out_.number(static_cast<std::int64_t>(member<std::size_t>(key))));
        case K::niceness:
            return void(out_.number(member<std::int8_t>(key)));
        case K::flag:
            return void(out_.boolean(member<bool>(key)));
        case K::word:
            return void(out_.string(
                nth_word(words_of(key.enumeration()).words, member<std::uint8_t>(key))));
        case K::adapter:
            return void(out_.string(nth_word(adapters_.names, adapter().adapter())));
        case K::path:
        case K::account:
            return void(out_.string(std::string_view(member<const char*>(key))));
        case K::rights:
            return rights(member<std::size_t>(key));
        case K::language:
            return void(out_.string(member<std::string_view>(key)));
        case K::url:
            return url();
        case K::application_id:
            return void(out_.string(kSet));
        case K::applications:
            return applications();
        case K::section:
        case K::player:
            return section(key.keys());
        case K::players:
            return players();
        default:
            return texts(member<Texts>(key));
    }
}

// A key that the adapter does not take has no value, nor has a text that was not given.
void Printer::of_adapter(const Key& key) {
    const platform::Adapters::Key& row = adapters_.keys[key.to];
    const platform::AdapterValue& value = adapter().value(key.to);
    const bool is_text = key.kind == K::path || key.kind == K::command;
    if ((row.takers >> adapter().adapter() & 1U) == 0 || (is_text && value.text.empty())) return;
    out_.key(key.name);
    if (key.kind == K::flag) {
        out_.boolean(value.number != 0);
    } else if (key.kind == K::count) {
        out_.number(value.number);
    } else if (key.kind == K::path) {
        path(value.text);
    } else {
        out_.begin_array().string(slice(value.text, 0, value.text.find('\0')));
        for (std::uint32_t word = 1; word < value.number; ++word) out_.string(kSet);
        out_.end_array();
    }
}

// Where a player is; of an address the query may be a credential (Thunder's `?token=`).
void Printer::path(std::string_view text) {
    const std::size_t query = text.find('?');
    if (query == std::string_view::npos) return void(out_.string(text));
    char bytes[kMaxPath + 8];
    TextWriter shown(bytes);
    shown << slice(text, 0, query) << '?' << kSet;
    out_.string(shown.view());
}

void Printer::url() {
    const cm::Endpoint& cm = from_.endpoint;
    const bool brackets = cm.host.find(':') != std::string_view::npos;
    char bytes[kMaxUrl + 8];  // with a port that it leaves out
    TextWriter url(bytes);
    url << (cm.tls ? "https://" : "http://") << (brackets ? "[" : "") << cm.host
        << (brackets ? "]" : "") << ':' << cm.port << cm.base_path;
    out_.string(url.view());
}

void Printer::rights(std::size_t rights) {
    char digits[4];
    for (std::size_t i = 0; i < sizeof digits; ++i)
        digits[i] = static_cast<char>('0' + (rights >> (9 - 3 * i) & 7));
    out_.string(std::string_view{digits, sizeof digits});
}

void Printer::texts(const Texts& texts) {
    out_.begin_array();
    for (const std::string_view text : texts) out_.string(text);
    out_.end_array();
}

void Printer::applications() {
    out_.begin_object();
    for (std::size_t i = 1; i < from_.settings.application_count; ++i)
        out_.key(from_.settings.applications[i].name.view()).string(kSet);
    out_.end_object();
}

void Printer::players() {
    out_.begin_object();
    for (player_ = 1; player_ < from_.settings.player_count; ++player_) {
        out_.key(from_.settings.players[player_].name.view());
        section(Section::player);
    }
    player_ = 0;
    out_.end_object();
}

}  // namespace

std::string_view print_section(const Configuration& from, const platform::Adapters& adapters,
                               std::size_t number, Buffer into) {
    for (const Key& key : keys()) {
        if (key.section != Section::file || number-- > 0) continue;
        json::Writer out(into);
        out.begin_object();
        Printer(from, adapters, out).print(key);
        out.end_object();
        const std::string_view object = out.view();
        return slice(object, 1, object.size() - 2);
    }
    return {};
}

}  // namespace cmagent::config
