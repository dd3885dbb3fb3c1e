#pragma once
#include "agent/daemon/configuration_key.h"
#include "agent/json/read.h"

namespace cmagent::daemon {

// Where a value stands: a member of what `up` is, or an element of it. The root has nothing above it.
struct KeyPath {
    const KeyPath* up = nullptr;
    std::string_view name;  // as it stands in the text
    int index = -1;         // of an element
};

// Walks over a parsed text, section by section, as the keys say. Stops at the first fault.
class ConfigurationReader {
  public:
    // `text` is what `root` was parsed from.
    ConfigurationReader(std::string_view text, Configuration& into) : text_(text), into_(into) {}

    [[nodiscard]] ConfigurationFault read(const Section& section, json::Item root);

  private:
    // All return false once a fault was found. An item may be none: the member is not there.
    bool read_section(const Section& section, json::Item object, const KeyPath& path, Place& place);
    bool read_value(const Key& key, json::Item value, const KeyPath& path, Place& place);
    bool read_number(const Key& key, json::Item value, const KeyPath& path, const Place& place);
    bool read_flag(const Key& key, json::Item value, const KeyPath& path, const Place& place);
    bool read_word(const Key& key, json::Item value, const KeyPath& path, const Place& place);
    bool read_text(const Key& key, json::Item value, const KeyPath& path, const Place& place);
    bool read_texts(const Key& key, json::Item list, const KeyPath& path, const Place& place);
    bool read_pairs(const Key& key, json::Item object, const KeyPath& path, const Place& place);
    bool read_sections(const Key& key, json::Item object, const KeyPath& path, Place& place);

    bool keep_text(json::Item value, const KeyPath& path, std::string_view& into);
    bool check_names(json::Item object, const KeyPath& path);
    bool check_known(const Section& section, json::Item object, const KeyPath& path);
    bool check_agreement(const Section& section, json::Item object, const KeyPath& path,
                         const Place& place);

    bool fail(json::Item at, const KeyPath& path, std::string_view why);
    bool fail_unless(bool good, json::Item at, const KeyPath& path, const Key& key);
    [[nodiscard]] std::uint32_t line_of(json::Item item) const;

    std::string_view text_;
    Configuration& into_;
    ConfigurationFault fault_;
};

}  // namespace cmagent::daemon
