#include "agent/daemon/cm_probe.h"

#include <algorithm>

#include "agent/cm/date_time.h"
#include "agent/cm/remedy.h"
#include "platform/linux/socket_address.h"

namespace cmagent::daemon {
namespace {

using M = cm::Meaning;

// The defaults, at the most: all that a check may take is then less than a caller waits.
constexpr Millis kConnect = 5 * kSecond;
constexpr Millis kRequest = 10 * kSecond;
// Who renews by a machine does so earlier: it has failed, then.
constexpr std::int64_t kSoonDays = 14;
// Certificates and leases bear so much.
constexpr std::int64_t kClockTolerance = 60 * kSecond;
constexpr Millis kSilence = 60 * kSecond;  // of a 429 that does not say how long

// What Rejection says of an answer that says nothing itself.
constexpr std::string_view kStatus = "status ";
constexpr char kUnreached[] = "CM was not reached";

// A line of what was found.
struct Said {
    char bytes[320];
    TextWriter out{bytes, WhenFull::cut};
};

// "certificate-expired (192.0.2.1:443: …)", as in the log.
void put_reason(TextWriter& out, std::string_view reason, std::string_view detail) {
    out << reason;
    if (!detail.empty()) out << " (" << detail << ")";
}

}  // namespace

CmProbe::CmProbe(const World& world)
    : world_(world),
      connection_(world.stream, {settings_, *this, world.poller, world.clock, world.tokens}, book_,
                  counters_, *this) {}

void CmProbe::begin(ui::CheckList& into) {
    stop();
    list_ = &into;
    step_ = Step::naming;
    told_ = {};
    at_ = application_ = 0;
    good_ = kNone;
    date_ms_ = 0;
    judged_by_clock_ = false;
    settings_ = world_.settings;
    settings_.connect_timeout = std::min(settings_.connect_timeout, kConnect);
    settings_.request_timeout = std::min(settings_.request_timeout, kRequest);
    const cm::Endpoint& cm = settings_.endpoint;
    due_ = now() + settings_.connect_timeout;
    if (!world_.resolver.resolve(cm.host, cm.port, *this)) due_ = now();
}

void CmProbe::stop() {
    if (step_ == Step::naming) world_.resolver.cancel(*this);
    connection_.close();
    step_ = Step::over;
    proceeds_ = false;
    asker_ = nullptr;
    due_ = kNever;
}

Time CmProbe::next_deadline() const {
    if (step_ == Step::over) return kNever;
    if (proceeds_ || asker_ != nullptr) return {};
    return earlier(due_, connection_.next_deadline());
}

void CmProbe::on_time(Time now) {
    if (step_ == Step::over) return;
    connection_.on_time(now);
    if (asker_ != nullptr) {
        platform::ResolverListener& asker = *asker_;
        asker_ = nullptr;
        platform::Addresses one;
        one.list[one.count++] = told_.list[at_];
        asker.on_resolved(one);
    }
    if (step_ == Step::naming && due_ <= now) {
        world_.resolver.cancel(*this);
        name("no answer in time");
    }
    if (!proceeds_) return;
    proceeds_ = false;
    proceed();
}

// --- CM's name ---

bool CmProbe::resolve(std::string_view, std::uint16_t, platform::ResolverListener& listener) {
    asker_ = &listener;
    return true;
}

void CmProbe::cancel(platform::ResolverListener&) {
    asker_ = nullptr;
}

void CmProbe::on_resolved(const platform::Addresses& addresses) {
    told_ = addresses;
    name(addresses.problem);
}

void CmProbe::name(const char* problem) {
    due_ = kNever;
    step_ = Step::reaching;
    proceeds_ = true;
    const std::string_view host = settings_.endpoint.host;
    if (told_.count == 0)
        return list_->add("resolve", host, ui::Checked::fault, problem,
                          cm::remedy_for(M::unreachable, "not-resolved"));
    Said says;
    says.out << "addresses: " << told_.count;
    list_->add("resolve", host, ui::Checked::ok, says.out.view());
    if (told_.count > kMostAddresses) told_.count = kMostAddresses;
}

// --- its addresses, and the applications ---

void CmProbe::proceed() {
    if (step_ == Step::closing) return stop();
    if (step_ == Step::reaching && at_ < told_.count) return reach();
    if (step_ == Step::reaching) {
        step_ = Step::asking;
        if (good_ == kNone) return leave_out(kUnreached);
        at_ = good_;
    }
    if (silent_until_ != kNever && now() < silent_until_)
        return leave_out("CM asks to be left alone for a while");
    if (application_ == world_.core.settings().application_count) return leave_out("");
    connection_.idle() ? ask() : connection_.connect();
}

void CmProbe::reach() {
    connection_.close();
    began_ = now();
    connection_.connect();
}

void CmProbe::on_connection_open(link::CmConnection&) {
    if (step_ == Step::asking) return ask();
    if (good_ == kNone) good_ = at_;
    add_address(nullptr);
}

void CmProbe::on_connection_failed(link::CmConnection&, const cm::Answer& failure) {
    if (step_ == Step::reaching) return add_address(&failure);
    add_application(failure);
}

// Of the certificate of the chain that ends first.
void CmProbe::add_certificate(std::string_view address) {
    Said says;
    says.out << "verified";
    const platform::CertificateFacts* const first = world_.chain.first_to_end();
    if (first == nullptr) return list_->add("tls", address, ui::Checked::ok, says.out.view());
    const std::int64_t days = first->days_left(world_.clock.wall_ms());
    says.out << ", days left: " << days << " (" << first->subject.view() << ")";
    const bool soon = days < kSoonDays;
    list_->add("tls", address, soon ? ui::Checked::warning : ui::Checked::ok, says.out.view(),
               soon ? cm::remedy_for(M::insecure, "certificate-expired") : std::string_view());
}

// The one line of an address, or two with TLS.
void CmProbe::add_address(const cm::Answer* failure) {
    const platform::SocketAddressText address =
        format(platform::to_socket_address(told_.list[at_]));
    at_++;
    proceeds_ = true;
    const bool connected = failure == nullptr || failure->meaning != M::unreachable;
    // Where another address works, viewers do not miss this one.
    const bool last = at_ == told_.count && good_ == kNone;
    Said says;
    if (connected) {
        says.out << "open after " << now() - began_ << " ms";
        list_->add("connect", address.view(), ui::Checked::ok, says.out.view());
    } else {
        put_reason(says.out, failure->reason, failure->detail);
        list_->add("connect", address.view(), last ? ui::Checked::fault : ui::Checked::warning,
                   says.out.view(), cm::remedy_for(failure->meaning, failure->reason));
    }
    if (!connected || !settings_.endpoint.tls) return;
    if (failure == nullptr) return add_certificate(address.view());
    Said why;
    put_reason(why.out, failure->reason, failure->detail);
    list_->add("tls", address.view(), ui::Checked::fault, why.out.view(),
               cm::remedy_for(failure->meaning, failure->reason));
    judged_by_clock_ = judged_by_clock_ || failure->meaning == M::clock_not_set ||
                       failure->reason == "certificate-expired" ||
                       failure->reason == "certificate-not-yet-valid";
}

void CmProbe::ask() {
    cm::Request request;
    request.call = cm::Call::metadata;
    request.application_id = world_.core.settings().applications[application_].id.view();
    began_ = now();
    connection_.send(request, settings_.request_timeout);
}

void CmProbe::on_connection_answer(link::CmConnection&, const cm::Answer& answer, Time) {
    if (answer.date_ms != 0) date_ms_ = answer.date_ms;
    if (answer.meaning == M::throttled) {
        silent_until_ = now() + (answer.lifetime_ms > 0 ? answer.lifetime_ms : kSilence);
    }
    add_application(answer);
}

// An answer that is not CM's own is the same for all applications.
void CmProbe::add_application(const cm::Answer& answer) {
    const core::Application& application = world_.core.settings().applications[application_++];
    const std::string_view name = core::shown_name(application.name);
    proceeds_ = true;
    if (answer.meaning == M::listed)
        return list_->add("application", name, ui::Checked::ok, "CM knows it");
    Said says;
    says.out << cm::meaning_name(answer.meaning);
    const std::string_view reason = rejection_.reason_for(core::refusal_for(answer.meaning), answer,
                                                          {{}, application.id.view()});
    const bool told = slice(reason, 0, kStatus.size()) == kStatus;
    if (answer.status != 0 && !told) says.out << ", " << kStatus << answer.status;
    if (!reason.empty()) put_reason(says.out << ", ", reason, answer.detail);
    const bool throttled = answer.meaning == M::throttled;
    list_->add("application", name, throttled ? ui::Checked::warning : ui::Checked::fault,
               says.out.view(), cm::remedy_for(answer.meaning, answer.reason));
    if (throttled || !cm::is_word_of_cm(answer.meaning)) leave_out("as the one before");
}

// The applications that are left are not asked about, and nothing more is.
void CmProbe::leave_out(const char* why) {
    const core::Settings& settings = world_.core.settings();
    for (; application_ < settings.application_count; ++application_) {
        list_->add("application", core::shown_name(settings.applications[application_].name),
                   ui::Checked::untried, why);
    }
    add_clock();
    proceeds_ = true;
    step_ = Step::closing;
}

void CmProbe::add_clock() {
    const std::int64_t wall = world_.clock.wall_ms();
    const std::int64_t ahead = wall - date_ms_;
    const std::string_view remedy = cm::remedy_for(M::clock_not_set, {});
    const cm::Rfc3339 time = cm::write_rfc3339(wall);
    Said says;
    says.out << time.view();
    if (platform::known_wall_ms(world_.clock) == 0) {
        says.out << ": not set";
        list_->add("clock", {}, ui::Checked::fault, says.out.view(), remedy);
    } else if (date_ms_ != 0) {
        const bool agrees = ahead < kClockTolerance && ahead > -kClockTolerance;
        says.out << ": " << ahead / kSecond << " s ahead of CM's";
        list_->add("clock", {}, agrees ? ui::Checked::ok : ui::Checked::warning, says.out.view(),
                   agrees ? std::string_view() : remedy);
    } else if (judged_by_clock_) {
        says.out << ": a certificate fails by it";
        list_->add("clock", {}, ui::Checked::fault, says.out.view(), remedy);
    } else {
        list_->add("clock", {}, ui::Checked::untried, kUnreached);
    }
}

}  // namespace cmagent::daemon
