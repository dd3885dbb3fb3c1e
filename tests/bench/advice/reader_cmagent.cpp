#include "tests/bench/advice/readers.h"

namespace cmagent::bench {
namespace {

json::Token g_tokens[json::kMaxTokens + cm::kNoteTokens];
char g_plain[256];
Facts g_facts;
std::size_t g_scratch = 0;

Facts read(std::string_view body) {
    const cm::Evaluation evaluation = cm::Evaluation::read(body, g_tokens);
    g_facts = {};
    g_facts.accepted = evaluation.error() == json::Error::none;
    CmagentReader(g_facts, Buffer{g_plain, sizeof g_plain}).read(evaluation);
    // What is written to; the notes lie behind what the largest body would need.
    const std::size_t tokens = static_cast<std::size_t>(g_tokens[0].size) + 1 + g_facts.entries;
    g_scratch = tokens * sizeof(json::Token);
    return g_facts;
}

}  // namespace

const Reader kCmagent = {"cmagent", read, [] { return g_scratch; }};

}  // namespace cmagent::bench
