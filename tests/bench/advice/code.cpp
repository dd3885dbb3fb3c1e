// A program with one reader, or with none, to see what the reader adds to it.

#include <string_view>

#include "tests/bench/advice/readers.h"

int main(int argc, char** argv) {
#ifdef READER
    return static_cast<int>(cmagent::bench::READER.read(argv[argc - 1]).texts);
#else
    return static_cast<int>(std::string_view(argv[argc - 1]).size());
#endif
}
