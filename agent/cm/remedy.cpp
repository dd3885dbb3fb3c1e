#include "agent/cm/remedy.h"

#include <cstdint>
#include <iterator>

#include "agent/base/names.h"
#include "agent/base/packed.h"

namespace cmagent::cm {
namespace {

using M = Meaning;

enum class Remedy : std::uint8_t {
    none,
    name,
    way,
    clock,
    expired,
    stranger,
    root,
    pins,
    client,
    cut,
    operators,
    application,
    app,
    wait,
    memory,
};
using R = Remedy;

constexpr Named<R> kRemedyRows[] = {
    {R::none, ""},
    {R::name, "let the box reach a name server, and see that cm.url is right"},
    {R::way, "let network, firewall and proxy pass the box to CM, and see that cm.url is right"},
    {R::clock, "set the box's clock (NTP)"},
    {R::expired, "set the box's clock where it is wrong; else CM's operator must renew it"},
    {R::stranger, "see that no captive portal or proxy answers for CM, and that cm.url is right"},
    {R::root,
     "see that no captive portal or proxy answers for CM, and that cm.caFile has its root"},
    {R::pins, "see that cm.pins names a key of CM's chain"},
    {R::client,
     "see that no captive portal or proxy answers for CM, and that cm.clientCertFile is the "
     "one that CM asks for, if it does"},
    // A server that misses a certificate may close before its alert can be read.
    {R::cut,
     "let network, firewall and proxy pass the box to CM, and see that cm.clientCertFile is the "
     "one that CM asks for, if it does"},
    {R::operators, "CM's operator must mend it"},
    {R::application, "see that the application id is the one that CM's operator has given"},
    {R::app, "the app's maker must mend what it asks for"},
    {R::wait, "wait, and find out what asks CM so often"},
    {R::memory, "give the daemon more memory and descriptors"},
};
constexpr auto kRemedies = names_of<kRemedyRows>();

struct MeaningRow {
    M meaning;
    R remedy;
};
constexpr MeaningRow kMeaningRows[] = {
    {M::granted, R::none},        {M::listed, R::none},
    {M::conflict, R::none},       {M::terminated, R::none},
    {M::revoked, R::none},        {M::vanished, R::none},
    {M::throttled, R::wait},      {M::incomplete, R::app},
    {M::invalid, R::app},         {M::unauthorized, R::application},
    {M::unreachable, R::way},     {M::unclear, R::way},
    {M::not_cm, R::stranger},     {M::insecure, R::operators},
    {M::clock_not_set, R::clock}, {M::busy, R::none},
};
static_assert(lists_all(kMeaningRows, &MeaningRow::meaning));
constexpr auto kOfMeanings = column<kMeaningRows, &MeaningRow::remedy>();

// Reasons that say more than the meaning does.
struct ReasonRow {
    std::string_view reason;
    R remedy;
};
constexpr ReasonRow kReasonRows[] = {
    {"not-resolved", R::name},
    {"server-error", R::operators},
    {"no-session-id", R::stranger},
    {"certificate-expired", R::expired},
    {"certificate-not-yet-valid", R::clock},
    {"certificate-wrong-host", R::stranger},
    {"certificate-untrusted", R::root},
    {"pin-mismatch", R::pins},
    {"handshake-failed", R::client},
    {"handshake-cut", R::cut},
    {"tls-broken", R::way},
    {"out-of-memory", R::memory},
    {"not-watched", R::memory},
};
constexpr auto kReasons = pack<kReasonRows, &ReasonRow::reason>();
constexpr auto kOfReasons = column<kReasonRows, &ReasonRow::remedy>();

}  // namespace

std::string_view remedy_for(Meaning meaning, std::string_view reason) {
    for (std::size_t i = 0; i < std::size(kReasonRows); ++i) {
        if (kReasons[i] == reason) return kRemedies[kOfReasons[i]];
    }
    return kRemedies[kOfMeanings[static_cast<std::size_t>(meaning)]];
}

}  // namespace cmagent::cm
