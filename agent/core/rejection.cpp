#include "agent/core/rejection.h"

#include "agent/base/base64.h"
#include "agent/base/characters.h"
#include "agent/base/percent.h"
#include "agent/base/text_writer.h"
#include "agent/json/one_line.h"

namespace cmagent::core {
namespace {

// Longer words of CM are not looked through, and so not passed on.
constexpr std::size_t kMaxWords = 1024;

bool holds(std::string_view text, std::string_view secret) {
    if (secret.empty()) return false;
    for (; text.size() >= secret.size(); text.remove_prefix(1)) {
        if (same_ignoring_case(slice(text, 0, secret.size()), secret)) return true;
    }
    return false;
}

// In plain, or as it went out in a path or a form.
bool echoes(std::string_view text, std::string_view secret) {
    char bytes[3 * cm::kMaxSubject];  // the longest secret, every byte escaped
    TextWriter encoded(bytes);
    write_percent_encoded(encoded, secret);
    return holds(text, secret) || holds(text, encoded.view());
}

// As it went out in Authorization (RFC 7617).
bool echoes_credentials(std::string_view text, std::string_view application_id) {
    char bytes[cm::kMaxApplicationId + 1];
    TextWriter user(bytes);
    user << application_id << ':';
    char digits[2 * sizeof bytes];
    TextWriter encoded(digits);
    write_base64(encoded, user.view());
    return echoes(text, application_id) || holds(text, encoded.view());
}

bool betrays(std::string_view text, const Rejection::Secrets& secrets) {
    if (echoes(text, secrets.subject)) return true;
    const std::size_t codes = secrets.codes == nullptr ? 0 : secrets.codes->count;
    for (std::size_t i = 0; i < codes; ++i) {
        if (echoes(text, secrets.codes->list[i].view())) return true;
    }
    return echoes_credentials(text, secrets.application_id);
}

// "CODE: message", what there is of it.
void write_words(TextWriter& out, const json::String& code, const json::String& message) {
    write_one_line(out, code);
    if (!out.view().empty() && !message.raw().empty()) out << ": ";
    write_one_line(out, message);
}

}  // namespace

std::string_view Rejection::reason_for(Refusal refusal, const cm::Answer& answer,
                                       const Secrets& secrets) {
    const bool answered = answer.reason.empty() && answer.status != 0;
    const bool theirs = refusal == Refusal::cm_rejected || refusal == Refusal::cm_credentials;
    if (!theirs || !answered) return answer.reason;
    const cm::Fault fault = answer.evaluation.fault();
    char cut[kMaxReason];
    TextWriter reason(cut, WhenFull::mark);
    for (const json::String& message : {fault.message, json::String()}) {
        char bytes[kMaxWords];
        TextWriter words(bytes);
        write_words(words, fault.code, message);
        if (words.view().empty() || betrays(words.view(), secrets)) continue;
        reason << words.view();
        break;
    }
    if (reason.view().empty()) reason << "status " << answer.status;
    (void)text_.assign(reason.view());
    return text_.view();
}

}  // namespace cmagent::core
