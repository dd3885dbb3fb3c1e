// Completion for bash: of each program a file, as bash-completion loads it by the command's name.

#include <algorithm>
#include <map>

#include "agent/ctl/command_list.h"
#include "agent/ctl/option_list.h"
#include "tests/cmsim/options.h"
#include "tests/documents/manual/pages.h"

namespace cmagent::manual {
namespace {

constexpr char kFiles[] = "-f";  // of compgen

// Words that the help of an option offers: "error, warning, info or debug; …".
std::string offered(std::string_view help) {
    std::string words;
    std::string word;
    for (const char c : std::string(help) + ";") {
        if ((c >= 'a' && c <= 'z') || c == '-') {
            word += c;
            continue;
        }
        if (!word.empty() && word != "or") words += (words.empty() ? "" : " ") + word;
        word.clear();
        if (c == ';' || c == '(') break;
    }
    return words;
}

// What compgen is to offer for a value, by the value's name in the help; empty: nothing.
std::string choice_of(const HelpRow& row) {
    for (const char* place : {"FILE", "FOLDER"}) {
        if (row.value.find(place) != std::string::npos) return kFiles;
    }
    const std::string_view lists[] = {"LEVEL", "WHERE", "HOW"};
    if (std::find(std::begin(lists), std::end(lists), row.value) != std::end(lists))
        return "-W '" + offered(row.help) + "'";
    if (row.value == "D") return "-W '" + offered(row.help.substr(row.help.find(':'))) + "'";
    return "";
}

std::string names_of(const std::vector<HelpRow>& rows) {
    std::string names;
    for (const HelpRow& row : rows) names += (names.empty() ? "" : " ") + row.name;
    return names;
}

// The values of options; `by` is the word before the one that is being written. Options that are
// answered alike share a case.
std::string value_cases(const std::vector<HelpRow>& rows) {
    std::map<std::string, std::string> cases;  // by what is offered
    for (const HelpRow& row : rows) {
        if (row.value.empty()) continue;
        std::string& names = cases[choice_of(row)];
        names += (names.empty() ? "" : " | ") + row.name;
    }
    std::string text = "    case $by in\n";
    for (const auto& [choice, names] : cases) {
        text += "    " + names + ")\n";
        if (choice == kFiles) text += "        compopt -o filenames 2>/dev/null\n";
        if (!choice.empty())
            text += "        mapfile -t COMPREPLY < <(compgen " + choice + " -- \"$word\")\n";
        text += "        return\n        ;;\n";
    }
    return text + "    esac\n";
}

std::string head(const std::string& program) {
    return "# Completion of " + program +
           " for bash. Made from the program's own tables by the target manual: do not edit.\n_" +
           program +
           "() {\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} by=${COMP_WORDS[COMP_CWORD - 1]}\n"
           "    # bash makes three words of --name=value.\n"
           "    if [[ $word == = ]]; then\n"
           "        word=\n"
           "    elif [[ $by == = && $COMP_CWORD -ge 2 ]]; then\n"
           "        by=${COMP_WORDS[COMP_CWORD - 2]}\n"
           "    fi\n"
           "    COMPREPLY=()\n";
}

std::string tail(const std::string& program) {
    return "}\ncomplete -F _" + program + ' ' + program + '\n';
}

std::string simple(const std::string& program, const std::string& help) {
    const std::vector<HelpRow> rows = rows_of(help);
    return head(program) + value_cases(rows) + "    mapfile -t COMPREPLY < <(compgen -W '" +
           names_of(rows) + "' -- \"$word\")\n" + tail(program);
}

std::vector<HelpRow> ctl_options() {
    std::vector<HelpRow> rows;
    for (std::size_t n = 0; n < ctl::option_count(); ++n) {
        const ctl::Option option = ctl::nth_option(n);
        rows.push_back(
            {std::string(option.name), std::string(option.value), std::string(option.help)});
    }
    return rows;
}

std::string options_with(ctl::Command command) {
    std::string names;
    for (std::size_t n = 0; n < ctl::option_count(); ++n) {
        const ctl::Option option = ctl::nth_option(n);
        const bool goes =
            command == ctl::Command::none ? option.commands.empty() : option.goes_with(command);
        if (goes) names += (names.empty() ? "" : " ") + std::string(option.name);
    }
    return names;
}

std::string ctl_completion() {
    const std::vector<HelpRow> rows = ctl_options();
    std::string commands;
    std::string with_value;
    for (std::size_t i = 1; i < kCountOf<ctl::Command>; ++i)
        commands += (commands.empty() ? "" : " ") +
                    std::string(ctl::text_of(static_cast<ctl::Command>(i)).name);
    for (const HelpRow& row : rows)
        if (!row.value.empty()) with_value += (with_value.empty() ? "" : " | ") + row.name;

    // The branches of a `case` for an option, with its value where it has one.
    const auto passed_over = [&with_value](const std::string& indent) {
        return indent + with_value + ")\n" + indent + "    ((i++))\n" + indent +
               "    [[ ${COMP_WORDS[i]} != = ]] || ((i++))\n" + indent + "    ;;\n" + indent +
               "-*) ;;\n";
    };
    std::string text = head("cmagentctl");
    text +=
        "    # The command: the first word that is no option and no option's value.\n"
        "    local command='' i\n"
        "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
        "        case ${COMP_WORDS[i]} in\n" +
        passed_over("        ") +
        "        *)\n"
        "            command=${COMP_WORDS[i]}\n"
        "            break\n"
        "            ;;\n"
        "        esac\n"
        "    done\n"
        "    # Behind the player, all is the player's.\n"
        "    if [[ $command == run ]]; then\n"
        "        for ((i++; i < COMP_CWORD; i++)); do\n"
        "            case ${COMP_WORDS[i]} in\n"
        "            --)\n"
        "                ((i++))\n"
        "                break\n"
        "                ;;\n" +
        passed_over("            ") +
        "            *) break ;;\n"
        "            esac\n"
        "        done\n"
        "        if ((i < COMP_CWORD)); then\n"
        "            compopt -o filenames 2>/dev/null\n"
        "            mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
        "            return\n"
        "        fi\n"
        "    fi\n";
    text += value_cases(rows);
    text += "    case $command in\n    '')\n        mapfile -t COMPREPLY < <(compgen -W '" +
            commands + ' ' + options_with(ctl::Command::none) + "' -- \"$word\")\n        ;;\n";
    for (std::size_t i = 1; i < kCountOf<ctl::Command>; ++i) {
        const auto command = static_cast<ctl::Command>(i);
        const ctl::CommandText row = ctl::text_of(command);
        const bool file = row.words.find("FILE") != std::string_view::npos;
        const bool program = command == ctl::Command::run;
        text += "    " + std::string(row.name) + ")\n        mapfile -t COMPREPLY < <(compgen " +
                (program ? "-c -W '"
                 : file  ? "-f -W '"
                         : "-W '") +
                options_with(command) + "' -- \"$word\")\n        ;;\n";
    }
    return text + "    esac\n" + tail("cmagentctl");
}

}  // namespace

Files completions() {
    return {{"completion/cmagentd", simple("cmagentd", daemon_help())},
            {"completion/cmagentctl", ctl_completion()},
            {"completion/cmsim", simple("cmsim", cmsim::help_text())}};
}

}  // namespace cmagent::manual
