#pragma once
// Times as CM writes them, from milliseconds since the epoch. Own arithmetic: time_t has 32 bits on
// some of the machines that this runs on.

#include <string>

#include "tests/cmsim/policy.h"

namespace cmagent::cmsim {

std::string http_date(Millis time);  // RFC 9110 §5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT"
std::string rfc3339(Millis time);    // "1994-11-06T08:49:37.000Z"
std::string x509_time(Millis time);  // "19941106084937"

}  // namespace cmagent::cmsim
