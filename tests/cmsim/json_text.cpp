#include "tests/cmsim/json_text.h"

#include <cstdio>

namespace cmagent::cmsim {

void JsonText::separate() {
    if (!first_) out_.push_back(',');
    first_ = false;
}

JsonText& JsonText::open(char opening, char closing) {
    separate();
    out_.push_back(opening);
    closings_.push_back(closing);
    first_ = true;
    return *this;
}

JsonText& JsonText::close() {
    out_.push_back(closings_.back());
    closings_.pop_back();
    first_ = false;
    return *this;
}

JsonText& JsonText::key(std::string_view name) {
    separate();
    quote(name);
    out_.push_back(':');
    first_ = true;
    return *this;
}

JsonText& JsonText::text(std::string_view value) {
    separate();
    quote(value);
    return *this;
}

JsonText& JsonText::number(std::int64_t value) {
    separate();
    out_ += std::to_string(value);
    return *this;
}

JsonText& JsonText::boolean(bool value) {
    separate();
    out_ += value ? "true" : "false";
    return *this;
}

JsonText& JsonText::verbatim(std::string_view json) {
    separate();
    out_ += json;
    return *this;
}

JsonText& JsonText::member(std::string_view name, const std::map<std::string, std::string>& texts) {
    key(name).object();
    for (const auto& [one, text] : texts) member(one, text);
    return close();
}

void JsonText::quote(std::string_view value) {
    out_.push_back('"');
    for (const char c : value) {
        if (c == '"' || c == '\\') {
            out_.push_back('\\');
            out_.push_back(c);
        } else if (static_cast<unsigned char>(c) < 0x20) {
            char escaped[8];
            std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
            out_ += escaped;
        } else {
            out_.push_back(c);
        }
    }
    out_.push_back('"');
}

std::string JsonText::finish() {
    while (!closings_.empty()) close();
    return std::move(out_);
}

}  // namespace cmagent::cmsim
