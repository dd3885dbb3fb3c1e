#pragma once
// Configurations as text, for the tests of the configuration.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "agent/config/configuration.h"
#include "platform/players/list.h"

namespace cmagent::config {

using Pointer = std::unique_ptr<Configuration>;

// One file, on a box without an environment and files.
inline ConfigurationFault parse_configuration(std::string_view text,
                                              const platform::Adapters& adapters,
                                              Configuration& into) {
    static constexpr Surroundings kNone{
        [](const char*) -> char* { return nullptr; },
        [](const char*, Buffer, std::string_view&) { return "there are no files"; }};
    const Source file[] = {{"f", text}};
    return parse_configuration(file, adapters, into, kNone);
}

// With the adapters that cmagentd has.
inline ConfigurationFault parse(std::string_view text, Configuration& into) {
    return parse_configuration(text, platform::PlayerDrivers::kAdapters, into);
}

// The adapters and their keys as a fault offers them: the build may leave some out (CMAGENT_PLAYERS).
inline std::string listed_adapters() {
    const platform::Adapters& adapters = platform::PlayerDrivers::kAdapters;
    std::string list;
    for (std::size_t i = 0; i < adapters.rows.size; ++i)
        list += (i == 0 ? "" : ", ") + std::string(nth_word(adapters.names, i));
    return list + adapters.left_out;
}
inline bool has_adapter(std::string_view name) {
    return listed_adapters().find(", " + std::string(name)) < listed_adapters().find('(');
}
inline std::string listed_adapter_keys() {
    std::string list;
    for (const auto& key : platform::PlayerDrivers::kAdapters.keys)
        list += key.name + std::string(", ");
    return list;
}

inline std::string text_of(const ConfigurationFault& fault) {
    char bytes[1024];
    return fault ? std::string(print(fault, Buffer{bytes, sizeof bytes})) : "f: ";
}

// The configuration in `text`, which is known to be good.
inline Pointer accepted(const std::string& text) {
    auto configuration = std::make_unique<Configuration>();
    const ConfigurationFault fault = parse(text, *configuration);
    EXPECT_EQ(text_of(fault), "f: ") << text;
    return configuration;
}

// What is wrong with `text`, as it is printed.
inline std::string refused(const std::string& text) {
    auto configuration = std::make_unique<Configuration>();
    return text_of(parse(text, *configuration));
}

inline const std::string kCm =
    R"("cm": {"url": "https://cm.example/v2", "applicationId": "demo-app"})";

// A good configuration with this section.
inline std::string with(const std::string& section) {
    return "{" + kCm + ", " + section + "}";
}

// A good configuration with these members of "cm".
inline std::string with_cm(const std::string& members) {
    return R"({"cm": {"url": "https://cm.example/v2", "applicationId": "demo-app", )" + members +
           "}}";
}

inline const std::string kPin = "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

// A file of the repository.
inline std::string source(const std::string& name) {
    std::ifstream in(FIXTURES "/../../" + name);
    return {std::istreambuf_iterator<char>(in), {}};
}

// The configuration that a document shows, with what it leaves open filled in.
inline std::string example_of(const std::string& document) {
    const std::string text = source(document);
    const std::size_t start = text.find("{\n  \"cm\":");
    EXPECT_NE(start, std::string::npos) << document;
    std::string example = text.substr(start, text.find("```", start) - start);
    for (const auto& [open, filled] :
         {std::pair{"sha256/<base64 of the SPKI digest>", kPin.c_str()},
          std::pair{"<its id>", "news-id"}}) {
        const std::size_t at = example.find(open);
        if (at != std::string::npos) example.replace(at, std::string_view(open).size(), filled);
    }
    return example;
}

}  // namespace cmagent::config
