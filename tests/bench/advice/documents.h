#pragma once
#include <string>
#include <vector>

namespace cmagent::bench {

struct Document {
    std::string name;
    std::string text;
};

// Bodies as the service sends them.
std::vector<Document> ordinary_documents();

// 64 KiB each: the first an ordinary one, the others made to cost as much as possible.
std::vector<Document> large_documents();

}  // namespace cmagent::bench
