#pragma once
// The files of tests/fixtures as part of the program, in the order of their names
// (tests/cmsim/embed.cmake).

#include <string_view>
#include <vector>

namespace cmagent::cmsim {

struct PublishedFile {
    std::string_view name;  // with its ending
    std::string_view text;
};

std::vector<PublishedFile> published_files();

}  // namespace cmagent::cmsim
