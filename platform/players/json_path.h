#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cmagent::platform {

// Follows a stream of JSON objects byte by byte, and keeps of it only what leads to the value that
// is being read: the text of the object without white space, and without the siblings that are
// over. In {"id": 1, "result": [{"a": 2}, {"state": "idle"}]} these are, one after the other,
//
//     {"id":1   {"result":[{"a":2   {"result":[{   {"result":[{"state":"idle"   {"result":[{   …
//
// So a word can be told by comparing, however long the object is: Thunder's answers hold the whole
// configuration of a plugin. An array that is empty is a value, `[]`.
//
// It is no judge of JSON: what is broken is followed to where its brackets close, and a control
// character within a string, where none may stand (as when the end of a line cuts it off), lets go
// of the object. What stands between objects is passed over.
class JsonPath {
  public:
    enum class At : std::uint8_t {
        within,
        value,   // text() ends with a value, or with the brackets of one that is over
        object,  // the same, and the object is over
    };

    void clear() { depth_ = 0; }
    At feed(char c);

    // Cut off where it is longer than kMaxText. Valid until the next call.
    [[nodiscard]] std::string_view text() const { return {text_, size_}; }

    // Longer than all that is looked for.
    static constexpr std::size_t kMaxText = 64;

  private:
    void add(char c);
    void open(char c);
    At close(char c);
    std::uint8_t& begin();

    // Levels below these are counted only: nothing is looked for there.
    static constexpr std::uint16_t kMaxDepth = 8;

    std::uint16_t depth_ = 0;
    bool in_string_ = false;
    bool escaped_ = false;
    std::uint8_t size_ = 0;
    std::uint8_t next_size_ = 0;           // when the caller has seen text()
    std::uint8_t begins_[kMaxDepth] = {};  // of the container's content, in text_
    char text_[kMaxText] = {};
};

}  // namespace cmagent::platform
