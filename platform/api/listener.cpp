#include "platform/api/listener.h"

#include "agent/base/names.h"

namespace cmagent::platform {

namespace {

using F = ListenFault;
constexpr Named<F> kFaultRows[] = {
    {F::none, "none"},
    {F::bad_address, "neither ADDRESS:PORT, [ADDRESS]:PORT nor unix:/PATH"},
    {F::family_missing, "the box lacks this address family"},
    {F::in_use, "address in use"},
    {F::not_permitted, "not permitted"},
    {F::not_local, "the box has no such address"},
    {F::failed, "cannot listen"},
};
constexpr auto kFaults = names_of<kFaultRows>();

}  // namespace

std::string_view listen_fault_text(ListenFault fault) {
    return kFaults[fault];
}

}  // namespace cmagent::platform
