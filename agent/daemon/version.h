#pragma once
// What this program is made of (contract.md, "version").

#include <cstdio>

namespace cmagent::daemon {

// "armv7l, GNU 12.2.0, players ui exec mpv, languages en fr, with metrics, without TLS 1.3 page check".
extern const char kBuild[];

void print_version(std::FILE* out);

}  // namespace cmagent::daemon
