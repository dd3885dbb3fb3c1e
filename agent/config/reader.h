#pragma once
#include "agent/config/key.h"
#include "agent/json/read.h"

namespace cmagent::config {

// A value, and where it stands: a member of what `up` is, or an element of it. The root has nothing above it.
struct Found {
    const Found* up = nullptr;
    json::Item value;       // none: the member is not there
    std::string_view name;  // as it stands in the text
    int index = -1;         // of an element
};

// Walks over a parsed text, section by section, as the keys say. Stops at the first fault.
class ConfigurationReader {
  public:
    // `text` is what will be read from.
    ConfigurationReader(std::string_view text, Configuration& into, ConfigurationFault& fault)
        : text_(text), place_{into}, fault_(fault) {}

    void read(json::Item root);

  private:
    // All return false once a fault was found.
    bool read_section(Section section, const Found& object);
    bool read_value(const Key& key, const Found& value);
    bool read_number(const Key& key, const Found& value);
    bool read_word(const Key& key, const Found& value);
    bool read_text(const Key& key, const Found& value);
    bool read_each(const Key& key, const Found& list);
    bool read_element(const Key& key, const Found& element);

    bool keep_text(const Found& value, std::string_view& into);
    bool check_names(const Found& object);
    bool check_known(Section section, const Found& object);

    bool fail(const Found& at, std::string_view why);
    bool refuse(const Key& key, const Found& at);
    [[nodiscard]] std::uint32_t line_of(json::Item item) const;

    std::string_view text_;
    Place place_;
    ConfigurationFault& fault_;
};

}  // namespace cmagent::config
