#pragma once
#include <string_view>

#include "agent/base/names.h"
#include "agent/cm/request.h"

namespace cmagent::cm {

inline constexpr Named<Call> kCallNames[] = {
    {Call::start, "start"},       {Call::heartbeat, "heartbeat"},
    {Call::end, "end"},           {Call::running_streams, "running_streams"},
    {Call::metadata, "metadata"},
};
inline constexpr auto kCalls = names_of<kCallNames>();

// For what a failing test says.
inline std::string_view call_name(Call call) {
    return kCalls[call];
}

}  // namespace cmagent::cm
