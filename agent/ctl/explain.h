#pragma once

namespace cmagent::ctl {

// cmagentctl explain [--status 409] FILE|-: prints how the agent reads the body of an answer of CM,
// as JSON. Needs no daemon. `argv` holds the arguments behind the word "explain". Returns the exit
// status: 0; 1 where the body is no JSON or cannot be read, with FILE:line:column: why on standard
// error; 64 usage.
int explain(int argc, char** argv);

}  // namespace cmagent::ctl
