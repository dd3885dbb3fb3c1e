#include "tests/bench/advice/documents.h"

#include <cstdio>
#include <fstream>
#include <sstream>

namespace cmagent::bench {
namespace {

std::string fixture(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream(FIXTURES "/" + name + ".json").rdbuf();
    return text.str();
}

// Conflicts as in 409-service-streams.json, each with an id and a code of its own.
std::string streams(std::size_t count) {
    static const char* const kMembers[] = {
        R"("metadata":{"package":"premium","show":"Friends"},"channel":"Unknown","startedAt":"2024-11-25T09:06:12.951Z","deviceName":"Unknown")",
        R"("channel":"Channel2","startedAt":"2024-11-25T09:20:00.000Z","deviceName":"Bedroom")",
        R"("channel":"Channel3","startedAt":"2024-11-25T10:00:00.000Z","deviceName":"Tablet")",
    };
    std::string text =
        R"({"associatedAdvice":[{"type":"rule-violation","message":"Number of active streams exceeded","policyName":"demo-policy","threshold":4,"ruleName":"3 streams cap","conflicts":{)";
    for (std::size_t i = 0; i < count; ++i) {
        char id[64];
        const auto number = static_cast<unsigned>(i * 2654435761u);
        std::snprintf(id, sizeof id, "%08x-6292-4357-2768-f1575e82306a", number);
        text += (i == 0 ? "\"" : ",\"") + std::string(id) + R"(":[{"terminationCode":")" +
                std::string(id, 8) + "\"," + kMembers[i % 3] +
                R"(,"applicationName":"Demo application"}])";
    }
    return text + R"(}}],"obligations":[]})";
}

}  // namespace

std::string ordinary_of(std::size_t size) {
    std::size_t count = 1;
    while (streams(count + 1).size() <= size) ++count;
    return streams(count);
}

std::vector<Document> ordinary_documents() {
    return {
        {"409-guide", fixture("409-guide")},
        {"409-service-streams", fixture("409-service-streams")},
        {"409-service-streams, 32 conflicts", streams(32)},
        {"410-service-remote-termination", fixture("410-service-remote-termination")},
    };
}

}  // namespace cmagent::bench
