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
            const std::size_t left_out = control > 0 ? control : hidden_length(piece);
            gap = gap || control > 0;
            if (left_out == 0) {
                out << (gap && begun ? " " : "") << piece.front();
                gap = false;
                begun = true;
            }
            piece.remove_prefix(left_out == 0 ? 1 : left_out);
        }
    }
}

bool read_name(const String& text, AnyText out) {
    TextWriter plain({out.bytes(), out.capacity()});
    Pieces pieces(text);
    for (std::string_view piece = pieces.next(); !piece.empty(); piece = pieces.next()) {
        while (!piece.empty()) {
            const std::size_t left_out = unprintable_length(piece);
            if (left_out == 0) plain << piece.front();
            piece.remove_prefix(left_out == 0 ? 1 : left_out);
        }
    }
    out.resize(plain.view().size());
    return plain.complete();
}

}  // namespace cmagent::json
