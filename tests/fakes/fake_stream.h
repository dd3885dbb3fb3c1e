#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "platform/api/stream.h"
#include "tests/fakes/fake_poller.h"

namespace cmagent::fakes {

// How the network behaves towards a connection attempt.
struct FakePeer {
    enum class Manner : std::uint8_t {
        accepts,
        accepts_at_once,  // within open()
        shakes_hands,     // accepts, and says a word before the stream is open, as in TLS
        hangs,            // accepts, and never says that word
        refuses,          // within open()
        refuses_later,
        is_silent,
    };
    Manner manner = Manner::accepts;
    // Of one that refuses: `connect_failed` and `closed` instead of an answer, any other after one.
    platform::StreamFault fault = platform::StreamFault::connect_failed;
};

// A stream in memory: the test is the peer. Its descriptor is known to the FakePoller alone.
class FakeStream final : public platform::Stream {
  public:
    using StreamFault = platform::StreamFault;

    explicit FakeStream(FakePoller& poller) : poller_(poller) {}
    ~FakeStream() { close(); }

    // By the last byte of the address, as they are now; another one accepts.
    std::map<int, FakePeer> peers;
    std::vector<int> attempts;       // every open() and also_try(): the last byte of the address
    std::string host;                // of the last open()
    std::string words;               // detail()
    bool resumes = false;            // resumed()
    std::size_t portion = SIZE_MAX;  // read() gives at most so much at once
    // As TLS may in the middle of a change of keys: read() waits for room to write, write() for
    // something to read.
    bool crosses = false;

    // --- The peer's side of the connection; the next open() forgets it. ---
    void send(std::string_view text) { incoming_ += text; }
    void finish() { finished_ = true; }  // in good order, after the text of send()
    void cut(StreamFault fault = StreamFault::closed) { cut_ = fault; }
    // write() fails, and read() does not know yet.
    void fail_writes() { writes_fail_ = true; }
    // The descriptor is ready, although there is nothing for the user of the stream: as TLS's own
    // records make it.
    void stir() { stirs_ = true; }
    // write() takes so many more bytes, and then none until this is called again or the peer has
    // called take_received().
    void set_room(std::size_t bytes) { capacity_ = received_.size() + bytes; }
    // The bytes that the peer has received and not taken.
    [[nodiscard]] const std::string& received() const { return received_; }
    [[nodiscard]] std::string take_received() {
        std::string received;
        received.swap(received_);
        return received;
    }

    [[nodiscard]] bool is_open() const { return state_ == State::open; }

    // --- Stream ---
    [[nodiscard]] Progress open(const platform::Address& peer, std::string_view name) override {
        close();
        host = name;
        take_descriptor();
        state_ = State::trying;
        return also_try(peer);
    }
    [[nodiscard]] Progress also_try(const platform::Address& peer) override {
        if (tried_.size() == platform::kMaxTried) tried_.erase(tried_.begin());
        attempts.push_back(last_byte(peer));
        tried_.push_back(peer);
        wanted_ = platform::kWriting;
        const FakePeer::Manner manner = manner_of(peer).manner;
        const bool at_once =
            manner == FakePeer::Manner::accepts_at_once || manner == FakePeer::Manner::refuses;
        return at_once ? conclude(tried_.size() - 1) : Progress::wait;
    }
    [[nodiscard]] Progress advance() override {
        if (state_ == State::trying) {
            for (std::size_t i = 0; i < tried_.size(); i++) {
                if (manner_of(tried_[i]).manner != FakePeer::Manner::is_silent) return conclude(i);
            }
            return tried_.empty() ? Progress::failed : Progress::wait;
        }
        return shake_hands();
    }
    [[nodiscard]] std::size_t trying() const override { return tried_.size(); }
    [[nodiscard]] const platform::Address& peer() const override { return peer_; }
    [[nodiscard]] Moved read(char* into, std::size_t size) override {
        const std::size_t bytes = std::min({size, incoming_.size(), portion});
        incoming_.copy(into, bytes);
        incoming_.erase(0, bytes);
        if (bytes > 0) return Moved::some(bytes);
        stirs_ = false;
        wanted_ = crosses && room() == 0 ? platform::kWriting : platform::kReading;
        if (cut_ != StreamFault::none) return broken(cut_);
        return finished_ ? Moved::ended() : Moved::nothing();
    }
    [[nodiscard]] Moved write(const char* from, std::size_t size) override {
        if (cut_ != StreamFault::none) return broken(cut_);
        if (writes_fail_) return broken(StreamFault::closed);
        const std::size_t bytes = std::min(size, room());
        received_.append(from, bytes);
        if (bytes == 0) wanted_ = crosses ? platform::kReading : platform::kWriting;
        return Moved::some(bytes);
    }
    void close() override {
        if (state_ != State::closed) poller_.close(descriptor_);
        state_ = State::closed;
        descriptor_ = -1;
        tried_.clear();
        wanted_ = {};
        fault_ = cut_ = StreamFault::none;
        finished_ = writes_fail_ = stirs_ = false;
        incoming_.clear();
        received_.clear();
        capacity_ = kCapacity;
    }
    [[nodiscard]] int descriptor() const override { return descriptor_; }
    [[nodiscard]] platform::Interest wanted() const override { return wanted_; }
    [[nodiscard]] StreamFault fault() const override { return fault_; }
    [[nodiscard]] bool resumed() const override { return resumes; }
    [[nodiscard]] std::string_view detail() const override { return words; }

