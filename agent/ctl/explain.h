#pragma once

namespace cmagent::ctl {

// Prints how the agent reads the body of an answer of CM, as JSON. Needs no daemon. `file`: "-" is
// standard input. Returns the exit status: 0; 1 where the body is no JSON or cannot be read, with
// FILE:line:column: why on standard error.
int explain(const char* file);

}  // namespace cmagent::ctl
