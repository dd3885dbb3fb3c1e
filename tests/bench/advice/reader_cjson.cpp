#include "tests/bench/advice/cjson_dom.h"
#include "tests/bench/advice/evaluation_by_dom.h"
#include "tests/bench/advice/readers.h"

namespace cmagent::bench {
namespace {

Facts read(std::string_view body) {
    Facts facts;
    cJSON* const root = cJSON_ParseWithLength(body.data(), body.size());
    facts.accepted = root != nullptr;
    DomReader<CjsonDom, Facts>(facts).read(root);
    cJSON_Delete(root);
    return facts;
}

}  // namespace

const Reader kCjson = {"cJSON", read, [] { return std::size_t{0}; }};

}  // namespace cmagent::bench
