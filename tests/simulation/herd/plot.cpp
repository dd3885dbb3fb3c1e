#include "tests/simulation/herd/plot.h"

#include <cstdarg>
#include <cstdio>

namespace cmagent::herd {
namespace {

constexpr int kWidth = 800;
constexpr int kHeight = 240;  // of one story
constexpr int kLeft = 50;
constexpr int kTop = 40;
constexpr double kMost = 10;  // multiples of the steady state

class Svg {
  public:
    explicit Svg(std::FILE* file) : file_(file) {}

    [[gnu::format(printf, 2, 3)]] void put(const char* format, ...) {
        va_list values;
        va_start(values, format);
        std::vfprintf(file_, format, values);
        va_end(values);
    }

    void line(const std::vector<std::uint32_t>& counts, double steady, int top, const char* color) {
        put("<polyline fill='none' stroke='%s' stroke-width='1.5' points='", color);
        for (std::size_t s = 0; s + 1 < counts.size(); ++s) {
            const double x = kLeft + static_cast<double>(s) * (kWidth - kLeft - 10) /
                                         static_cast<double>(counts.size());
            put("%.1f,%.1f ", x, height_of(static_cast<double>(counts[s]) / steady, top));
        }
        put("'/>\n");
    }

    void story(const char* title, const Load& load, const Region& region, int top) {
        put("<text x='%d' y='%d' font-weight='bold'>%s</text>\n", kLeft, top - 14, title);
        for (int multiple = 0; multiple <= static_cast<int>(kMost); multiple += 2) {
            const double y = height_of(multiple, top);
            put("<line x1='%d' x2='%d' y1='%.1f' y2='%.1f' stroke='#ddd'/>"
                "<text x='%d' y='%.1f' text-anchor='end'>%d×</text>\n",
                kLeft, kWidth - 10, y, y, kLeft - 6, y + 4, multiple);
        }
        line(load.offered, region.steady(), top, "#c33");
        line(load.taken, region.steady(), top, "#36c");
    }

  private:
    static double height_of(double multiple, int top) {
        return top + (kHeight - 60) * (1 - multiple / kMost);
    }

    std::FILE* file_;
};

}  // namespace

bool plot(const char* file, const Region& region, const Load& power_cut, const Load& outage) {
    std::FILE* out = std::fopen(file, "w");
    if (out == nullptr) return false;
    Svg svg(out);
    svg.put(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif' "
        "font-size='12'>\n<rect width='100%%' height='100%%' fill='white'/>\n",
        kWidth, 2 * kHeight + 20);
    svg.story("1,000,000 boxes: power comes back after one minute", power_cut, region, kTop);
    svg.story("1,000,000 boxes: CM comes back after one minute", outage, region, kTop + kHeight);
    svg.put(
        "<text x='%d' y='%d'>six minutes; calls a second in multiples of the steady state: "
        "<tspan fill='#c33'>asked</tspan>, <tspan fill='#36c'>taken</tspan> by a CM that can "
        "take %.0f times the steady state</text>\n</svg>\n",
        kLeft, 2 * kHeight + 4, region.capacity);
    return std::fclose(out) == 0;
}

}  // namespace cmagent::herd
