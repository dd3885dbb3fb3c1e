// cmagent.json(5)

#include <cstdio>
#include <cstdlib>
#include <map>

#include "agent/config/key.h"
#include "platform/players/list.h"
#include "tests/documents/manual/key_texts.h"
#include "tests/documents/manual/pages.h"

namespace cmagent::manual {
namespace {

using config::Key;
using config::Section;

const config::Configuration g_defaults;

template <class Type>
const Type& default_of(const Key& key) {
    return *reinterpret_cast<const Type*>(reinterpret_cast<const char*>(&g_defaults) + key.to);
}

std::string range(std::int64_t least, std::int64_t most) {
    return std::to_string(least) + " to " + std::to_string(most);
}

std::string quoted(std::string_view text) {
    return text.empty() ? "none" : '"' + std::string(text) + '"';
}

std::string octal(std::size_t number) {
    char text[8];
    std::snprintf(text, sizeof text, "%04zo", number);
    return text;
}

std::string words(const char* list, std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i)
        all += (i == 0 ? "" : i + 1 == count ? " or " : ", ") + std::string(nth_word(list, i));
    return all;
}

// "A whole number from 100 to 120000; default 5000."
std::string form_of(const Key& key) {
    const std::string lengths = " of " + range(key.least, key.most);
    switch (key.kind) {
        case Key::Kind::millis:
            return "Milliseconds, " + range(key.least, key.most) + "; default " +
                   std::to_string(default_of<Millis>(key));
        case Key::Kind::seconds:
            return "Seconds, " + range(key.least, key.most) + "; default " +
                   std::to_string(default_of<Millis>(key) / kSecond);
        case Key::Kind::count:
            return "A number, " + range(key.least, key.most) + "; default " +
                   std::to_string(default_of<std::size_t>(key));
        case Key::Kind::niceness:
            return "A number, " + range(key.lowest(), key.most) + "; default " +
                   std::to_string(default_of<std::int8_t>(key));
        case Key::Kind::flag:
            return std::string("true or false; default ") +
                   (default_of<bool>(key) ? "true" : "false");
        case Key::Kind::word: {
            const config::WordList list = words_of(key.enumeration());
            return words(list.words, list.count) + "; default " +
                   std::string(nth_word(list.words, default_of<std::uint8_t>(key)));
        }
        case Key::Kind::adapter: {
            const platform::Adapters& adapters = platform::PlayerDrivers::kAdapters;
            return words(adapters.names, adapters.rows.size) + "; default " +
                   std::string(nth_word(adapters.names, 0));
        }
        case Key::Kind::path:
        case Key::Kind::account:
            return "A text" + lengths + " bytes; default " + quoted(default_of<const char*>(key));
        case Key::Kind::rights:
            return "Four octal digits; default " + quoted(octal(default_of<std::size_t>(key)));
        case Key::Kind::language:
            return "A language tag; default " + quoted(default_of<std::string_view>(key));
        case Key::Kind::url:
        case Key::Kind::application_id:
            return "A text" + lengths + " bytes";
        case Key::Kind::pins:
        case Key::Kind::listen_addresses:
        case Key::Kind::origins:
        case Key::Kind::hosts: {
            return "A list" + lengths + " texts";
        }
        case Key::Kind::applications:
        case Key::Kind::metadata:
            return "An object of " + std::to_string(key.most) + " texts at the most";
        case Key::Kind::command:
        case Key::Kind::section:
        case Key::Kind::player:
        case Key::Kind::players:
            break;
    }
    std::fprintf(stderr, "manual: no words for the kind of %s\n", key.name);
    std::exit(1);
}

std::string form_of(const platform::Adapters::Key& key) {
    switch (key.kind) {
        case platform::AdapterKey::Kind::number:
            return "A number, " + range(key.least, key.most) + "; default " +
                   std::to_string(key.otherwise);
        case platform::AdapterKey::Kind::flag:
            return std::string("true or false; default ") + (key.otherwise != 0 ? "true" : "false");
        case platform::AdapterKey::Kind::text:
        case platform::AdapterKey::Kind::place:
            return "A text of " + range(key.least, key.most) + " bytes";
        case platform::AdapterKey::Kind::command:
            return "A list of " + range(key.least, key.most) + " texts";
        case platform::AdapterKey::Kind::player:
            return "The name of one of players";
    }
    return "";
}

// The names of the adapters whose bit is set.
std::string adapters_of(std::uint16_t bits) {
    const platform::Adapters& adapters = platform::PlayerDrivers::kAdapters;
    if (bits + 1U == 1U << adapters.rows.size) return "any";
    std::string names;
    for (std::size_t i = 0; i < adapters.rows.size; ++i)
        if ((bits >> i & 1U) != 0)
            names += (names.empty() ? "" : ", ") + std::string(nth_word(adapters.names, i));
    return names;
}

class Texts {
  public:
    Texts() {
        for (const KeyText& row : kKeyTexts) texts_[row.key] = row.text;
    }
    std::string take(const std::string& key) {
        const auto found = texts_.find(key);
        if (found == texts_.end()) fail(key, "has no text");
        const std::string text = found->second;
        texts_.erase(found);
        return text;
    }
    void end() const {
        if (!texts_.empty()) fail(texts_.begin()->first, "is no key any more");
    }