  private:
    enum class State : std::uint8_t { closed, trying, shaking, open };
    static constexpr std::size_t kCapacity = std::size_t{64} * 1024;  // as of a socket's buffer

    [[nodiscard]] static int last_byte(const platform::Address& address) {
        return address.bytes[address.family == platform::Address::Family::ipv4 ? 3 : 15];
    }
    [[nodiscard]] FakePeer manner_of(const platform::Address& address) const {
        const auto known = peers.find(last_byte(address));
        return known != peers.end() ? known->second : FakePeer{};
    }
    // As the driver's: one descriptor while addresses are tried, another once one has answered.
    void take_descriptor() {
        if (state_ != State::closed) poller_.close(descriptor_);
        descriptor_ = poller_.open([this] { return readiness(); });
    }
    // The address that is tried has answered, or failed.
    [[nodiscard]] Progress conclude(std::size_t tried) {
        peer_ = tried_[tried];
        const FakePeer is = manner_of(peer_);
        const bool refuses =
            is.manner == FakePeer::Manner::refuses || is.manner == FakePeer::Manner::refuses_later;
        const bool answers =
            is.fault != StreamFault::connect_failed && is.fault != StreamFault::closed;
        if (refuses) fault_ = is.fault;
        if (refuses && !answers) {
            tried_.erase(tried_.begin() + static_cast<std::ptrdiff_t>(tried));
            return Progress::failed;
        }
        tried_.clear();
        if (refuses) return Progress::failed;
        take_descriptor();
        state_ = State::shaking;
        wanted_ = platform::kReading;
        const bool talks =
            is.manner == FakePeer::Manner::shakes_hands || is.manner == FakePeer::Manner::hangs;
        return talks ? Progress::wait : shake_hands();
    }
    [[nodiscard]] Progress shake_hands() {
        stirs_ = false;
        if (manner_of(peer_).manner == FakePeer::Manner::hangs) return Progress::wait;
        state_ = State::open;
        wanted_ = platform::kReading;
        return Progress::done;
    }
    [[nodiscard]] bool has_news() const {
        return std::any_of(tried_.begin(), tried_.end(), [this](const platform::Address& tried) {
            return manner_of(tried).manner != FakePeer::Manner::is_silent;
        });
    }
    [[nodiscard]] std::size_t room() const {
        return capacity_ - std::min(capacity_, received_.size());
    }
    [[nodiscard]] Moved broken(StreamFault fault) {
        fault_ = fault;
        return Moved::failure();
    }
    [[nodiscard]] FakePoller::Readiness readiness() const {
        if (state_ == State::trying) return {false, false, has_news()};
        if (state_ == State::shaking) {
            return {manner_of(peer_).manner != FakePeer::Manner::hangs || stirs_, true, false};
        }
        return {!incoming_.empty() || finished_ || stirs_, room() > 0 || writes_fail_,
                cut_ != StreamFault::none};
    }

    FakePoller& poller_;
    State state_ = State::closed;
    std::vector<platform::Address> tried_;
    platform::Address peer_;
    int descriptor_ = -1;
    platform::Interest wanted_;
    StreamFault fault_ = StreamFault::none;
    StreamFault cut_ = StreamFault::none;
    bool finished_ = false;
    bool writes_fail_ = false;
    bool stirs_ = false;
    std::string incoming_;
    std::string received_;
    std::size_t capacity_ = kCapacity;
};

}  // namespace cmagent::fakes
