#include "agent/core/credit.h"

namespace cmagent::core {

void Credit::note(cm::Call asked, cm::Meaning meaning, Time now) {
    if (meaning == cm::Meaning::busy) return;  // CM was not asked
    const bool word = cm::is_word_of_cm(meaning);
    note_reach(meaning, now);
    // Else a heartbeat that is let through would renew the credit of a start that CM never judges.
    const bool judged = asked == cm::Call::start && meaning != cm::Meaning::throttled;
    const bool over = judged || !lent_;
    if (word && over) renew();
    if (!word && !outage_) restore(now, false);
}

void Credit::note_reach(cm::Meaning meaning, Time now) {
    if (meaning == cm::Meaning::busy) return;
    const Reach reach = cm::is_word_of_cm(meaning) ? Reach::yes : Reach::no;
    if (reach != reach_) reach_since_ = now;
    reach_ = reach;
}

Time Credit::ends(Millis grace, Time now) const {
    return (outage_ ? began_ : now) + grace;
}

}  // namespace cmagent::core
