// Faults as the control port and --fault give them.

#include <array>
#include <utility>

#include "tests/cmsim/faults.h"
#include "tests/cmsim/json_input.h"

namespace cmagent::cmsim {
namespace {

template <typename Value, std::size_t N>
using Table = std::array<std::pair<const char*, Value>, N>;

constexpr Table<Framing, 4> kFramings{{{"length", Framing::length},
                                       {"chunked", Framing::chunked},
                                       {"both", Framing::both},
                                       {"close", Framing::close}}};
constexpr Table<Endless, 3> kEndless{
    {{"headers", Endless::headers}, {"body", Endless::body}, {"interim", Endless::interim}}};
constexpr Table<Then, 5> kThen{{{"next-request", Then::next_request},
                                {"close", Then::close},
                                {"hang-up", Then::hang_up},
                                {"reset", Then::reset},
                                {"silence", Then::silence}}};
constexpr Table<Welcome, 2> kWelcome{{{"stall", Welcome::stall}, {"reset", Welcome::reset}}};
constexpr std::array<const char*, 7> kCalls{"any",     "init",     "heartbeat", "end",
                                            "streams", "metadata", "connect"};

constexpr std::int64_t kMostMillis = 86'400'000;  // a day
constexpr std::int64_t kMostBytes = 16'777'216;
constexpr std::int64_t kMostCalls = 1'000'000;

template <typename Value, std::size_t N>
std::optional<Value> choice(Members& members, const char* name, const Table<Value, N>& table) {
    const std::optional<std::string> given = members.text(name);
    if (!given) return std::nullopt;
    std::string known;
    for (const auto& [word, value] : table) {
        if (*given == word) return value;
        known += std::string(known.empty() ? "" : ", ") + word;
    }
    members.refuse(members.item(name), std::string(name) + ": expected one of " + known);
}

std::string known_call(Members& members, const std::string& given) {
    for (const char* call : kCalls) {
        if (given == call) return given;
    }
    members.refuse(members.item("call"),
                   "call: expected any, init, heartbeat, end, streams, metadata or connect");
}

Match read_match(const Document& document, json::Item item) {
    Match match;
    if (!item) return match;
    Members members(document, item);
    match.call = known_call(members, members.text("call").value_or(match.call));
    match.application = members.text("application").value_or("");
    match.idp = members.text("idp").value_or("");
    match.subject = members.text("subject").value_or("");
    match.session = members.text("session").value_or("");
    match.skip = static_cast<std::size_t>(members.integer("skip", 0, kMostCalls).value_or(0));
    match.count = members.integer("count", 1, kMostCalls);
    members.expect_no_more();
    return match;
}

// {"Expires": null, "Location": "a/b", "Date": ["one", "two"]}
std::vector<HeaderEdit> read_headers(const Members& fault, json::Item object) {
    std::vector<HeaderEdit> edits;
    if (!object) return edits;
    if (!json::IsObject(object)) fault.refuse(object, "headers: expected an object");
    for (const json::Item member : json::ArrayForEach(object)) {
        HeaderEdit& edit = edits.emplace_back();
        edit.name = std::string(member.name().raw());
        if (json::IsString(member)) {
            edit.values.push_back(text_of(member));
        } else if (json::IsArray(member)) {
            for (const json::Item value : json::ArrayForEach(member)) {
                edit.values.push_back(text_of(value));
            }
        } else if (!json::IsNull(member)) {
            fault.refuse(member, "headers: expected a string, an array of strings or null");
        }
    }
    return edits;
}

const PublishedBody* read_published(Members& members) {
    const std::optional<std::string> name = members.text("published");
    if (!name) return nullptr;
    if (const PublishedBody* body = published_body(*name)) return body;
    members.refuse(members.item("published"), "published: \"" + *name + "\" is none of --help");
}

Wording read_wording(Members& members) {
    Wording wording;
    for (const std::string& name : members.texts("leavesOut").value_or(Names{})) {
        const Omission* omission = omission_named(name);
        if (omission == nullptr) {
            members.refuse(members.item("leavesOut"),
                           "leavesOut: \"" + name + "\" is none of --help");
        }
        wording.left_out.push_back(omission);
    }
    wording.listed = members.integer("listed", 0, kMostCalls);
    wording.threshold_off = members.integer("thresholdOff", -kMostCalls, kMostCalls).value_or(0);
    return wording;
}

std::optional<int> status_code(Members& members, const char* name) {
    const auto value = members.integer(name, 100, 999);
    return value ? std::optional<int>(static_cast<int>(*value)) : std::nullopt;
}

std::size_t amount(Members& members, const char* name) {
    return static_cast<std::size_t>(members.integer(name, 0, kMostBytes).value_or(0));
}

void answer_nothing(Fault& fault, Then then) {
    fault.truncate_after = 0;
    fault.then = then;
}

// The members that change CM's decision and its words.
void read_answer(Members& members, Fault& fault) {
    fault.taken = members.boolean("taken");
    fault.codes_heeded = members.integer("codesHeeded", 0, kMostCalls);
    if (members.boolean("freesTooLate").value_or(false)) fault.ending = Ending::after_the_verdict;
    fault.published = read_published(members);
    fault.wording = read_wording(members);
    fault.status = status_code(members, "status");
    fault.body = members.text("body");
    if (const auto type = members.text("contentType")) {
        fault.headers.push_back({"Content-Type", {*type}});
    }
    for (HeaderEdit& edit : read_headers(members, members.item("headers"))) {
        fault.headers.push_back(std::move(edit));
    }
    fault.portal = status_code(members, "portal");
    fault.date_offset = members.integer("dateOffsetMs", -3650 * kMostMillis, 3650 * kMostMillis);
    fault.lease = members.integer("leaseMs", -3650 * kMostMillis, 3650 * kMostMillis);
    fault.second_date = members.integer("secondDateMs", -kMostMillis, kMostMillis);
}

// The members that change how the answer comes over the line.
void read_transmission(Members& members, Fault& fault) {
    fault.delay = members.integer("delayMs", 0, kMostMillis).value_or(0);
    fault.garbage = members.boolean("garbage").value_or(false);
    fault.interim = amount(members, "interim");
    fault.framing = choice(members, "framing", kFramings).value_or(Framing::length);
    fault.endless = choice(members, "endless", kEndless).value_or(Endless::nothing);
    fault.truncate_after = members.integer("truncateAfter", 0, kMostBytes);
    fault.bytes_per_second = amount(members, "bytesPerSecond");
    fault.then = choice(members, "then", kThen);
    if (members.boolean("silence").value_or(false)) answer_nothing(fault, Then::silence);
    if (members.boolean("reset").value_or(false)) answer_nothing(fault, Then::reset);
    fault.welcome = choice(members, "welcome", kWelcome).value_or(Welcome::serve);
}

Fault read_fault(const Document& document, json::Item item) {
    Members members(document, item);
    Fault fault;
    read_answer(members, fault);
    read_transmission(members, fault);
    members.expect_no_more();
    return fault;
}

}  // namespace

FaultNumber Faults::add(const std::string& text, const std::string& source) {
    const Document document(text, source);
    Members members(document, document.root());
    ActiveFault active;
    active.match = read_match(document, members.item("match"));
    const json::Item fault = members.item("fault");
    if (!fault) document.refuse(document.root(), "\"fault\" is missing");
    active.fault = read_fault(document, fault);
    members.expect_no_more();
    active.text = text;
    active.number = ++added_;
    active_.push_back(std::move(active));
    return added_;
}

}  // namespace cmagent::cmsim
