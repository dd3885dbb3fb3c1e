#pragma once
// The readers that are measured: each parses a body and looks at every field of its advice and
// obligations.

#include <cstddef>
#include <string_view>

#include "tests/bench/advice/evaluation_by_cmagent.h"

namespace cmagent::bench {

// What was found. All readers must find the same.
struct Facts {
    std::size_t entries = 0;
    std::size_t texts = 0;
    std::size_t bytes = 0;
    std::size_t numbers = 0;
    bool accepted = false;  // the text as a whole

    void entry(Entry) { ++entries; }
    void text(std::string_view text) {
        ++texts;
        bytes += text.size();
    }
    void number() { ++numbers; }
    bool operator==(const Facts& other) const {
        return entries == other.entries && texts == other.texts && bytes == other.bytes &&
               numbers == other.numbers && accepted == other.accepted;
    }
};

struct Reader {
    const char* name;
    Facts (*read)(std::string_view body);
    // Memory besides heap and stack that the last read() needed.
    std::size_t (*scratch)();
    // False: only cuts the text into tokens, and finds nothing.
    bool extracts = true;
};

extern const Reader kCmagent;
#define PEER(name) extern const Reader k##name;
PEER(Jsmn)
PEER(Cjson)
PEER(JsonC)
PEER(Jansson)
PEER(Yajl)
PEER(Fastjson)
PEER(JsonParser)
PEER(Yyjson)
PEER(JsonGlib)
PEER(Rapidjson)
PEER(Simdjson)
PEER(Boost)
PEER(Jsoncpp)
PEER(Nlohmann)
#undef PEER

}  // namespace cmagent::bench
