#include "agent/ctl/target.h"

#include "agent/base/percent.h"

namespace cmagent::ctl {

Target& Target::segment(std::string_view plain) {
    put("/");
    put_encoded(plain);
    return *this;
}

Target& Target::parameter(std::string_view name, std::string_view plain) {
    if (plain.empty()) return *this;
    put(has_query_ ? "&" : "?");
    has_query_ = true;
    put(name);
    put("=");
    put_encoded(plain);
    return *this;
}

void Target::put(std::string_view text) {
    TextWriter out = rest();
    out << text;
    take(out);
}

void Target::put_encoded(std::string_view plain) {
    TextWriter out = rest();
    write_percent_encoded(out, plain);
    take(out);
}

void Target::take(const TextWriter& written) {
    overflow_ = overflow_ || !written.complete();
    size_ += written.view().size();
}

}  // namespace cmagent::ctl
