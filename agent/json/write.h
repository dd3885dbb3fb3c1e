#pragma once
// Writing JSON (RFC 8259) into a caller's buffer: compact, commas set by the writer.
//
//   Writer writer(buffer);
//   writer.begin_object();
//   writer.member("state", "active");
//   writer.key("paused").boolean(false);
//   writer.end_object();
//   if (!writer.ok()) …            // did not fit: view() is empty, so that no half a text gets out

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/text.h"
#include "agent/base/text_writer.h"
#include "agent/json/read.h"
#include "agent/json/string.h"

namespace cmagent::json {

class Writer {
  public:
    explicit Writer(Buffer buffer) : out_(buffer) {}

    Writer& begin_object();
    Writer& end_object();
    Writer& begin_array();
    Writer& end_array();

    // The name of a member; a value must follow.
    Writer& key(std::string_view name);
    Writer& key(const char* name);
    Writer& key(const String& name);
    // A whole member. Most are of this kind: a call of its own keeps their callers small.
    Writer& member(const char* name, std::string_view text);
    Writer& member(const char* name, ConstText text);
    // The same, or nothing at all: without a text the member is left out.
    Writer& member_if_any(const char* name, std::string_view text);
    Writer& member_if_any(const char* name, ConstText text);
    Writer& member_if_any(const char* name, const String& text);

    // Plain text is escaped; every byte that belongs to no valid UTF-8 sequence becomes U+FFFD.
    Writer& string(std::string_view text);
    Writer& string(ConstText text);
    // A string of another JSON text, and so of somebody else: hidden characters (utf8.h) are left
    // out. Half a surrogate pair becomes U+FFFD.
    Writer& string(const String& text);
    Writer& number(std::int64_t value);
    Writer& boolean(bool value);
    Writer& null();
    // A value of another JSON text with all that it holds, without its white space; null for none.
    Writer& value(Item item);
    // One value, known to be valid JSON. Copied as it is.
    Writer& raw(std::string_view json);

    // False once something did not fit, and as long as an object or array is open.
    [[nodiscard]] bool ok() const { return out_.complete() && depth_ == 0; }
    // The text so far; empty unless ok().
    [[nodiscard]] std::string_view view() const;
    [[nodiscard]] std::size_t size() const { return out_.view().size(); }

  private:
    void open(char bracket);
    void close(char bracket);
    void separate();
    void put_escaped(std::string_view text);
    void put_string(std::string_view text);
    void put_string(const String& text);

    TextWriter out_;
    int depth_ = 0;
};

}  // namespace cmagent::json
