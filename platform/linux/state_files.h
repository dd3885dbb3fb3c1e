#pragma once
#include <string_view>

namespace cmagent::platform {

// Whether a name is one that this or another version of the agent gives a file in `state.dir`:
// `state-`, a digit or more, and what may follow a dot. Later versions keep to it, so that all of them
// can be forgotten by each.
[[nodiscard]] bool is_state_file(std::string_view name);

// Makes a folder its owner's alone (mode 0700), where this process is the owner and nothing else is in
// there than what the agent keeps: one that others use, too, keeps its rights.
void make_folder_private(int folder);

// What forget_state() came to.
struct Forgotten {
    unsigned files = 0;  // that are gone
    int error = 0;       // an errno of the first that stays, or of the folder; 0: none
};
// Removes every version's files. What stands there under another name stays, and so does what a link
// leads to.
[[nodiscard]] Forgotten forget_state(int folder);

}  // namespace cmagent::platform
