#pragma once
#include "agent/config/place.h"
#include "agent/json/read.h"

namespace cmagent::config {

// A value of the file and its place there: a member or an element of the value `up`. The root has
// nothing above it.
struct LocatedValue {
    const LocatedValue* up = nullptr;
    json::Item value;       // none: the member is not there
    std::string_view name;  // as it stands in the text
    int index = -1;         // of an element

    // Valid as long as this is.
    [[nodiscard]] LocatedValue member(std::string_view of) const {
        return {this, json::GetObjectItemCaseSensitive(value, of), of};
    }
};

// Reads a parsed text, section by section, as the keys say. Stops at the first fault.
class ConfigurationReader {
  public:
    // `text` is the one that was parsed. `place` is that of the first player.
    ConfigurationReader(std::string_view text, const platform::Adapters& adapters,
                        const Place& place, ConfigurationFault& fault)
        : text_(text), adapters_(adapters), place_(place), fault_(fault) {}

    void read(json::Item root);

  private:
    // All return false once a fault was found.
    bool read_section(Section section, const LocatedValue& object);
    bool read_value(const Key& key, const LocatedValue& value);
    bool read_number(const Key& key, const LocatedValue& value);
    bool read_word(const Key& key, const LocatedValue& value);
    bool read_text(const Key& key, const LocatedValue& value);
    bool read_each(const Key& key, const LocatedValue& list);
    bool read_pair(const Key& key, const LocatedValue& element);
    bool read_player(const LocatedValue& player);

    bool keep_text(const LocatedValue& value, std::string_view& into);
    bool keep_name(const LocatedValue& member, std::string_view& into);
    bool check_names(const LocatedValue& object);
    bool check_known(Section section, const LocatedValue& object);
    bool check_certificate(const LocatedValue& cm);
    bool check_closed(const LocatedValue& http, const char* key, const Texts& texts,
                      bool (*opens)(std::string_view), const char* why);
    bool check_port(const LocatedValue& http);
    bool check_adapter(const LocatedValue& player);
    // other_players.cpp
    bool find_players(const LocatedValue& file);
    bool find_player(const LocatedValue& at, std::string_view name, std::uint8_t& into);

    bool fail(const LocatedValue& at, std::string_view why);
    bool fail(const LocatedValue& at, const char* why);
    bool refuse(const Key& key, const LocatedValue& at);
    // The words that a key of Kind::word or Kind::adapter takes.
    [[nodiscard]] WordList words_for(const Key& key) const;
    [[nodiscard]] std::uint32_t line_of(json::Item item) const;

    const std::string_view text_;
    const platform::Adapters& adapters_;
    Place place_;
    ConfigurationFault& fault_;
};

}  // namespace cmagent::config
