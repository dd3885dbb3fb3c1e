// manual FOLDER: writes the manual pages and the completion for bash into FOLDER, which is
// platform/packaging where they are renewed.

#include <cstdio>

#include "tests/documents/manual/pages.h"

int main(int argc, char** argv) {
    using namespace cmagent::manual;
    if (argc != 2) {
        std::fputs("usage: manual FOLDER\n", stderr);
        return 64;
    }
    Files files = completions();
    files.emplace_back("man/cmagentd.8", daemon_page());
    files.emplace_back("man/cmagentctl.1", ctl_page());
    files.emplace_back("man/cmagent.json.5", configuration_page());
    files.emplace_back("man/cmsim.1", cmsim_page());
    for (const auto& [name, text] : files) {
        const std::string path = std::string(argv[1]) + '/' + name;
        std::FILE* const out = std::fopen(path.c_str(), "w");
        if (out == nullptr || std::fwrite(text.data(), 1, text.size(), out) != text.size() ||
            std::fclose(out) != 0) {
            std::perror(path.c_str());
            return 1;
        }
    }
    return 0;
}
