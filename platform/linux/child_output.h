#pragma once
#include <cstddef>
#include <string_view>

#include "agent/base/text.h"
#include "platform/api/poller.h"
#include "platform/api/processes.h"
#include "platform/linux/descriptor.h"

namespace cmagent::platform {

// What a child prints, taken from a pipe and told in lines. All of it is taken, for a child that
// prints more than is told must not wait; and not more at once than a turn of the loop bears.
class ChildOutput final : private Watcher {
  public:
    ~ChildOutput() { close(); }

    // The end that the child writes to; not valid: the system refused, and nothing will come. Takes
    // the place of what was open before. Both must live until close() or, the listener, mute().
    [[nodiscard]] Descriptor open(Poller& poller, ProcessListener& listener);
    // Nothing is told any more. What is still printed goes nowhere.
    void mute() { listener_ = nullptr; }
    // Tells what has come and was not told, and is mute from then on: the child has ended. A process
    // that it has left behind may still print, and does not wait for us either.
    void finish();
    void close();
    [[nodiscard]] bool is_open() const { return pipe_.valid(); }

  private:
    void on_ready(Interest ready) override;

    void take();
    void add(std::string_view bytes);
    void tell_line();

    Poller* poller_ = nullptr;
    ProcessListener* listener_ = nullptr;
    Descriptor pipe_;
    std::size_t told_ = 0;    // lines
    std::size_t untold_ = 0;  // bytes, of lines that are too many or too long
    Text<kMaxOutputLine> line_;
};

}  // namespace cmagent::platform
