#include "agent/ctl/explain.h"

#include <sysexits.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "agent/cm/advice.h"
#include "agent/ctl/printable.h"
#include "agent/json/write.h"
#include "agent/ui/evaluation_json.h"

namespace cmagent::ctl {
namespace {

constexpr int kFailed = 1;
// One byte more than a body may have, so that a longer one is seen to be longer.
constexpr std::size_t kMaxRead = json::kMaxText + 1;
// Every string of the body is printed twice at most: within the metadata, and as its meaning.
constexpr std::size_t kMaxPrinted = 3 * json::kMaxText;

char g_body[kMaxRead];
char g_printed[kMaxPrinted];
// As many tokens as any body of 64 KiB needs: even the densest body shall be explained.
json::Token g_tokens[json::kMaxTokens + cm::kNoteTokens];

// False, with errno set, when the file cannot be read.
bool read_file(const char* name, std::string_view& body) {
    std::FILE* const file = std::strcmp(name, "-") == 0 ? stdin : std::fopen(name, "rb");
    if (file == nullptr) return false;
    body = {g_body, std::fread(g_body, 1, kMaxRead, file)};
    const bool read = std::ferror(file) == 0;
    if (file != stdin) std::fclose(file);
    return read;
}

int print(const cm::Evaluation& evaluation) {
    json::Writer writer(Buffer{g_printed, kMaxPrinted});
    writer.begin_object();
    ui::write_violations(writer.key("violations"), evaluation, {ui::english()});
    ui::write_termination(writer.key("termination"), evaluation);
    ui::write_obligations(writer.key("obligations"), evaluation);
    writer.end_object();
    const std::string_view printed = writer.view();
    print_json(stdout, printed);
    const bool written = !printed.empty() && std::fputc('\n', stdout) != EOF &&
                         std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    return written ? EX_OK : kFailed;
}

}  // namespace

int explain(const char* name) {
    std::string_view body;
    if (!read_file(name, body)) {
        std::fprintf(stderr, "%s: %s\n", name, std::strerror(errno));
        return kFailed;
    }
    const cm::Evaluation evaluation = cm::Evaluation::read(body, g_tokens);
    if (evaluation.error() != json::Error::none) {
        std::fprintf(stderr, "%s:%u:%u: %s\n", name, evaluation.where().line,
                     evaluation.where().column, json::describe(evaluation.error()));
        return kFailed;
    }
    return print(evaluation);
}

}  // namespace cmagent::ctl
