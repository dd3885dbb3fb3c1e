#pragma once
// A request to the daemon, and what is told of its answer on standard output and error.

#include <cstdio>
#include <string_view>

#include "agent/ctl/arguments.h"
#include "agent/ctl/client.h"
#include "agent/json/read.h"
#include "agent/json/write.h"

namespace cmagent::ctl {

// The name of the parameter, and of the member: contract.md, "Owner".
inline constexpr const char* kClientKey = "clientKey";

using Show = void (*)(std::FILE*, json::Item);

// Room for the body of a request, and for an event with its name.
[[nodiscard]] Buffer written();
// Tokens of one answer. Its items are valid until the next answer is parsed.
[[nodiscard]] json::Tokens tokens();

// Sends a request and prints its answer; returns the exit status. `show` prints for people; null:
// there is nothing to print.
[[nodiscard]] int perform(const Arguments& arguments, Client& client, const ApiRequest& call,
                          Show show);

// The same with a body. EX_USAGE where it became too long.
[[nodiscard]] int send_body(const Arguments& arguments, Client& client, const char* method,
                            std::string_view target, const json::Writer& body, Show show);

// The body of POST /v1/sessions.
[[nodiscard]] json::Writer start_body(const Arguments& arguments, std::string_view client_key);

void put_line(std::FILE* out, std::string_view json);

// On standard error; each returns its exit status.
[[nodiscard]] int tell_unreachable(const Arguments& arguments, std::string_view why);
[[nodiscard]] int tell_unreadable(const char* file, const char* why);
[[nodiscard]] int tell_too_long();
// The problem with which the daemon has refused the request.
[[nodiscard]] int tell_refused(const Arguments& arguments, const Client& client, Show show);

}  // namespace cmagent::ctl
