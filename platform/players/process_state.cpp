#include "platform/players/process_state.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "agent/base/characters.h"
#include "agent/base/decimal.h"
#include "agent/base/text_writer.h"

namespace cmagent::platform {
namespace {

// /proc/ID/WHAT
class ProcPath {
  public:
    ProcPath(pid_t id, const char* what) {
        TextWriter path({text, sizeof text - 1});
        path << "/proc/" << id << "/" << what;
    }
    char text[32] = {};
};

std::string_view read_file(pid_t id, const char* what, Buffer into) {
    const int file = open(ProcPath(id, what).text, O_RDONLY | O_CLOEXEC);
    if (file < 0) return {};
    const ssize_t size = read(file, into.data, into.size);
    close(file);
    return {into.data, size > 0 ? static_cast<std::size_t>(size) : 0};
}

std::int64_t take_number(std::string_view& rest) {
    return read_signed_decimal(take_until(rest, ' ')).value_or(0);
}

void skip(std::string_view& rest, int fields) {
    for (int i = 0; i < fields; ++i) static_cast<void>(take_until(rest, ' '));
}

std::string_view file_name(std::string_view path) {
    return slice(path, path.rfind('/') + 1);  // npos + 1 is 0
}

std::string_view take_word(std::string_view& rest) {
    const std::string_view word = slice(rest, 0, rest.find('\0'));
    rest.remove_prefix(word.size() < rest.size() ? word.size() + 1 : rest.size());
    return word;
}

// The program's file name. One that was replaced while it runs has a mark behind it.
std::string_view program_of(pid_t id, Buffer into) {
    constexpr std::string_view kReplaced = " (deleted)";
    const ssize_t size = readlink(ProcPath(id, "exe").text, into.data, into.size);
    std::string_view path(into.data, size > 0 ? static_cast<std::size_t>(size) : 0);
    if (slice(path, path.size() - kReplaced.size()) == kReplaced)
        path.remove_suffix(kReplaced.size());
    return file_name(path);
}

constexpr char kManyNames[] = "busybox\0toybox\0";
// With a version behind it or not.
constexpr char kInterpreters[] = "sh\0ash\0bash\0dash\0python\0perl\0lua\0node\0";

bool is_one_of(std::string_view name, const char* list) {
    for (; *list != '\0'; list += std::strlen(list) + 1) {
        if (name == list) return true;
    }
    return false;
}

std::string_view without_version(std::string_view name) {
    while (!name.empty() && (is_digit(name.back()) || name.back() == '.')) name.remove_suffix(1);
    return name;
}

bool is_interpreter(std::string_view program) {
    return is_one_of(without_version(program), kInterpreters);
}

// The file among an interpreter's words; empty: it was given its text itself (-c, -ec).
std::string_view take_script(std::string_view& words) {
    std::string_view word = take_word(words);
    while (!word.empty() && word[0] == '-') {
        if (word.back() == 'c' && word[1] != '-') return {};
        word = take_word(words);
    }
    return word;
}

}  // namespace

bool read_process(pid_t id, ProcessState& into) {
    constexpr std::int64_t kKernelThread = 0x00200000;  // PF_KTHREAD, linux/sched.h
    char bytes[512];
    const std::string_view line = read_file(id, "stat", {bytes, sizeof bytes});
    const std::size_t open = line.find('(');
    const std::size_t close = line.rfind(')');  // the command may hold any character, brackets too
    if (close == std::string_view::npos || open >= close || close + 4 > line.size()) return false;
    static_cast<void>(into.command.assign(
        slice(line, open + 1, std::min(close - open - 1, ProcessState::kMaxCommand))));
    const char state = line[close + 2];
    std::string_view rest = slice(line, close + 4);
    into.id = id;
    into.parent = static_cast<pid_t>(take_number(rest));  // field 4
    skip(rest, 4);
    const std::int64_t flags = take_number(rest);  // 9
    skip(rest, 10);
    const bool has_threads = take_number(rest) > 1;  // 20
    skip(rest, 1);
    into.began_s = take_number(rest) / sysconf(_SC_CLK_TCK);  // 22
    const bool over = state == 'Z' || state == 'X';
    into.lives = (flags & kKernelThread) == 0 && (!over || has_threads);
    return true;
}

Naming naming_of(const ProcessState& process, std::string_view name) {
    const std::string_view command = process.command.view();
    char program_bytes[256];
    const std::string_view program = program_of(process.id, {program_bytes, sizeof program_bytes});
    char bytes[1024];
    std::string_view words = read_file(process.id, "cmdline", {bytes, sizeof bytes});
    const std::string_view first = file_name(take_word(words));
    // A program may take another command for itself: an interpreter is known by its file, or, of a
    // busybox, by its first word. Else any program would be named by the file that it edits.
    const bool interprets = is_interpreter(program) || is_interpreter(first) ||
                            command == slice(name, 0, ProcessState::kMaxCommand);
    if (interprets && file_name(take_script(words)) == name) return Naming::script;
    const bool named =
        command == name || first == name || (program == name && !is_one_of(program, kManyNames));
    return named ? Naming::program : Naming::none;
}

ProcessIds::ProcessIds() : folder_(open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {}

ProcessIds::~ProcessIds() {
    if (folder_ >= 0) close(folder_);
}

pid_t ProcessIds::next() {
    // struct linux_dirent64, getdents(2): number and offset of 8 bytes each, then these.
    constexpr std::size_t kSize = 16;
    constexpr std::size_t kName = 19;
    for (;;) {
        if (at_ >= end_) {
            const long size = syscall(SYS_getdents64, folder_, entries_, sizeof entries_);
            if (size <= 0) return 0;
            at_ = 0;
            end_ = static_cast<std::size_t>(size);
        }
        std::uint16_t size = 0;
        std::memcpy(&size, entries_ + at_ + kSize, sizeof size);
        const auto id = read_decimal(entries_ + at_ + kName, INT32_MAX);
        at_ += size;
        if (id) return static_cast<pid_t>(*id);
    }
}

}  // namespace cmagent::platform
