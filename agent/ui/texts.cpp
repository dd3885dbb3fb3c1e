#include "agent/ui/texts.h"

#include <algorithm>

#include "agent/base/characters.h"
#include "agent/base/decimal.h"
#include "agent/base/text_writer.h"
#include "languages.h"  // made by the build from texts/*.h: kLanguages

namespace cmagent::ui {
namespace {

// A weight in thousandths (RFC 9110 §12.4.2). A text that is no weight counts as 0: "not
// acceptable".
int weight_in(std::string_view parameters) {
    const std::string_view parameter = take_until(parameters, ';');
    if (parameter.empty()) return 1000;
    if (parameter.size() < 3 || to_lower(parameter[0]) != 'q' || parameter[1] != '=') return 0;
    int weight = 0;
    int unit = 1000;
    for (const char c : slice(parameter, 2)) {
        if (c == '.') continue;
        if (!is_digit(c)) return 0;
        weight += (c - '0') * unit;
        unit /= 10;
    }
    return weight;
}

// RFC 4647 §3.4: the range loses its last subtag, and a single letter that is then last goes too.
std::string_view shorten(std::string_view range) {
    const std::size_t cut = range.rfind('-');
    if (cut == std::string_view::npos) return {};
    range = slice(range, 0, cut);
    if (range.size() >= 2 && range[range.size() - 2] == '-') range.remove_suffix(2);
    return range;
}

const Language* lookup(std::string_view range) {
    for (; !range.empty(); range = shorten(range)) {
        for (const Language& language : languages()) {
            if (same_ignoring_case(language.tag, range)) return &language;
        }
    }
    return nullptr;
}

std::string_view text_for(const Language& language, TextId id, Plural form) {
    std::string_view general;
    for (std::size_t i = 0; i < language.size; ++i) {
        const TextKey key = language.keys[i];
        if (key.id != id) continue;
        if (key.form == form) return language.texts[i];
        if (key.form == Plural::other) general = language.texts[i];
    }
    return general;
}

}  // namespace

Span<const Language> languages() {
    return kLanguages;
}

const Language& english() {
    static constexpr Language kEnglish = language_of<en::kTranslations>("en", &en::plural);
    return kEnglish;
}

const Language& find_language(std::string_view tag, const Language& otherwise) {
    const Language* const found = lookup(tag);
    return found == nullptr ? otherwise : *found;
}

const Language& choose_language(std::string_view accepted, const Language& otherwise) {
    const Language* best = &otherwise;
    int best_weight = 0;
    while (!accepted.empty()) {
        std::string_view parameters = take_until(accepted, ',');
        const std::string_view range = take_until(parameters, ';');
        const int weight = weight_in(parameters);
        const Language* const found = lookup(range);
        if (found == nullptr || weight <= best_weight) continue;
        best = found;
        best_weight = weight;
    }
    return *best;
}

ComposedText compose(const Language& language, TextId id, const TextValues& values) {
    char number[kMaxDecimal];
    const struct {
        std::string_view name;
        std::string_view value;
    } fillings[] = {{"{n}", write_decimal(values.n, number)},
                    {"{device}", values.device},
                    {"{app}", values.app}};

    char text[ComposedText::capacity()];
    TextWriter out(text, WhenFull::cut);
    std::string_view rest = text_for(language, id, language.plural(values.n));
    while (!rest.empty()) {
        const std::size_t plain = std::min(rest.find('{'), rest.size());
        out << slice(rest, 0, plain);
        rest = slice(rest, plain);
        for (const auto& filling : fillings) {
            if (rest.empty() || slice(rest, 0, filling.name.size()) != filling.name) continue;
            out << filling.value;
            rest = slice(rest, filling.name.size());
        }
    }
    ComposedText composed;
    (void)composed.assign(out.view());
    return composed;
}

ComposedText join(const ComposedText& first, const ComposedText& second) {
    char text[ComposedText::capacity()];
    TextWriter out(text, WhenFull::cut);
    out << first.view() << " " << second.view();
    ComposedText joined;
    (void)joined.assign(out.view());
    return joined;
}

}  // namespace cmagent::ui
