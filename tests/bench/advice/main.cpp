// What measure.py asks of one reader; each answer is lines of tab-separated fields.
//   advice_READER name        of the library
//   advice_READER found       document, what was found in it
//   advice_READER time        document, bytes, nanoseconds a reading
//   advice_READER count       document, bytes, instructions a reading
//   advice_READER hostile     document, bytes and instructions, both of half the size
//   advice_READER invalid     document, whether it is accepted
//   memory_READER memory      document, allocations, bytes of heap, scratch and stack
// Instructions are read in the file that the environment's BENCH_COUNTS names: see ../counter.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "agent/json/read.h"
#include "tests/bench/advice/documents.h"
#include "tests/bench/advice/memory.h"
#include "tests/bench/advice/readers.h"
#include "tests/bench/counter/counter.h"

namespace cmagent::bench {
namespace {

const Reader& kReader = READER;

void read_often(const std::string& text, int times) {
    for (int i = 0; i < times; ++i) {
        const Facts facts = kReader.read(text);
        asm volatile("" : : "r"(&facts) : "memory");
    }
}

double nanoseconds(const std::string& text, int times) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point begun = Clock::now();
    read_often(text, times);
    return std::chrono::duration<double, std::nano>(Clock::now() - begun).count() / times;
}

void print_times(const std::vector<Document>& documents) {
    constexpr int kRounds = 10;
    for (const Document& document : documents) {
        const int times = static_cast<int>(400'000 / document.text.size()) + 1;
        double best = 1e12;
        for (int round = 0; round < kRounds; ++round) {
            best = std::min(best, nanoseconds(document.text, times));
        }
        std::printf("%s\t%zu\t%.1f\n", document.name.c_str(), document.text.size(), best);
    }
}

// All readers must find the same, else what they cost cannot be compared.
void print_found(const std::vector<Document>& documents) {
    for (const Document& document : documents) {
        const Facts found = kReader.read(document.text);
        std::printf("%s\t%d accepted, %zu entries, %zu texts of %zu bytes, %zu numbers\n",
                    document.name.c_str(), found.accepted, found.entries, found.texts, found.bytes,
                    found.numbers);
    }
}

// Of one reading, once the reader's own memory is warm: what two take more than one.
long long instructions(const std::string& text) {
    static const volatile Counts* const counts = counts_of_this_program();
    read_often(text, 1);
    const long long begun = instructions_of(counts);
    read_often(text, 1);
    const long long once = instructions_of(counts);
    read_often(text, 2);
    return instructions_of(counts) - once - (once - begun);
}

void print_counts(const std::vector<Document>& documents) {
    for (const Document& document : documents) {
        std::printf("%s\t%zu\t%lld\n", document.name.c_str(), document.text.size(),
                    instructions(document.text));
    }
}

void print_hostile() {
    const std::vector<Document> halves = hostile_documents(json::kMaxText / 2);
    const std::vector<Document> wholes = hostile_documents(json::kMaxText);
    for (std::size_t i = 0; i < wholes.size(); ++i) {
        const std::string& half = halves[i].text;
        const std::string& whole = wholes[i].text;
        std::printf("%s\t%zu\t%lld\t%zu\t%lld\n", wholes[i].name.c_str(), whole.size(),
                    instructions(whole), half.size(), instructions(half));
    }
}

void print_invalid() {
    for (const Document& document : invalid_documents()) {
        std::printf("%s\t%d\n", document.name.c_str(), kReader.read(document.text).accepted);
    }
}

void print_memory(const std::vector<Document>& documents) {
    for (const Document& document : documents) {
        const Memory used = memory_of([&] { (void)kReader.read(document.text); });
        std::printf("%s\t%zu\t%zu\t%zu\t%zu\n", document.name.c_str(), used.allocations, used.heap,
                    kReader.scratch(), used.stack);
    }
}

}  // namespace
}  // namespace cmagent::bench

int main(int argc, char** argv) {
    using namespace cmagent::bench;
    const std::vector<Document> documents = ordinary_documents();
    const std::string what = argc > 1 ? argv[1] : "";
    if (what == "name") std::printf("%s\t%d\n", kReader.name, kReader.extracts);
    if (what == "found") print_found(documents);
    if (what == "time") print_times(documents);
    if (what == "count") print_counts(documents);
    if (what == "hostile") print_hostile();
    if (what == "invalid") print_invalid();
    if (what == "memory") print_memory(documents);
    return 0;
}
