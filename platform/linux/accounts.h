#pragma once
// The users and groups of the box, as /etc/passwd and /etc/group have them. Not by getpwnam(3): a
// static program of glibc's would need the libraries of the very same glibc for it, and a box keeps
// no accounts elsewhere.

#include <sys/types.h>

#include <optional>
#include <string_view>

#include "agent/base/list.h"

namespace cmagent::platform {

struct User {
    // More than any box gives one user; of more the first count.
    static constexpr std::size_t kMaxGroups = 32;

    uid_t id;
    List<gid_t, kMaxGroups> groups;  // the user's own, from /etc/passwd, comes first
};

// The folder is for tests. None: there is no such user, or no such group.
[[nodiscard]] std::optional<User> find_user(std::string_view name, const char* folder = "/etc");
[[nodiscard]] std::optional<gid_t> find_group(std::string_view name, const char* folder = "/etc");

}  // namespace cmagent::platform
