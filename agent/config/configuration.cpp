#include "agent/config/configuration.h"

#include <cerrno>
#include <cstring>
#include <new>

#include "agent/base/text_writer.h"
#include "agent/config/file.h"
#include "agent/config/reader.h"
#include "agent/json/read.h"

namespace cmagent::config {
namespace {

// Twice what the largest configuration has that keeps to all limits: eight players with two commands, full lists.
constexpr std::size_t kMaxValues = 1024;

// contract.md: where no other is named.
constexpr std::string_view kDefaultListen[] = {"127.0.0.1:8790", "[::1]:8790"};

// One byte more, so that a longer file is seen to be longer.
char g_text[kMaxConfiguration + 1];
json::Token g_tokens[kMaxValues];

void not_json(const json::Parsed& parsed, ConfigurationFault& fault) {
    char bytes[ConfigurationFault::kMaxWhy];
    TextWriter why(bytes, WhenFull::mark);
    why << json::describe(parsed.error) << " (column " << parsed.where.column << ")";
    fault.line = parsed.where.line;
    (void)fault.why.assign(why.view());
}

}  // namespace

std::string_view Strings::keep(const json::String& text) {
    char* const at = bytes_ + used_;
    const std::optional<std::string_view> plain =
        json::unescape(text, Buffer{at, sizeof bytes_ - 1 - used_});
    if (!plain) return {};
    if (plain->data() != at && !plain->empty()) std::memcpy(at, plain->data(), plain->size());
    at[plain->size()] = '\0';
    used_ += plain->size() + 1;
    return {at, plain->size()};
}

ConfigurationFault parse_configuration(std::string_view text, Configuration& into) {
    new (&into) Configuration;
    ConfigurationFault fault;
    const json::Parsed parsed = json::parse(text, g_tokens);
    if (parsed) {
        ConfigurationReader(text, into, fault).read(parsed.root);
    } else {
        not_json(parsed, fault);
    }
    if (into.http.listen.empty()) {
        for (const std::string_view address : kDefaultListen) (void)into.http.listen.add(address);
    }
    return fault;
}

ConfigurationFault read_configuration(const char* file, Configuration& into) {
    std::string_view text;
    if (read_file(file, {g_text, sizeof g_text}, text)) return parse_configuration(text, into);
    ConfigurationFault fault;
    (void)fault.why.assign(std::strerror(errno));
    return fault;
}

std::string_view print(const ConfigurationFault& fault, const char* file, Buffer into) {
    TextWriter line(into, WhenFull::mark);
    line << file;
    if (fault.line != 0) line << ":" << fault.line;
    if (!fault.key.empty()) line << ": " << fault.key.view();
    line << ": " << fault.why.view();
    return line.view();
}

}  // namespace cmagent::config
