#pragma once

namespace cmagent::platform {

// How soon the kernel lets the threads of this process compute (contract.md, "Priority"). What returns
// an int returns 0, or the errno of the kernel's refusal.

// For set_niceness(), while /proc has this process as its user's own, which ends with its dumps.
void prepare_niceness();

// Of the calling thread, and of those that it starts from then on; and, if it was prepared, of the
// session's group, where the kernel divides processors among sessions first (sched(7), "The
// autogroup feature"): unless there is a terminal, whose user's programs are of the session as well.
// Where this is refused all stays as it is.
[[nodiscard]] int set_niceness(int niceness);
[[nodiscard]] int niceness();

// The calling thread goes before all that is not realtime, whatever user the process becomes. A
// refusal may also be that of a kernel that would not watch it: without a pause for a second
// (RLIMIT_RTTIME) the thread becomes an ordinary one again, by SIGXCPU.
[[nodiscard]] int set_realtime();
// True once, where set_realtime() was undone by the watch.
[[nodiscard]] bool take_realtime_loss();

// The calling thread becomes an ordinary one. A thread begins with what the one has that starts it.
void leave_realtime();
// For good: neither this process nor a child of it can become sooner than it is.
void give_up_right_to_priority();

// In the child of a fork: like a process whose parent has never called any of these, in a session and
// a group of its own. To be called first, for until then the child is as the caller of fork.
void shed_priority();

}  // namespace cmagent::platform
