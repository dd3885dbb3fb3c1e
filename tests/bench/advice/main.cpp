// What measure.py asks for; each answer is lines of tab-separated fields.
//   bench_advice time                 document, bytes, reader, nanoseconds a document
//   bench_advice large                document, bytes, nanoseconds, accepted or the error
//   bench_advice once READER N TIMES  reads document N (ordinary, then large) so often, for callgrind
//   bench_advice_memory memory        document, reader, allocations, bytes of heap, scratch and stack

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "tests/bench/advice/documents.h"
#include "tests/bench/advice/memory.h"
#include "tests/bench/advice/readers.h"

namespace cmagent::bench {
namespace {

const Reader* const kReaders[] = {&kCmagent,   &kJsmn,     &kCjson,   &kJsonC,
                                  &kRapidjson, &kSimdjson, &kNlohmann};

// All readers must find the same, else their times cannot be compared.
bool agree(const std::vector<Document>& documents) {
    bool all = true;
    for (const Document& document : documents) {
        const Facts expected = kCmagent.read(document.text);
        for (const Reader* reader : kReaders) {
            const Facts found = reader->read(document.text);
            if (!reader->extracts || found == expected) continue;
            std::fprintf(stderr, "%s: %s finds %zu/%zu/%zu/%zu, cmagent %zu/%zu/%zu/%zu\n",
                         document.name.c_str(), reader->name, found.entries, found.texts,
                         found.bytes, found.numbers, expected.entries, expected.texts,
                         expected.bytes, expected.numbers);
            all = false;
        }
    }
    return all;
}

double nanoseconds(const Reader& reader, const std::string& text, int times) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point begun = Clock::now();
    for (int i = 0; i < times; ++i) {
        const Facts facts = reader.read(text);
        asm volatile("" : : "r"(&facts) : "memory");
    }
    return std::chrono::duration<double, std::nano>(Clock::now() - begun).count() / times;
}

// The readers take turns, so that what else the machine does meets all alike; the best of each
// counts.
void print_times(const std::vector<Document>& documents) {
    constexpr int kRounds = 60;
    for (const Document& document : documents) {
        const int times = static_cast<int>(400'000 / document.text.size()) + 1;
        std::vector<double> best(std::size(kReaders), 1e12);
        for (int round = 0; round < kRounds; ++round) {
            for (std::size_t i = 0; i < best.size(); ++i) {
                best[i] = std::min(best[i], nanoseconds(*kReaders[i], document.text, times));
            }
        }
        for (std::size_t i = 0; i < best.size(); ++i) {
            std::printf("%s\t%zu\t%s\t%.1f\n", document.name.c_str(), document.text.size(),
                        kReaders[i]->name, best[i]);
        }
    }
}

void print_large() {
    static json::Token tokens[json::kMaxTokens + cm::kNoteTokens];
    for (const Document& document : large_documents()) {
        double best = 1e12;
        for (int round = 0; round < 20; ++round) {
            best = std::min(best, nanoseconds(kCmagent, document.text, 5));
        }
        std::printf("%s\t%zu\t%.0f\t%s\n", document.name.c_str(), document.text.size(), best,
                    json::describe(cm::Evaluation::read(document.text, tokens).error()));
    }
}

void print_memory(const std::vector<Document>& documents) {
    for (const Document& document : documents) {
        for (const Reader* reader : kReaders) {
            const Memory used = memory_of([&] { (void)reader->read(document.text); });
            std::printf("%s\t%s\t%zu\t%zu\t%zu\t%zu\n", document.name.c_str(), reader->name,
                        used.allocations, used.heap, reader->scratch(), used.stack);
        }
    }
}

int read_often(const char* name, std::size_t document, int times) {
    std::vector<Document> documents = ordinary_documents();
    for (const Document& large : large_documents()) documents.push_back(large);
    const std::string text = documents.at(document).text;
    for (const Reader* reader : kReaders) {
        if (std::strcmp(reader->name, name) != 0) continue;
        for (int i = 0; i < times; ++i) (void)reader->read(text);
        return 0;
    }
    return 64;
}

}  // namespace
}  // namespace cmagent::bench

int main(int argc, char** argv) {
    using namespace cmagent::bench;
    const std::vector<Document> documents = ordinary_documents();
    const std::string what = argc > 1 ? argv[1] : "";
    if (what == "once" && argc == 5) {
        return read_often(argv[2], static_cast<std::size_t>(std::atoi(argv[3])),
                          std::atoi(argv[4]));
    }
    if (!agree(documents)) return 1;
    if (what == "time") print_times(documents);
    if (what == "large") print_large();
    if (what == "memory") print_memory(documents);
    return 0;
}
