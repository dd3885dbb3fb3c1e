#include "platform/linux/child_output.h"

#include <fcntl.h>
#include <unistd.h>

#include "agent/base/text_writer.h"

namespace cmagent::platform {
namespace {

constexpr std::size_t kPortion = 2048;
// As much as a pipe holds: what came before the child's end is taken at once.
constexpr int kPortionsAtOnce = 32;

}  // namespace

Descriptor ChildOutput::open(Poller& poller, ProcessListener& listener) {
    close();
    int both[2];
    if (pipe2(both, O_CLOEXEC) != 0) return {};
    pipe_.reset(both[0]);
    Descriptor writing(both[1]);
    // Of this end alone: the child waits as every program does.
    fcntl(pipe_.get(), F_SETFL, O_NONBLOCK);
    if (!poller.watch(pipe_.get(), kReading, *this)) {
        pipe_.reset();
        return {};
    }
    poller_ = &poller;
    listener_ = &listener;
    told_ = untold_ = 0;
    line_.clear();
    return writing;
}

void ChildOutput::close() {
    if (!pipe_.valid()) return;
    poller_->unwatch(pipe_.get());
    pipe_.reset();
}

void ChildOutput::finish() {
    if (pipe_.valid()) take();
    if (listener_ == nullptr) return;
    if (!line_.empty()) tell_line();
    if (untold_ > 0) {
        char text[64];
        TextWriter rest(text);
        rest << untold_ << " bytes more were printed";
        listener_->on_output(rest.view());
    }
    mute();
}

void ChildOutput::on_ready(Interest) {
    take();
}

void ChildOutput::take() {
    char bytes[kPortion];
    for (int i = 0; i < kPortionsAtOnce; ++i) {
        const ssize_t got = read(pipe_.get(), bytes, sizeof bytes);
        if (got == 0) close();
        if (got <= 0) return;
        add({bytes, static_cast<std::size_t>(got)});
    }
}

void ChildOutput::add(std::string_view bytes) {
    while (!bytes.empty() && listener_ != nullptr) {
        if (told_ == kMaxOutputLines) {
            untold_ += bytes.size();
            return;
        }
        const std::size_t end = bytes.find('\n');
        const std::string_view part = slice(bytes, 0, end);
        char text[kMaxOutputLine];
        TextWriter line(text, WhenFull::cut);
        line << line_.view() << part;
        untold_ += line_.view().size() + part.size() - line.view().size();
        (void)line_.assign(line.view());
        if (end == std::string_view::npos) return;
        tell_line();
        bytes = slice(bytes, end + 1);
    }
}

void ChildOutput::tell_line() {
    told_++;
    listener_->on_output(line_.view());
    line_.clear();
}

}  // namespace cmagent::platform
