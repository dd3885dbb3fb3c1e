#pragma once
// A body of CM as it was published, by its name in tests/fixtures.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace cmagent {

inline std::string fixture(const std::string& name) {
    std::ifstream file(std::string(FIXTURES) + "/" + name + ".json");
    EXPECT_TRUE(file.is_open()) << name;
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace cmagent
