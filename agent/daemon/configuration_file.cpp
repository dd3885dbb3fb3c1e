#include "agent/daemon/configuration_file.h"

#include <fcntl.h>

#include <cstdlib>
#include <cstring>

#include "agent/base/text_writer.h"
#include "agent/base/wipe.h"
#include "platform/linux/file.h"
#include "platform/linux/folder.h"
#include "platform/players/list.h"

namespace cmagent::daemon {
namespace {

using config::kMaxFiles;
using platform::FileKind;

constexpr const char* kDefaultPlaces[] = {CMAGENT_PREFIX "/lib/cmagent/cmagent.json",
                                          CMAGENT_SYSCONFDIR "/cmagent/cmagent.json",
                                          CMAGENT_SYSCONFDIR "/cmagent/conf.d"};
constexpr std::size_t kMaxFolder = 32;  // files of one folder

// Static: too much for a stack, used by one call at a time, and never touched where unused. Of the
// texts one byte more than is allowed: a longer one is then seen to be longer.
char g_texts[config::kMaxConfiguration + 1];
char g_paths[kMaxFiles][config::kMaxPath + 1];

// The files of one reading: their texts, one behind the other, and their names.
class Files {
  public:
    // A file, or those of a folder. All return false where there is a fault.
    bool add(const char* place);
    bool add_folder(const char* folder);
    bool add_file(const char* name);
    bool fail(const char* name, const char* why);
    // The applications' ids, and what commands may hold.
    void forget() const { wipe(g_texts, used_); }
    [[nodiscard]] Span<const config::Source> sources() const { return {sources_, count_}; }
    [[nodiscard]] const config::ConfigurationFault& fault() const { return fault_; }

  private:
    static void note_name(std::string_view name, void* files);

    config::ConfigurationFault fault_;
    config::Source sources_[kMaxFiles];
    std::size_t count_ = 0;
    std::size_t used_ = 0;          // of g_texts
    const char* folder_ = nullptr;  // that is being read
    std::size_t found_ = 0;         // in it: their names are in g_paths, from count_ on, in order
};

bool Files::add(const char* place) {
    if (platform::kind_of_file(place) == FileKind::folder) return add_folder(place);
    if (count_ == kMaxFiles) return fail(place, "is one of more than 34 files");
    return add_file(place);
}

bool Files::add_folder(const char* folder) {
    folder_ = folder;
    found_ = 0;
    const int error = platform::read_folder(AT_FDCWD, folder, note_name, this);
    if (error != 0) return fail(folder, std::strerror(error));
    if (fault_) return false;
    for (const std::size_t end = count_ + found_; count_ < end;) {
        const char* const name = g_paths[count_];
        if (platform::kind_of_file(name) > FileKind::file)
            return fail(name, "must be a file: what else is in the folder has another name");
        if (!add_file(name)) return false;
    }
    return true;
}

// Names that others leave behind are no configuration: of editors, of packages (*.dpkg-dist), hidden.
void Files::note_name(std::string_view name, void* context) {
    constexpr std::string_view kSuffix = ".json";
    Files& files = *static_cast<Files*>(context);
    const std::size_t stem = name.size() - kSuffix.size();
    if (name.front() == '.' || name.size() <= kSuffix.size() || slice(name, stem) != kSuffix)
        return;
    const std::size_t end = files.count_ + files.found_;
    if (files.found_ == kMaxFolder || end == kMaxFiles) {
        (void)files.fail(files.folder_, "holds more than 32 files, or all are more than 34");
        return;
    }
    char bytes[config::kMaxPath + 1];
    TextWriter path(bytes);
    path << files.folder_ << '/' << name << '\0';
    if (path.view().empty()) {
        (void)files.fail(files.folder_, "holds a name that makes a path of over 255 bytes");
        return;
    }
    std::size_t at = end;
    for (; at > files.count_ && std::strcmp(bytes, g_paths[at - 1]) < 0; --at)
        std::memcpy(g_paths[at], g_paths[at - 1], sizeof bytes);
    std::memcpy(g_paths[at], bytes, path.view().size());
    ++files.found_;
}

bool Files::add_file(const char* name) {
    char* const text = g_texts + used_;
    const platform::FileText read = platform::read_file(name, {text, sizeof g_texts - used_});
    if (read.problem != nullptr) return fail(name, read.problem);
    used_ += read.text.size();
    if (used_ > config::kMaxConfiguration)
        return fail(name, "longer than 64 KiB, with the files before it");
    sources_[count_++] = {name, read.text};
    return true;
}

bool Files::fail(const char* name, const char* why) {
    fault_.file = name;
    (void)fault_.why.assign(why);
    return false;
}

const char* read_start(const char* name, Buffer into, std::string_view& text) {
    const platform::FileText read = platform::read_file(name, into);
    text = read.text;
    return read.problem;
}

void collect(const Places& places, Files& into) {
    for (const char* place : places) {
        if (!into.add(place)) return;
    }
    // Each is what it is: a folder in the place of a file (a mount whose file was missing) is a fault.
    for (const char* place : default_places()) {
        if (!places.empty() || platform::kind_of_file(place) == FileKind::missing) continue;
        const bool is_folder = place == kDefaultPlaces[2];
        if (!(is_folder ? into.add_folder(place) : into.add_file(place))) return;
    }
    if (into.sources().size > 0) return;
    places.empty()
        ? into.fail(kDefaultPlaces[1], "No such file or directory; see --help for others")
        : into.fail(places[0], "holds no *.json");
}

}  // namespace

Span<const char* const> default_places() {
    return kDefaultPlaces;
}

config::ConfigurationFault read_configuration(const Places& places, config::Configuration& into,
                                              decltype(config::Surroundings::is_set) is_set) {
    Files files;
    collect(places, files);
    config::ConfigurationFault fault = files.fault();
    if (!fault) {
        fault = parse_configuration(files.sources(), platform::PlayerDrivers::kAdapters, into,
                                    is_set == nullptr
                                        ? config::Surroundings{getenv, read_start, nullptr}
                                        : config::Surroundings{nullptr, nullptr, is_set});
    }
    files.forget();
    return fault;
}

}  // namespace cmagent::daemon
