#include "agent/lib/target.h"

#include "agent/base/percent.h"
#include "agent/base/text.h"

namespace cmagent::lib {

Target& Target::segment(std::string_view plain) {
    put("/");
    put_encoded(plain);
    return *this;
}

Target& Target::path(const char* more) {
    put(more);
    return *this;
}

Target& Target::parameter(const char* name, std::string_view plain) {
    if (plain.empty()) return *this;
    begin_parameter();
    put(name);
    put("=");
    put_encoded(plain);
    return *this;
}

Target& Target::metadata(std::string_view pair) {
    const std::size_t equals = pair.find('=');
    begin_parameter();
    put("metadata.");
    put_encoded(slice(pair, 0, equals));
    put("=");
    put_encoded(slice(pair, equals + 1));
    return *this;
}

void Target::begin_parameter() {
    put(has_query_ ? "&" : "?");
    has_query_ = true;
}

void Target::put(const char* text) {
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

}  // namespace cmagent::lib
