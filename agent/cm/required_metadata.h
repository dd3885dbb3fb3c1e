#pragma once
// The body of GET /metadata (cm-api.md, "Calls"): the metadata that the application's policies
// require.

#include "agent/cm/words.h"
#include "agent/json/read.h"

namespace cmagent::cm {

class RequiredMetadata {
  public:
    // `body` is the parsed body.
    explicit RequiredMetadata(json::Item body) : list_(body) {}

    // False: the body is no JSON, or has another form than CM's.
    [[nodiscard]] bool readable() const { return json::IsArray(list_); }
    // None where not readable().
    [[nodiscard]] Words names() const { return readable() ? Words(list_) : Words(); }

  private:
    json::Item list_;
};

}  // namespace cmagent::cm
