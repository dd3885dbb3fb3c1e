#pragma once
// The bodies that CM's documentation shows, byte for byte: the files of tests/fixtures, which the
// build makes part of the program. The start of a file's name tells which calls the body answers,
// and with which status (tests/fixtures/README.md).

#include <cstddef>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/cmsim/call.h"
#include "tests/cmsim/http.h"

namespace cmagent::cmsim {

struct PublishedBody {
    std::string_view name;  // of the file, without its ending
    int status = 0;
    std::vector<CallKind> calls;  // that it can answer
    const char* content_type = nullptr;
    std::string_view text;
};

// In the order of their files' names. Throws std::logic_error where the start of a name is unknown.
const std::vector<PublishedBody>& published_bodies();

// Null where there is none of this name.
const PublishedBody* published_body(std::string_view name);

// Puts the body and its type in place of the response's own; status and other headers stay.
void put_body(const PublishedBody& published, Response& response);

// The order of `--dialect published`: each pair of call and status goes through all bodies that fit
// it, again and again.
class PublishedTurns {
  public:
    // Null where nothing is published for such an answer.
    const PublishedBody* next(CallKind call, int status);

  private:
    std::map<std::pair<CallKind, int>, std::size_t> given_;
};

}  // namespace cmagent::cmsim
