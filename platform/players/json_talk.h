#pragma once
#include <cstdint>
#include <string_view>

#include "platform/players/carrier.h"
#include "platform/players/json_path.h"
#include "platform/players/talk.h"

namespace cmagent::platform {

// What is said, and what is listened for, in a language of JSON objects: a list for nth_word(), in
// the order of Word. Signs are compared with the text of a JsonPath without regard to case, and a
// bracket of an array may stand in that text where the sign has none; a sign with a `*` at its end
// is compared up to there; an empty one never comes.
//
// In both, `#` stands for the number of the last order, of one digit, `$` for the player's name on
// the other side, `%` for the verb that stops it, `&` for {"jsonrpc":"2.0","method":"
// and `~` for {"result":{"state":".
struct Word {
    enum : std::uint8_t {
        greeting,  // once on each connection, for its notifications
        hint,      // before each question, where it may be left out; neither is said in turns
        question,
        stop,
        force,
        answer_sign,  // to a question after the last order
        taken_sign,   // an answer to an order
        error_sign,   // in either: it is refused
        moving_sign,  // in an answer: it is on its way between two states, so that an order that was
        also_moving_sign,  // refused may be taken yet
        busy_sign,         // in an answer to the hint: whatever the next answer says, it plays
        news_sign,         // a notification
        idle_sign,         // in an answer: nothing plays; here as many may follow as there are
    };
};

// A language of JSON objects.
class JsonTalk final : public Talk {
  public:
    // Texts must live as long as this.
    struct Place {
        const char* words;
        const char* address;  // see Carrier
        const char* name = "";
        const char* verb = "";
        const char* secret_file = "";
    };
    explicit JsonTalk(const Place& place);

    [[nodiscard]] SocketAddress address() const override { return carrier_.address(); }
    [[nodiscard]] Heard::Set begin(TextWriter& out) override;
    void say(Order order, TextWriter& out) override;
    [[nodiscard]] Heard::Set take(std::string_view bytes, TextWriter& out) override;
    [[nodiscard]] const char* why() const override { return why_; }

  private:
    void put(std::size_t word, TextWriter& out) const;
    [[nodiscard]] const char* meaning(char c) const;
    [[nodiscard]] Heard::Set take_text(char c);
    void read_value();
    [[nodiscard]] bool shows(std::string_view sign) const;
    [[nodiscard]] Heard::Set understand();
    [[nodiscard]] Heard::Set refuse(const char* why, int status);

    const Place place_;
    Carrier carrier_;
    JsonPath path_;
    std::uint16_t signs_ = 0;  // of the object that is being read: a bit for each of Word
    char number_[2] = "1";     // of the last order
    bool refused_ = false;     // the last order
    bool busy_ = false;        // as of the last hint
    bool answered_ = false;    // over a carrier in turns: an object has come
    char why_[64] = {};
};

}  // namespace cmagent::platform
