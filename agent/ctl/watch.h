#pragma once
// What has happened: GET /v1/events (contract.md, "Events").

#include "agent/ctl/arguments.h"
#include "agent/ctl/client.h"

namespace cmagent::ctl {

// Prints events until it is interrupted.
[[nodiscard]] int watch(const Arguments& arguments, Client& client);

// Prints the events that are kept, or those after --since; waits for one, where it is told to.
[[nodiscard]] int list_events(const Arguments& arguments, Client& client);

}  // namespace cmagent::ctl
