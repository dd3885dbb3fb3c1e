#pragma once
// Each page from the tables of its program. They exit where the tables and the texts disagree.

#include "tests/documents/manual/roff.h"

namespace cmagent::manual {

[[nodiscard]] std::string daemon_page();
[[nodiscard]] std::string ctl_page();
[[nodiscard]] std::string configuration_page();
[[nodiscard]] std::string cmsim_page();

// Of cmagentd, cmagentctl and cmsim.
[[nodiscard]] Files completions();

// What `cmagentd --help` prints.
[[nodiscard]] std::string daemon_help();

}  // namespace cmagent::manual
