#include "agent/config/configuration.h"

#include <cstring>
#include <new>

#include "agent/base/text_writer.h"
#include "agent/config/reader.h"
#include "agent/json/read.h"

namespace cmagent::config {
namespace {

// Twice the values of the largest configuration within all limits: eight players with two commands,
// full lists.
constexpr std::size_t kMaxValues = 1024;

// contract.md, "Configuration": where the file names no other.
constexpr std::string_view kDefaultListen[] = {"127.0.0.1:8790", "[::1]:8790"};

// Static: too much for a stack, and used by one call at a time.
json::Token g_tokens[kMaxValues];

void not_json(const json::Parsed& parsed, ConfigurationFault& fault) {
    char bytes[ConfigurationFault::kMaxWhy];
    TextWriter why(bytes, WhenFull::mark);
    why << json::describe(parsed.error) << " (column " << parsed.where.column << ")";
    fault.line = parsed.where.line;
    (void)fault.why.assign(why.view());
}

// The tokens behind those of a text, whose number parse() leaves before its root.
json::Tokens rest_of(json::Tokens tokens, json::Item root) {
    const std::size_t used = static_cast<std::size_t>(root.at(-1).token().size) + 1;
    return {tokens.data + used, tokens.size - used};
}

void begin(Configuration& into) {
    new (&into) Configuration;
    for (const std::string_view address : kDefaultListen) (void)into.http.listen.add(address);
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

std::string_view Strings::join(std::string_view first, std::string_view second) {
    TextWriter path({bytes_ + used_, kMaxPath});
    path << first << second;
    const std::string_view joined = path.view();
    bytes_[used_ + joined.size()] = '\0';
    used_ += joined.size() + 1;
    return joined;
}

ConfigurationFault parse_configuration(Span<const Source> files, const platform::Adapters& adapters,
                                       Configuration& into, const Surroundings& surroundings) {
    ConfigurationFault fault;
    LocatedValue root;
    json::Tokens left = g_tokens;
    for (const Source& file : files) {
        const json::Parsed parsed = json::parse(file.text, left);
        if (!parsed) {
            fault.file = file.name;
            not_json(parsed, fault);
            return fault;
        }
        begin(into);
        ConfigurationReader(files, adapters, {into, nullptr}, fault).read_part(parsed.root);
        if (fault) return fault;
        root.lay(parsed.root);
        left = rest_of(left, parsed.root);
    }
    begin(into);
    for (const Source& file : files) (void)into.files.add(into.strings.join(file.name, "").data());
    ConfigurationReader(files, adapters, {into, &surroundings}, fault).read(root);
    return fault;
}

std::string_view print(const ConfigurationFault& fault, Buffer into) {
    TextWriter line(into, WhenFull::mark);
    if (fault.file != nullptr) line << fault.file;
    if (fault.line != 0) line << ":" << fault.line;
    if (fault.file != nullptr) line << ": ";
    if (!fault.key.empty()) line << fault.key.view() << ": ";
    line << fault.why.view();
    return line.view();
}

}  // namespace cmagent::config
