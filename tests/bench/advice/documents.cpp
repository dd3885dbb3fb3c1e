#include "tests/bench/advice/documents.h"

#include <cstdio>
#include <fstream>
#include <sstream>

#include "agent/json/read.h"

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

std::string filled(const std::string& piece) {
    std::string text;
    while (text.size() + piece.size() <= json::kMaxText) text += piece;
    return text;
}

std::string keys(int count) {
    static const char kDigits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    std::string text = "{";
    for (int i = 0; i < count; ++i) {
        if (i > 0) text += ",";
        text += {'"', kDigits[i / 1296 % 36], kDigits[i / 36 % 36], kDigits[i % 36], '"', ':', '1'};
    }
    return text + "}";
}

std::string ordinary_of_64_kib() {
    std::size_t count = 1;
    while (streams(count + 1).size() <= json::kMaxText) ++count;
    return streams(count);
}

std::string deep_again_and_again() {
    const std::string one = std::string(63, '[') + "0" + std::string(63, ']') + ",";
    std::string text = "[";
    while (text.size() + one.size() + 2 <= json::kMaxText) text += one;
    return text + "0]";
}

}  // namespace

std::vector<Document> ordinary_documents() {
    return {
        {"409-guide", fixture("409-guide")},
        {"409-service-streams", fixture("409-service-streams")},
        {"409-service-streams, 32 conflicts", streams(32)},
        {"410-service-remote-termination", fixture("410-service-remote-termination")},
    };
}

std::vector<Document> large_documents() {
    return {
        {"409-service-streams, 64 KiB", ordinary_of_64_kib()},
        {"[", filled("[")},
        {":,", filled(":,")},
        {"{\"a\":", filled("{\"a\":")},
        {"8,000 keys", keys(8000)},
        {"[0,0,0…", "[0" + filled(",0").substr(0, json::kMaxText - 4) + "]"},
        {"[[],[],[]…", "[[]" + filled(",[]").substr(0, (json::kMaxText - 6) / 3 * 3) + "]"},
        {"63 levels, again and again", deep_again_and_again()},
        {"\\u0041\\u0041…", "\"" + filled("\\u0041").substr(0, json::kMaxText / 6 * 6 - 6) + "\""},
        {"white space", "[" + std::string(json::kMaxText - 2, '\n') + "]"},
    };
}

}  // namespace cmagent::bench
