#include "platform/api/listener.h"

#include "agent/base/names.h"

namespace cmagent::platform {

namespace {

using F = ListenFault;
constexpr Named<F> kFaultRows[] = {
    {F::none, "none"},
    {F::bad_address, "neither ADDRESS:PORT, [ADDRESS]:PORT nor unix:/PATH"},
    {F::family_missing, "the box lacks this address family, or does not have it yet"},
    {F::in_use,
     "address in use: another program listens there, or this one already runs; end it or "
     "choose another"},
    {F::not_permitted,
     "not permitted: a port from 1024 on, or a folder and a group of the daemon's"},
    {F::not_local, "the box does not have this address yet: served once it does"},
    {F::no_folder, "its folder is missing: make it before the start, for the daemon alone"},
    {F::shared_folder,
     "others may write to its folder: give it one that only the daemon may write"},
    {F::not_listening,
     "a socket of the supervisor's does not listen: Accept=no, stream sockets only"},
    {F::removed, "its file was removed or replaced: restart the daemon"},
    {F::failed, "cannot listen"},
};
constexpr auto kFaults = names_of<kFaultRows>();

}  // namespace

std::string_view listen_fault_text(ListenFault fault) {
    return kFaults[fault];
}

}  // namespace cmagent::platform
