#include "agent/ctl/arguments.h"
#include "agent/ctl/option_list.h"

namespace cmagent::ctl {
namespace {

void put(std::FILE* out, const char* before, std::string_view text) {
    std::fputs(before, out);
    std::fwrite(text.data(), 1, text.size(), out);
}

void print_command(std::FILE* out, const char* before, Command command) {
    const CommandText text = text_of(command);
    put(out, before, text.name);
    put(out, text.words.empty() ? "" : " ", text.words);
    put(out, "\n      ", text.help);
    std::fputc('\n', out);
}

// "start outlook: " of an option that not every command takes.
void print_commands(std::FILE* out, const Option& option) {
    const char* before = "";
    for (std::size_t i = 0; i < kCountOf<Command>; ++i) {
        const auto command = static_cast<Command>(i);
        if (!option.commands.has(command)) continue;
        put(out, before, text_of(command).name);
        before = " ";
    }
    if (*before != '\0') std::fputs(": ", out);
}

// `of`: none for the options of all commands.
void print_options(std::FILE* out, Command of) {
    for (std::size_t n = 0; n < option_count(); ++n) {
        const Option option = nth_option(n);
        if (of != Command::none && !option.goes_with(of)) continue;
        constexpr int kLeft = 24;
        put(out, "  ", option.name);
        put(out, " ", option.value);
        const auto left = option.name.size() + option.value.size() + 1;
        std::fprintf(out, "%*s", kLeft - static_cast<int>(left), "");
        if (of == Command::none) print_commands(out, option);
        put(out, "", option.help);
        std::fputc('\n', out);
    }
}

void print_all_commands(std::FILE* out) {
    std::fputs(
        "cmagentctl: talks to cmagentd, the Concurrency Monitoring agent\n\n"
        "Usage: cmagentctl [OPTION...] COMMAND [OPTION...] [WORD...]\n\n",
        out);
    for (std::size_t i = 1; i < kCountOf<Command>; ++i) {
        print_command(out, "  ", static_cast<Command>(i));
    }
}

}  // namespace

void print_help(std::FILE* out, Command command) {
    if (command == Command::none) {
        print_all_commands(out);
    } else {
        print_command(out, "Usage: cmagentctl ", command);
    }
    std::fputs("\nOptions:\n", out);
    print_options(out, command);
    std::fputs(
        "\nExit status: 0 done, 1 refused (the problem is on standard error), 64 usage,\n"
        "69 the daemon cannot be reached; of `run` the player's\n",
        out);
}

}  // namespace cmagent::ctl