  private:
    [[noreturn]] static void fail(const std::string& key, const char* why) {
        std::fprintf(stderr, "tests/documents/manual/key_texts.h: %s %s\n", key.c_str(), why);
        std::exit(1);
    }
    std::map<std::string, std::string> texts_;
};

void add_adapter_keys(Page& page, Texts& texts) {
    for (const platform::Adapters::Key& key : platform::PlayerDrivers::kAdapters.keys) {
        std::string text = texts.take("player." + std::string(key.name)) + ' ' + form_of(key) +
                           ". Adapters: " + adapters_of(key.takers);
        if (key.requirers != 0) text += "; required by " + adapters_of(key.requirers);
        page.item(key.name, "", text + '.');
    }
}

void add_section(Page& page, Texts& texts, const Key& section) {
    page.heading(section.kind == Key::Kind::section ? section.name : "player, and each of players");
    if (section.kind == Key::Kind::player)
        page.paragraph(
            "\"player\" is the default, which a start without a player means; \"players\" has up "
            "to " +
            std::to_string(core::kMaxPlayers - 1) +
            " others by their names. A change takes effect after a restart, but for the times, "
            "exclusive and requireClientKey.");
    for (const Key& key : config::keys()) {
        if (key.section != section.keys()) continue;
        std::string text =
            texts.take(std::string(section.name) + '.' + key.name) + ' ' + form_of(key) + '.';
        if (key.required()) text += " Required.";
        if (key.fixed()) text += " A change takes effect after a restart.";
        page.item(key.name, "", text);
        if (key.kind == Key::Kind::adapter) add_adapter_keys(page, texts);
    }
}

}  // namespace

std::string configuration_page() {
    Page page("cmagent.json", 5, "configuration of cmagentd");
    page.heading("Description");
    page.paragraph(
        "JSON files, merged in this order; each may be missing, but not all (cmagentd(8), "
        "--config, names "
        "others):");
    page.item("1.", "", "@CMAKE_INSTALL_PREFIX@/lib/cmagent/cmagent.json, the vendor's");
    page.item("2.", "", "@CMAKE_INSTALL_FULL_SYSCONFDIR@/cmagent/cmagent.json, the device's");
    page.item("3.", "",
              "@CMAKE_INSTALL_FULL_SYSCONFDIR@/cmagent/conf.d/*.json, in the order of their names");
    page.paragraph(
        "Objects are merged key by key; everything else replaces what was there; null gives the "
        "default back. An unknown key, a wrong type or a value out of range names the file, the "
        "line and what "
        "is allowed, and nothing starts half-configured. \"cmagentd --check-config\" says what a "
        "start would "
        "find wrong, \"cmagentd --print-config\" what all files come to. SIGHUP reads them again.");
    page.paragraph(
        "Names of files may begin with a variable of the environment, alone or up to a slash: "
        "$CREDENTIALS_DIRECTORY/tokens.");
    page.paragraph("The least that a box needs:");
    page.example(
        "{\"cm\": {\"url\": \"https://streams.adobeprimetime.com/v2\", \"applicationId\": "
        "\"YOUR-ID\"}}");
    Texts texts;
    for (const Key& key : config::keys()) {
        if (key.section == Section::file && key.kind != Key::Kind::players)
            add_section(page, texts, key);
    }
    texts.end();
    page.see_also("cmagentd(8) cmagentctl(1)");
    return page.text();
}

}  // namespace cmagent::manual
