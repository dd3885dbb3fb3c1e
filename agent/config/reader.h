#pragma once
#include "agent/config/located_value.h"
#include "agent/config/place.h"

namespace cmagent::config {

// Reads parsed texts, section by section, as the keys say. Stops at the first fault.
class ConfigurationReader {
  public:
    // `files` are those that were parsed. `place` is that of the first player.
    ConfigurationReader(Span<const Source> files, const platform::Adapters& adapters,
                        const Place& place, ConfigurationFault& fault)
        : files_(files), adapters_(adapters), place_(place), fault_(fault) {}

    // One file by itself: known names, types and ranges.
    void read_part(json::Item root);
    // What all files come to, and what only that can be held to.
    void read(const LocatedValue& root);

  private:
    [[nodiscard]] bool whole() const { return place_.surroundings != nullptr; }

    // All return false once a fault was found.
    bool read_section(Section section, const LocatedValue& object);
    bool read_value(const Key& key, const LocatedValue& value);
    bool read_number(const Key& key, const LocatedValue& value);
    bool read_word(const Key& key, const LocatedValue& value);
    bool read_text(const Key& key, const LocatedValue& value);
    void note_origin(const Key& key, json::Item value);
    bool read_each(const Key& key, const LocatedValue& list);
    bool read_members(const Key& key, const LocatedValue& object);
    bool read_pair(const Key& key, const LocatedValue& element);
    bool read_player(const LocatedValue& player);

    bool keep_text(const LocatedValue& value, std::string_view& into);
    bool keep_name(const LocatedValue& member, std::string_view& into);
    bool check_section(Section section, const LocatedValue& object);
    bool check_names(const LocatedValue& object);
    bool check_known(Section section, const LocatedValue& object);
    bool check_certificate(const LocatedValue& cm);
    bool check_closed(const LocatedValue& http, const char* key, const Texts& texts,
                      bool (*opens)(std::string_view), const char* why);
    bool check_port(const LocatedValue& http);
    bool check_adapter(const LocatedValue& player);
    bool read_device_id(const LocatedValue& device);
    // other_players.cpp
    bool find_players(const LocatedValue& file);
    bool find_player(const LocatedValue& at, std::string_view name, std::uint8_t& into);

    void tell_keys(const LocatedValue& value) const;
    bool fail_required(const LocatedValue& member);
    bool fail(const LocatedValue& at, std::string_view why);
    bool fail(const LocatedValue& at, const char* why);
    bool refuse(const Key& key, const LocatedValue& at);
    // The words that a key of Kind::word or Kind::adapter takes.
    [[nodiscard]] WordList words_for(const Key& key) const;
    // The line of a value, and the file.
    [[nodiscard]] std::uint32_t locate(json::Item item, const char*& file) const;

    const Span<const Source> files_;
    const platform::Adapters& adapters_;
    Place place_;
    ConfigurationFault& fault_;
};

}  // namespace cmagent::config
