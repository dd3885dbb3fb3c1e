#include "platform/players/json_talk.h"

#include <algorithm>

#include "agent/base/characters.h"
#include "agent/base/text.h"

namespace cmagent::platform {
namespace {

constexpr char kLastNumber = '9';
constexpr std::string_view kError = "{\"error\":{";

}  // namespace

JsonTalk::JsonTalk(const Place& place)
    : Talk({Carrier::kind_of(place.address) == 'h', true}),
      place_(place),
      carrier_(place.address, place.secret_file) {}

// --- What is said ---

Heard::Set JsonTalk::begin(TextWriter& out) {
    path_.clear();
    signs_ = 0;
    if (!carrier_.begin(out)) return 0;
    if (!manner().in_turns) put(Word::greeting, out);
    return Heard::kOpen;
}

void JsonTalk::say(Order order, TextWriter& out) {
    if (order != Order::none) {
        number_[0] = number_[0] == kLastNumber ? '1' : static_cast<char>(number_[0] + 1);
        refused_ = false;
    }
    answered_ = false;
    if (order == Order::none && !manner().in_turns) put(Word::hint, out);
    put(Word::question + static_cast<std::size_t>(order), out);
}

void JsonTalk::put(std::size_t word, TextWriter& out) const {
    char bytes[256];
    TextWriter text(bytes);
    for (const char c : nth_word(place_.words, word)) {
        if (const char* const meant = meaning(c)) {
            text << meant;
        } else {
            text << c;
        }
    }
    if (!text.view().empty()) carrier_.wrap(text.view(), out);
}

// Of the characters that stand for something else; null for all others.
const char* JsonTalk::meaning(char c) const {
    switch (c) {
        case '#':
            return number_;
        case '$':
            return place_.name;
        case '%':
            return place_.verb;
        case '~':
            return "{\"result\":{\"state\":\"";
        case '&':
            return "{\"jsonrpc\":\"2.0\",\"method\":\"";
        default:
            return nullptr;
    }
}

// --- What has come ---

Heard::Set JsonTalk::take(std::string_view bytes, TextWriter& out) {
    Heard::Set heard = 0;
    for (const char c : bytes) {
        switch (carrier_.take(c, out)) {
            case Carrier::Byte::of_carrier:
                break;
            case Carrier::Byte::opening:
                put(Word::greeting, out);
                heard |= Heard::kOpen;
                break;
            case Carrier::Byte::refusing:
                return refuse("HTTP status ", carrier_.status());
            case Carrier::Byte::of_text:
                heard |= take_text(c);
                break;
            case Carrier::Byte::last:
                heard |= take_text(c);
                if (!answered_) return refuse("no answer under HTTP status ", carrier_.status());
                break;
        }
    }
    return heard;
}

Heard::Set JsonTalk::take_text(char c) {
    const JsonPath::At at = path_.feed(c);
    if (at != JsonPath::At::within) read_value();
    return at == JsonPath::At::object ? understand() : Heard::Set{0};
}

void JsonTalk::read_value() {
    const std::string_view text = path_.text();
    for (unsigned word = Word::answer_sign;; ++word) {
        const std::string_view sign = nth_word(place_.words, word);
        if (sign.empty() && word > Word::idle_sign) break;
        if (shows(sign))
            signs_ |= static_cast<std::uint16_t>(1U << std::min<unsigned>(word, Word::idle_sign));
    }
    if (text.size() > kError.size() && slice(text, 0, kError.size()) == kError) {
        TextWriter why(why_, WhenFull::cut);
        why << "refused: " << slice(text, kError.size()) << '\0';
    }
}

// `sign` as Word has it.
bool JsonTalk::shows(std::string_view sign) const {
    const std::string_view text = path_.text();
    std::size_t at = 0;
    for (const char c : sign) {
        if (c == '*') return true;
        const char* const meant = meaning(c);
        for (const char wanted : meant == nullptr ? std::string_view(&c, 1) : meant) {
            if (wanted != '[' && slice(text, at, 1) == "[") ++at;
            if (at == text.size() || to_lower(text[at++]) != wanted) return false;
        }
    }
    return !sign.empty() && at == text.size();
}

// The object is over.
Heard::Set JsonTalk::understand() {
    const auto has = [signs = signs_](unsigned word) { return (signs >> word & 1U) != 0; };
    signs_ = 0;
    Heard::Set heard = 0;
    if (has(Word::busy_sign)) {
        busy_ = true;
    } else if (has(Word::answer_sign)) {
        heard = has(Word::idle_sign) && !busy_ ? Heard::kIdle : Heard::kPlaying;
        busy_ = false;
        if (has(Word::error_sign) || (heard == Heard::kPlaying && refused_ &&
                                      !has(Word::moving_sign) && !has(Word::also_moving_sign))) {
            heard = Heard::kRefused;
        }
    } else if (has(Word::taken_sign) || has(Word::news_sign)) {
        refused_ = refused_ || (has(Word::taken_sign) && has(Word::error_sign));
        heard = Heard::kMoved;
    }
    answered_ = heard != 0;
    return heard;
}

Heard::Set JsonTalk::refuse(const char* why, int status) {
    TextWriter text(why_, WhenFull::cut);
    text << why << status << '\0';
    return Heard::kRefused;
}

}  // namespace cmagent::platform
