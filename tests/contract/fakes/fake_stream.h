#pragma once
#include <algorithm>
#include <cstddef>
#include <string>

#include "platform/api/stream.h"

namespace cmagent::fakes {

// A stream in memory: the test is the peer. Nothing moves by itself, so there is no descriptor to
// wait for; whoever drives it calls again what could not go on.
class FakeStream final : public platform::Stream {
  public:
    using StreamFault = platform::StreamFault;
    using Interest = platform::Interest;

    // --- The peer's side ---
    // What becomes of the next open(): it waits until let_in() or refuse(); else it opens at once.
    void hold() { held_ = true; }
    void let_in() { held_ = false; }
    void refuse(StreamFault fault) {
        held_ = false;
        refusal_ = fault;
    }
    void send(const std::string& text) { incoming_ += text; }
    void finish() { finished_ = true; }
    void cut() { cut_ = true; }
    // write() takes this much more, and then nothing until it is said again.
    void set_room(std::size_t bytes) { room_ = bytes; }
    [[nodiscard]] std::string take_received() {
        std::string received;
        received.swap(outgoing_);
        return received;
    }
    [[nodiscard]] unsigned opened() const { return opened_; }

    // --- Stream ---
    [[nodiscard]] Progress open(const platform::Address&, std::string_view) override {
        close();
        opened_++;
        state_ = State::opening;
        return advance();
    }
    [[nodiscard]] Progress advance() override {
        if (held_) {
            wanted_ = {false, true};
            return Progress::wait;
        }
        if (refusal_ != StreamFault::none) {
            fault_ = refusal_;
            refusal_ = StreamFault::none;
            return Progress::failed;
        }
        state_ = State::open;
        wanted_ = {true, false};
        return Progress::done;
    }
    [[nodiscard]] Moved read(char* into, std::size_t size) override {
        const std::size_t bytes = std::min(size, incoming_.size());
        if (bytes > 0) {
            incoming_.copy(into, bytes);
            incoming_.erase(0, bytes);
            return {bytes, false, false};
        }
        wanted_ = {true, false};
        if (finished_) return {0, size > 0, false};
        return cut_ ? broken() : Moved{};
    }
    [[nodiscard]] Moved write(const char* from, std::size_t size) override {
        if (cut_) return broken();
        const std::size_t bytes = std::min(size, room_);
        outgoing_.append(from, bytes);
        room_ -= bytes;
        wanted_ = bytes > 0 ? Interest{true, false} : Interest{false, true};
        return {bytes, false, false};
    }
    void close() override {
        state_ = State::closed;
        wanted_ = {};
        fault_ = StreamFault::none;
        incoming_.clear();
        outgoing_.clear();
        finished_ = cut_ = false;
        room_ = kMuchRoom;
    }
    [[nodiscard]] int descriptor() const override {
        return state_ == State::closed ? -1 : kDescriptor;
    }
    [[nodiscard]] Interest wanted() const override { return wanted_; }
    [[nodiscard]] StreamFault fault() const override { return fault_; }

  private:
    enum class State { closed, opening, open };
    static constexpr int kDescriptor = 1'000'000;  // none that the system would give
    static constexpr std::size_t kMuchRoom = std::size_t{256} * 1024;

    [[nodiscard]] Moved broken() {
        fault_ = StreamFault::closed;
        return {0, false, true};
    }

    State state_ = State::closed;
    StreamFault fault_ = StreamFault::none;
    StreamFault refusal_ = StreamFault::none;
    Interest wanted_;
    std::string incoming_;
    std::string outgoing_;
    bool held_ = false;
    bool finished_ = false;
    bool cut_ = false;
    std::size_t room_ = kMuchRoom;
    unsigned opened_ = 0;
};

}  // namespace cmagent::fakes
