// The documents that show the configuration: what they show is accepted, and the contract names every key.
#include "agent/config/key.h"
#include "agent/json/read.h"
#include "tests/unit/config_text.h"

namespace cmagent::config {
namespace {

class ConfigurationDocument : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(All, ConfigurationDocument,
                         testing::Values("README.md", "agent/ui/contract.md"));

TEST_P(ConfigurationDocument, ShowsAConfigurationThatIsAccepted) {
    accepted(example_of(GetParam()));
}

// The member of an object; none where it is not there.
json::Item member(json::Item object, std::string_view name) {
    return json::GetObjectItemCaseSensitive(object, name);
}

TEST(ConfigurationContract, ShowsEveryKey) {
    const std::string example = example_of("agent/ui/contract.md");
    json::Token tokens[1024];
    const json::Parsed parsed = json::parse(example, tokens);
    ASSERT_TRUE(parsed);
    std::size_t sections = 0;
    for (const Key& section : keys()) {
        if (section.section != Section::file) continue;
        const json::Item object = member(parsed.root, section.name);
        EXPECT_TRUE(object) << section.name;
        ++sections;
        for (const Key& key : keys()) {
            // A document shows some players only, each with the keys that it needs.
            if (section.kind == Key::Kind::players || key.section != section.keys()) continue;
            EXPECT_TRUE(member(object, key.name)) << section.name << "." << key.name;
        }
    }
    EXPECT_EQ(sections, 10U);
}

TEST(ConfigurationContract, NamesEveryAdapterWithItsKeys) {
    const std::string document = source("agent/ui/contract.md");
    const auto names = [&document](const std::string& word) {
        return document.find("`" + word + "`") != std::string::npos ||
               document.find("\"" + word + "\"") != std::string::npos;
    };
    const platform::Adapters& adapters = platform::PlayerDrivers::kAdapters;
    for (std::size_t i = 0; i < adapters.rows.size; ++i) {
        const std::string name(nth_word(adapters.names, i));
        EXPECT_TRUE(names(name)) << name;
    }
    for (const platform::Adapters::Key& key : adapters.keys) {
        EXPECT_TRUE(names(key.name)) << key.name;
    }
}

TEST(ConfigurationContract, NamesEveryWord) {
    const std::string document = source("agent/ui/contract.md");
    for (const Key& key : keys()) {
        if (key.kind != Key::Kind::word) continue;
        const WordList list = words_of(key.enumeration());
        for (std::size_t i = 0; i < list.count; ++i) {
            const std::string word = "`" + std::string(nth_word(list.words, i)) + "`";
            EXPECT_NE(document.find(word), std::string::npos) << key.name << ": " << word;
        }
    }
}

TEST(ConfigurationDocuments, ThePackagedFileIsAccepted) {
    accepted(source("platform/packaging/cmagent.json"));
}

}  // namespace
}  // namespace cmagent::config
