#include "platform/microhttpd/request_reader.h"

#include <algorithm>
#include <cstring>

#include "agent/base/characters.h"
#include "agent/base/text.h"
#include "agent/base/wipe.h"
#include "platform/api/pages.h"

namespace cmagent::platform {

Buffer RequestReader::room() {
    // Behind a head that is whole the bytes that were read make room.
    if (part_ == Part::body && read_ == filled_) read_ = filled_ = head_size_;
    return {bytes_->text + filled_, sizeof bytes_->text - filled_};
}

std::optional<HttpRefusal> RequestReader::read_on() {
    if (part_ == Part::nothing || part_ == Part::head) {
        if (const auto why = read_head()) return why;
    }
    if (part_ != Part::body) return std::nullopt;
    return head_.has_chunks() ? read_chunks() : read_body();
}

// Up to the empty line. What can be no head is refused at once, so that nobody waits for its end.
std::optional<HttpRefusal> RequestReader::read_head() {
    if (part_ == Part::nothing) skip_empty_lines();
    const char* const text = bytes_->text;
    while (part_ == Part::head && read_ < filled_) {
        const char c = text[read_];
        const bool behind_cr = read_ > 0 && text[read_ - 1] == '\r';
        if ((c == '\n') != behind_cr) return HttpRefusal::malformed;
        if (c != '\r' && c != '\n' && !is_field_character(c)) return HttpRefusal::malformed;
        ++read_;
        if (c == '\n' && text[read_ - 3] == '\n') return judge_head();
    }
    if (read_ <= kMaxHead) return std::nullopt;
    const bool has_line = std::string_view(text, read_).find('\n') != std::string_view::npos;
    return has_line ? HttpRefusal::head_too_long : HttpRefusal::target_too_long;
}

// Before a request they mean nothing (RFC 9112 §2.2).
void RequestReader::skip_empty_lines() {
    const std::string_view text(bytes_->text, filled_);
    std::size_t size = 0;
    while (slice(text, size, 2) == "\r\n") size += 2;
    filled_ -= size;
    std::memmove(bytes_->text, bytes_->text + size, filled_);
    const std::string_view rest(bytes_->text, filled_);
    if (!rest.empty() && rest != "\r") part_ = Part::head;
}

std::optional<HttpRefusal> RequestReader::judge_head() {
    head_size_ = read_;
    const auto why = head_.read({bytes_->text, head_size_});
    if (why) return why;
    if (head_size_ > kMaxHead) return HttpRefusal::head_too_long;
    const bool has_body = head_.has_chunks() || head_.length() > 0;
    part_ = has_body ? Part::body : Part::complete;
    return std::nullopt;
}

// Moves up to `size` bytes of what has come to the body; how many there were.
std::size_t RequestReader::take(std::size_t size) {
    size = std::min(size, filled_ - read_);
    std::memcpy(bytes_->body + body_size_, bytes_->text + read_, size);
    read_ += size;
    body_size_ += size;
    return size;
}

std::optional<HttpRefusal> RequestReader::read_body() {
    (void)take(head_.length() - body_size_);
    if (body_size_ == head_.length()) part_ = Part::complete;
    return std::nullopt;
}

std::optional<HttpRefusal> RequestReader::read_chunks() {
    while (read_ < filled_ && !chunks_.at_end()) {
        if (chunks_.data() > kMaxBody - body_size_) return HttpRefusal::body_too_long;
        if (chunks_.data() > 0) {
            chunks_.take_data(take(chunks_.data()));
        } else if (const auto why = chunks_.read(bytes_->text[read_++])) {
            return why;
        }
    }
    if (chunks_.at_end()) part_ = Part::complete;
    return std::nullopt;
}

void RequestReader::next() {
    const std::size_t more = filled_ - read_;
    std::memmove(bytes_->text, bytes_->text + read_, more);
    wipe(bytes_->text + more, touched_ - more);
    release_body();
    part_ = Part::nothing;
    head_.clear();
    chunks_ = {};
    head_size_ = read_ = 0;
    filled_ = touched_ = more;
}

void RequestReader::clear() {
    read_ = filled_;
    next();
}

void RequestReader::give_back() {
    take_back({bytes_->text, sizeof bytes_->text}, kept_);
    kept_ = 0;
}

// The memory of a long body the system takes back.
void RequestReader::release_body() {
    const std::size_t size = body_size_;
    body_size_ = 0;
    wipe(bytes_->body, size);
    if (size > kShort) take_back({bytes_->body, sizeof bytes_->body}, size);
}

}  // namespace cmagent::platform
