#include "platform/api/stream.h"

#include "agent/base/names.h"

namespace cmagent::platform {

namespace {

using F = StreamFault;
constexpr Named<F> kFaultRows[] = {
    {F::none, "none"},
    {F::connect_failed, "connect-failed"},
    {F::closed, "closed"},
    {F::clock_not_set, "clock-not-set"},
    {F::certificate_expired, "certificate-expired"},
    {F::certificate_not_yet_valid, "certificate-not-yet-valid"},
    {F::certificate_wrong_host, "certificate-wrong-host"},
    {F::certificate_untrusted, "certificate-untrusted"},
    {F::certificate_constrained, "certificate-constrained"},
    {F::certificate_invalid, "certificate-invalid"},
    {F::certificate_weak, "certificate-weak"},
    {F::pin_mismatch, "pin-mismatch"},
    {F::no_common_version, "no-common-version"},
    {F::no_common_algorithm, "no-common-algorithm"},
    {F::handshake_failed, "handshake-failed"},
    {F::handshake_cut, "handshake-cut"},
    {F::tls_broken, "tls-broken"},
    {F::out_of_memory, "out-of-memory"},
};
constexpr auto kFaults = names_of<kFaultRows>();

}  // namespace

std::string_view stream_fault_name(StreamFault fault) {
    return kFaults[fault];
}

}  // namespace cmagent::platform
