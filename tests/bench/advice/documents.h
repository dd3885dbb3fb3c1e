#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace cmagent::bench {

struct Document {
    std::string name;
    std::string text;
};

// Bodies as the service sends them.
std::vector<Document> ordinary_documents();

// One with as many conflicts as fit.
std::string ordinary_of(std::size_t size);

// Of nearly that size, each made to cost as much as possible in one way.
std::vector<Document> hostile_documents(std::size_t size);

// No JSON, each for one reason.
std::vector<Document> invalid_documents();

}  // namespace cmagent::bench
