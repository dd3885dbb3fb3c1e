#pragma once
// A text and the tokens it is read into, for the tests.

#include <string>
#include <utility>
#include <vector>

#include "agent/json/read.h"

namespace cmagent::json {

class Document {
  public:
    explicit Document(const std::string& text) : Document(text, text.size() + 2) {}
    Document(std::string text, std::size_t tokens) : text_(std::move(text)), tokens_(tokens) {
        parsed_ = parse(text_, {tokens_.data(), tokens_.size()});
    }
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;

    [[nodiscard]] Item root() const { return parsed_.root; }
    [[nodiscard]] const Parsed& parsed() const { return parsed_; }
    [[nodiscard]] const Token& token(std::size_t number) const { return tokens_[number]; }

  private:
    std::string text_;
    std::vector<Token> tokens_;
    Parsed parsed_;
};

}  // namespace cmagent::json
