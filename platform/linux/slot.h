#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "platform/api/store.h"

namespace cmagent::platform {

// One of the store's two files. It holds a line, `cmagent-state 1 SEQUENCE SIZE CRC` (hexadecimal,
// of fixed width), and SIZE bytes of text. The CRC-32 covers the rest of the line and the text:
// the sequence number of a torn write cannot make an old slot look new.
// Another version of the format has names of its own (is_state_file()); where one uses these
// nevertheless, ours stand beside them.
inline constexpr std::size_t kSlotHead = 50;
inline constexpr std::size_t kSlotSize = kSlotHead + kMaxStored;

// The outcome of a write: 0, or an errno and the step that failed.
struct SlotResult {
    int error = 0;
    const char* step = "";
};

struct SlotRead {
    enum class Condition : std::uint8_t { nothing, sound, damaged };
    unsigned other_version = 0;  // of a file with this slot's name, which is left alone; 0: none
    Condition condition = Condition::nothing;
    std::uint64_t sequence = 0;
    std::string_view text;   // in the caller's buffer
    std::size_t filled = 0;  // bytes of that, whatever stood in the file
    bool exposed = false;    // others could read or write the file
};

// A folder is an open descriptor of it; of none (-1) nothing can be read.

// Slots take turns by the sequence number: `index` is 0 or 1.
[[nodiscard]] constexpr unsigned slot_of(std::uint64_t sequence) {
    return static_cast<unsigned>(sequence % 2);
}

// Whether others than its owner can put files into the folder, or take them away.
[[nodiscard]] bool lets_others_write(int folder);

// Reads slot `index` of the folder into `buffer` (kSlotSize + 1 bytes). A mode that lets others in is
// corrected.
[[nodiscard]] SlotRead read_slot(int folder, unsigned index, char* buffer);

// The highest sequence number that stands in the folder, whether the slot is sound or not; 0: none.
[[nodiscard]] std::uint64_t last_sequence(int folder);

// Writes `head_and_text` to the slot of `sequence`, in place, mode 0600, and syncs file and folder:
// the first kSlotHead bytes are filled in here, the text of `size` bytes is there already.
[[nodiscard]] SlotResult write_slot(int folder, std::uint64_t sequence, char* head_and_text,
                                    std::size_t size);

// Renames a damaged slot, over an earlier one. What can be examined there is its size, and where JSON's
// marks and zeros stand: all else is blanked, for it may be personal.
void set_aside(int folder, unsigned index);
// Blanks likewise what an earlier release has set aside as it was; what was written beside a file of
// another version takes the place of that file, where it is gone.
void mend_slot(int folder, unsigned index);

}  // namespace cmagent::platform
