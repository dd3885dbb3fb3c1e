#include "agent/ctl/forget.h"

#include <sysexits.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "agent/base/text_writer.h"
#include "agent/ctl/daemon_program.h"
#include "agent/ctl/perform.h"
#include "agent/json/string.h"
#include "platform/linux/own_folder.h"
#include "platform/linux/state_files.h"

namespace cmagent::ctl {
namespace {

constexpr int kFailed = 1;
constexpr std::int64_t kPatienceMs = 5'000;  // for a daemon that is about to end

using Path = char[256 + 1];  // of the configuration, 255 bytes at the most, and its zero

// "$NAME", alone or up to a slash, is the daemon's to resolve: here it may be another, or none. So is
// a relative path: the daemon was begun in another folder.
bool expand(std::string_view text, Path& path) {
    TextWriter out(path);
    if (slice(text, 0, 1) == "$") {
        const std::string_view name = slice(text, 1, text.find('/') - 1);
        TextWriter(path) << name << '\0';
        const char* const value = std::getenv(path);
        if (value == nullptr || value[0] == '\0') return false;
        out << value;
        text.remove_prefix(1 + name.size());
    }
    out << text << '\0';
    return !out.view().empty() && path[0] == '/';
}

// The state.dir that the daemon's configuration comes to. The default one is no answer where that
// cannot be told: what another folder keeps would pass for forgotten.
bool find_folder(const Arguments& arguments, Path& folder) {
    const json::Parsed configuration =
        json::parse(ask_daemon(arguments, "--print-config", written()), tokens());
    const json::Item state = json::GetObjectItemCaseSensitive(configuration.root, "state");
    const json::Item dir = json::GetObjectItemCaseSensitive(state, "dir");
    Text<sizeof(Path)> text;
    if (!json::IsString(dir) || !json::unescape(json::GetStringValue(dir), text)) {
        std::fputs(
            "cmagentctl: the daemon's configuration does not tell its state.dir (cmagentd "
            "--check-config says why): --state names it\n",
            stderr);
        return false;
    }
    if (expand(text.view(), folder)) return true;
    std::fprintf(stderr,
                 "cmagentctl: state.dir is %.*s, which leads nowhere from here: --state names it\n",
                 static_cast<int>(text.view().size()), text.view().data());
    return false;
}

}  // namespace

int forget(const char* folder) {
    platform::OwnFolder own(folder);
    const int error = own.await(kPatienceMs);
    if (error == ENOENT) {
        std::printf("%s: nothing was kept\n", folder);
        return EX_OK;
    }
    if (error == EWOULDBLOCK) {
        char holder[32] = "";
        if (own.holder() != 0) {  // what the kernel does not say is left out
            std::snprintf(holder, sizeof holder, " (process %d)", static_cast<int>(own.holder()));
        }
        std::fprintf(stderr, "%s: a daemon uses it%s: stop that first\n", folder, holder);
        return EX_UNAVAILABLE;
    }
    platform::Forgotten forgotten{0, error};
    if (error == 0) forgotten = platform::forget_state(own.get());
    if (forgotten.error != 0) {
        std::fprintf(stderr, "%s: not everything is forgotten: %s\n", folder,
                     std::strerror(forgotten.error));
        return kFailed;
    }
    std::printf("%s: %u files forgotten\n", folder, forgotten.files);
    return EX_OK;
}

int forget(const Arguments& arguments) {
    if (arguments.state != nullptr) return forget(arguments.state);
    Path folder;
    return find_folder(arguments, folder) ? forget(folder) : kFailed;
}

}  // namespace cmagent::ctl
