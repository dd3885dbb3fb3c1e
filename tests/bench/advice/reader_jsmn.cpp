// Stock jsmn at one call site: only tokens, and no validation. What the tokenizer of agent/json is
// measured by.

#define JSMN_STATIC
#include <jsmn.h>
//
#include "tests/bench/advice/readers.h"

namespace cmagent::bench {
namespace {

jsmntok_t g_tokens[json::kMaxTokens];
std::size_t g_scratch = 0;

Facts read(std::string_view body) {
    jsmn_parser parser;
    jsmn_init(&parser);
    const int count = jsmn_parse(&parser, body.data(), body.size(), g_tokens, json::kMaxTokens);
    Facts facts;
    facts.accepted = count > 0;
    facts.entries = facts.accepted ? static_cast<std::size_t>(count) : 0;
    g_scratch = facts.entries * sizeof(jsmntok_t);
    return facts;
}

}  // namespace

const Reader kJsmn = {"jsmn (tokens only)", read, [] { return g_scratch; }, false};

}  // namespace cmagent::bench
