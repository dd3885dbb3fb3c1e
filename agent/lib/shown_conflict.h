#pragma once
#include "agent/base/span.h"
#include "agent/json/read.h"
#include "agent/lib/cmagent.h"

namespace cmagent::lib {

// The text of a member as a zero-terminated one, put where it stands in the JSON, which is ours to
// change; "" where there is none. Reads each member once: it is JSON no more.
[[nodiscard]] const char* take_text(json::Item object, const char* name);

// A number of a member; `otherwise` where there is none that fits.
[[nodiscard]] int number_of(json::Item object, const char* name, int otherwise);

// What is in the way of a start, read for callers in C.
class ShownConflict {
  public:
    // CM knows a handful of rules, and a household has a handful of streams.
    static constexpr std::size_t kMaxViolations = 8;
    static constexpr std::size_t kMaxStreams = 64;

    explicit ShownConflict(Buffer text) : text_(text) {}

    // Keeps a copy of the body of a conflict. "": it is one; else why it is none.
    [[nodiscard]] const char* read(std::string_view body, json::Tokens tokens);
    void clear();

    [[nodiscard]] bool open() const { return head_.id != nullptr; }
    [[nodiscard]] std::string_view id() const {
        return open() ? std::string_view(head_.id) : std::string_view();
    }
    [[nodiscard]] const cmagent_conflict& head() const { return head_; }
    [[nodiscard]] const cmagent_violation* violation(std::size_t number) const {
        return number < head_.violations ? &violations_[number] : nullptr;
    }
    [[nodiscard]] const cmagent_stream* stream(std::size_t number) const {
        return number < head_.streams ? &streams_[number] : nullptr;
    }

  private:
    void read_violation(json::Item violation);
    void read_stream(json::Item stream, std::size_t violation);

    Buffer text_;
    cmagent_conflict head_ = {};
    cmagent_violation violations_[kMaxViolations];
    cmagent_stream streams_[kMaxStreams];
};

}  // namespace cmagent::lib
