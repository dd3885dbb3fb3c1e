#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cmagent::platform {

// The lines of mpv's JSON IPC, as far as they matter. A driver has no JSON reader (drivers know
// only platform/api), and needs none: this one asks for one property, and looks for
// `"name":"idle-active"`, `"request_id":N` and `"data":true`. Inside a JSON string, such as a
// file's name, these cannot occur: its quotation marks are escaped there.
enum class MpvSays : std::uint8_t {
    other,
    idle,  // nothing is played
    playing,
    answered_idle,  // the same two, as the answer to kMpvAsk
    answered_playing,
    answered,  // no value: this mpv does not know the property
};

inline constexpr std::string_view kMpvObserve =
    "{\"command\":[\"observe_property\",1,\"idle-active\"],\"request_id\":1}\n";
inline constexpr std::string_view kMpvStop = "{\"command\":[\"stop\"],\"request_id\":2}\n";
inline constexpr std::string_view kMpvAsk =
    "{\"command\":[\"get_property\",\"idle-active\"],\"request_id\":3}\n";
inline constexpr std::string_view kMpvQuit = "{\"command\":[\"quit\"],\"request_id\":4}\n";

[[nodiscard]] MpvSays read_mpv_line(std::string_view line);

// Cuts what was received into lines. Lines longer than those that matter are skipped.
class MpvLines {
  public:
    static constexpr std::size_t kMaxLine = 256;

    void clear();
    // Calls `each(line)` for every line that `received` completes.
    template <typename Each>
    void feed(std::string_view received, Each each) {
        for (const char byte : received) {
            if (byte != '\n') {
                add(byte);
                continue;
            }
            if (size_ <= kMaxLine) each(std::string_view{line_, size_});
            clear();
        }
    }

  private:
    void add(char byte);

    std::size_t size_ = 0;  // kMaxLine + 1: too long
    char line_[kMaxLine] = {};
};

}  // namespace cmagent::platform
