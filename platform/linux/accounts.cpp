#include "platform/linux/accounts.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "agent/base/characters.h"
#include "agent/base/decimal.h"
#include "agent/base/text_writer.h"
#include "platform/linux/descriptor.h"

namespace cmagent::platform {
namespace {

// uid_t and gid_t, without the -1 that means "as it is" to the kernel.
constexpr std::uint64_t kMostId = UINT32_MAX - 1;

// A file's text, as long as this object lives; empty where it cannot be read.
class MappedFile {
  public:
    MappedFile(const char* folder, const char* name) {
        char bytes[256];
        TextWriter path(bytes);
        path << folder << "/" << name << '\0';
        if (!path.complete()) return;
        const Descriptor file(open(path.view().data(), O_RDONLY | O_CLOEXEC));
        struct stat status = {};
        if (fstat(file.get(), &status) != 0 || status.st_size == 0) return;
        size_ = static_cast<std::size_t>(status.st_size);
        text_ = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.get(), 0);
        if (text_ == MAP_FAILED) size_ = 0;
    }
    ~MappedFile() {
        if (size_ > 0) munmap(text_, size_);
    }
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    [[nodiscard]] std::string_view text() const { return {static_cast<const char*>(text_), size_}; }

  private:
    void* text_ = nullptr;
    std::size_t size_ = 0;
};

std::optional<gid_t> read_id(std::string_view field) {
    const auto number = read_decimal(field, kMostId);
    if (!number) return std::nullopt;
    return static_cast<gid_t>(*number);
}

// group(5): NAME:PASSWORD:ID:MEMBER,MEMBER
struct GroupLine {
    std::string_view name;
    std::optional<gid_t> id;
    std::string_view members;

    explicit GroupLine(std::string_view line) : name(take_until(line, ':')) {
        (void)take_until(line, ':');
        id = read_id(take_until(line, ':'));
        members = line;
    }
    [[nodiscard]] bool has(std::string_view user) const {
        std::string_view rest = members;
        while (!rest.empty()) {
            if (take_until(rest, ',') == user) return true;
        }
        return false;
    }
};

}  // namespace

std::optional<User> find_user(std::string_view name, const char* folder) {
    const MappedFile users(folder, "passwd");
    std::string_view rest = users.text();
    User user = {};
    while (!rest.empty() && user.groups.empty()) {
        // passwd(5): NAME:PASSWORD:ID:GROUP:…
        std::string_view line = take_until(rest, '\n');
        if (take_until(line, ':') != name) continue;
        (void)take_until(line, ':');
        const auto id = read_id(take_until(line, ':'));
        const auto group = read_id(take_until(line, ':'));
        if (!id || !group) return std::nullopt;
        user.id = *id;
        (void)user.groups.add(*group);
    }
    if (user.groups.empty()) return std::nullopt;
    const MappedFile groups(folder, "group");
    rest = groups.text();
    while (!rest.empty()) {
        const GroupLine group(take_until(rest, '\n'));
        if (group.id && group.has(name)) (void)user.groups.add(*group.id);
    }
    return user;
}

std::optional<gid_t> find_group(std::string_view name, const char* folder) {
    const MappedFile groups(folder, "group");
    std::string_view rest = groups.text();
    while (!rest.empty()) {
        const GroupLine group(take_until(rest, '\n'));
        if (group.name == name) return group.id;
    }
    return std::nullopt;
}

}  // namespace cmagent::platform
