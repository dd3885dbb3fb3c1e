#pragma once
// Bodies of CM and how they are read, for the tests.

#include <string>
#include <utility>
#include <vector>

#include "agent/cm/advice.h"
#include "tests/fixture.h"

namespace cmagent::cm {

class Body {
  public:
    explicit Body(std::string text)
        : text_(std::move(text)),
          tokens_(text_.size() + 2 + kNoteTokens),
          evaluation_(Evaluation::read(text_, {tokens_.data(), tokens_.size()})) {}
    Body(const Body&) = delete;
    Body& operator=(const Body&) = delete;

    const Evaluation* operator->() const { return &evaluation_; }
    const Evaluation& operator*() const { return evaluation_; }

    [[nodiscard]] std::vector<Advice> advice() const {
        std::vector<Advice> list;
        for (const Advice& advice : evaluation_.advice()) list.push_back(advice);
        return list;
    }
    [[nodiscard]] std::vector<ConflictingSession> conflicts() const {
        std::vector<ConflictingSession> list;
        for (const Advice& advice : evaluation_.advice()) {
            for (const ConflictingSession& conflict : advice.conflicts) list.push_back(conflict);
        }
        return list;
    }
    [[nodiscard]] std::vector<Obligation> obligations() const {
        std::vector<Obligation> list;
        for (const Obligation& obligation : evaluation_.obligations()) list.push_back(obligation);
        return list;
    }

  private:
    std::string text_;
    std::vector<json::Token> tokens_;
    Evaluation evaluation_;
};

// One rule violation of the service dialect, with these members besides its type.
inline std::string violation(const std::string& members) {
    return R"({"associatedAdvice":[{"type":"rule-violation",)" + members + "}]}";
}

// "none" where there is no string.
inline std::string text_of(const json::String& text) {
    if (!text) return "none";
    char buffer[1024];
    return std::string(unescape(text, Buffer{buffer, sizeof buffer}).value());
}

inline std::string text_of(const Words& words) {
    std::string text;
    for (const json::String word : words) text += (text.empty() ? "" : ",") + text_of(word);
    return text;
}

}  // namespace cmagent::cm
