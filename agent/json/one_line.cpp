#include "agent/json/one_line.h"

#include "agent/base/utf8.h"

namespace cmagent::json {

void write_one_line(TextWriter& out, const String& text) {
    bool gap = false;
    bool begun = false;
    Pieces pieces(text);
    for (std::string_view piece = pieces.next(); !piece.empty(); piece = pieces.next()) {
        while (!piece.empty()) {
            const std::size_t control = piece.front() == ' ' ? 1 : control_length(piece);
            gap = gap || control > 0;
            if (control == 0) {
                out << (gap && begun ? " " : "") << piece.front();
                gap = false;
                begun = true;
            }
            piece.remove_prefix(control == 0 ? 1 : control);
        }
    }
}

}  // namespace cmagent::json
