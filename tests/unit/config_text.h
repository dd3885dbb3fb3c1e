#pragma once
// Configurations as text, for the tests of the configuration.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "agent/config/configuration.h"

namespace cmagent::config {

using Pointer = std::unique_ptr<Configuration>;

inline std::string text_of(const ConfigurationFault& fault) {
    char bytes[1024];
    return std::string(print(fault, "f", Buffer{bytes, sizeof bytes}));
}

// The configuration in `text`, which is known to be good.
inline Pointer accepted(const std::string& text) {
    auto configuration = std::make_unique<Configuration>();
    const ConfigurationFault fault = parse_configuration(text, *configuration);
    EXPECT_EQ(text_of(fault), "f: ") << text;
    return configuration;
}

// What is wrong with `text`, as it is printed.
inline std::string refused(const std::string& text) {
    auto configuration = std::make_unique<Configuration>();
    return text_of(parse_configuration(text, *configuration));
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

}  // namespace cmagent::config
