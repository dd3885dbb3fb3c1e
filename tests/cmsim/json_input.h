#pragma once
// JSON that people give to cmsim (the policies file, the control port), read with agent/json and
// checked strictly: an unknown name or a wrong type throws InvalidInput, which says where.

#include <cstdint>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "agent/json/read.h"

namespace cmagent::cmsim {

struct InvalidInput : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// A text and its tokens. Items of it are valid as long as it lives.
class Document {
  public:
    // `source` is the file's name, or what stands for it in messages.
    Document(std::string text, std::string source);
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;

    [[nodiscard]] json::Item root() const { return root_; }
    [[noreturn]] void refuse(json::Item item, const std::string& why) const;

  private:
    std::string text_;
    std::string source_;
    std::vector<json::Token> tokens_;
    json::Item root_;
};

// The members of one object. Each reader returns nothing where the member is absent.
// expect_no_more() refuses members that nobody has asked for.
class Members {
  public:
    Members(const Document& document, json::Item object);

    std::optional<std::string> text(const char* name);
    std::optional<std::int64_t> integer(const char* name, std::int64_t least, std::int64_t most);
    std::optional<bool> boolean(const char* name);
    std::optional<std::vector<std::string>> texts(const char* name);
    // None where it is absent.
    json::Item item(const char* name);
    void expect_no_more() const;

    template <typename Value>
    Value required(std::optional<Value> value, const char* name) const {
        if (!value) document_.refuse(object_, std::string("\"") + name + "\" is missing");
        return *value;
    }
    [[noreturn]] void refuse(json::Item item, const std::string& why) const {
        document_.refuse(item ? item : object_, why);
    }
    [[nodiscard]] const Document& document() const { return document_; }

  private:
    const Document& document_;
    json::Item object_;
    std::set<std::string> asked_;
};

std::string text_of(json::Item item);

}  // namespace cmagent::cmsim
