#pragma once

namespace cmagent::platform {

// Before anything is allocated: the heap keeps little of what was freed. Nothing where the C library
// cannot be told (musl gives back by itself).
void keep_heap_small();

// When the process serves, and whenever it is quiet again: what the heap keeps of freed memory, and
// the code and constants of the program and of its libraries, are no longer in the process's memory.
// What is needed again comes back from the page cache by itself, 64 KiB for each fault of a page.
void leave_unused_behind();

}  // namespace cmagent::platform
