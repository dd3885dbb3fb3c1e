#pragma once

namespace cmagent::platform {

// Before anything is allocated: the heap keeps little of what was freed. Nothing where the C library
// cannot be told (musl gives back by itself).
void keep_heap_small();

// Once, when the process serves: the code and constants that only the start has needed, of the
// program and of its libraries, are no longer in the process's memory. What is needed again comes
// back from the page cache by itself.
void leave_start_behind();

}  // namespace cmagent::platform
