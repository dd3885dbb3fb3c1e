#pragma once
#include <cstdint>
#include <string_view>

#include "platform/players/json_path.h"
#include "platform/players/talk.h"

namespace cmagent::platform {

// What is said, and what is listened for, in a language of JSON objects: a list for nth_word(), in
// the order of Word. Signs are compared with the text of a JsonPath, without regard to case; with a
// `*` at their end only that far; an empty one never comes.
//
// In both, `#` stands for the number of the order (one digit), `$` for the player's name there, `@`
// for the verb of stopping, and `&` for {"jsonrpc":"2.0","method":".
struct Word {
    enum : std::uint8_t {
        greeting,
        question,
        stop,
        force,
        answer_sign,     // to a question after the order
        taken_sign,      // an answer to the greeting, or to an order
        error_sign,      // … that says no
        under_way_sign,  // … that says no, for it is being done already
        idle_sign,       // in an answer: nothing plays
        also_idle_sign,
        news_sign,
        count
    };
};

// A language of JSON objects.
class JsonTalk final : public Talk {
  public:
    // All texts must live as long as this. `path`: of a unix socket.
    JsonTalk(const char* words, const char* path);

    [[nodiscard]] SocketAddress address() const override;
    [[nodiscard]] Heard::Set begin(TextWriter& out) override;
    void say(Order order, TextWriter& out) override;
    [[nodiscard]] Heard::Set take(std::string_view bytes, TextWriter& out) override;
    [[nodiscard]] const char* why() const override { return ""; }

  private:
    void write(std::size_t word, TextWriter& out) const;
    [[nodiscard]] bool shows(std::size_t sign) const;
    [[nodiscard]] Heard::Set understand();

    const char* const words_;
    const char* const path_;
    JsonPath value_;
    std::uint16_t signs_ = 0;  // of the object that is being read: a bit for each of Word
    char number_ = '1';        // of the last order
};

}  // namespace cmagent::platform
