#include "agent/ui/check_list.h"

#include "agent/base/names.h"

namespace cmagent::ui {
namespace {

constexpr Named<Checked> kResultRows[] = {
    {Checked::ok, "ok"},
    {Checked::warning, "warning"},
    {Checked::fault, "fault"},
    {Checked::untried, "untried"},
};
constexpr auto kResults = names_of<kResultRows>();

}  // namespace

void CheckList::begin() {
    writer_ = json::Writer(text_);
    writer_.begin_object().key("checks").begin_array();
    faulty_ = false;
}

void CheckList::add(const char* check, std::string_view subject, Checked result,
                    std::string_view says, std::string_view remedy) {
    faulty_ = faulty_ || result == Checked::fault;
    writer_.begin_object();
    writer_.member("check", check);
    writer_.member_if_any("subject", subject);
    writer_.member("result", kResults[result]);
    writer_.member("says", says);
    writer_.member_if_any("remedy", remedy);
    writer_.end_object();
}

std::string_view CheckList::finish() {
    writer_.end_array().key("ok").boolean(!faulty_).end_object();
    // Empty would mean that the check is not over (Checking::check()).
    const std::string_view text = writer_.view();
    return text.empty() ? R"({"checks":[],"ok":false})" : text;
}

}  // namespace cmagent::ui
