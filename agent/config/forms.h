#pragma once
// The forms that single texts of the configuration must have.

#include <string_view>

#include "agent/cm/endpoint.h"
#include "agent/config/key.h"

namespace cmagent::config {

// The rule that a value breaks, in words: "must be …". Null: none, and the value is taken.
using BrokenRule = const char*;

[[nodiscard]] BrokenRule read_url(std::string_view url, cm::Endpoint& into);

// Of application_id, account, rights, pins, listen_addresses, origins, hosts and language, for one
// text. A text of any other kind has no form.
[[nodiscard]] BrokenRule check_form(Key::Kind kind, std::string_view text);

}  // namespace cmagent::config
