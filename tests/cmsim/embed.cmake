# cmake -D FOLDER=in -D OUT=out.cpp -P embed.cmake
#
# Makes the published bodies part of the program: published_files() of published_files.h. Each byte
# is written as a number, so that no quoting and no line end can change it.
cmake_minimum_required(VERSION 3.21)

file(GLOB files ${FOLDER}/*.json ${FOLDER}/*.html)
set(number 0)
foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME)
    file(READ ${file} bytes HEX)
    string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
    string(APPEND arrays "constexpr char kFile${number}[] = {${bytes}};\n")
    string(APPEND rows "        {\"${name}\", {kFile${number}, sizeof kFile${number}}},\n")
    math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUT} "#include \"tests/cmsim/published_files.h\"

namespace cmagent::cmsim {
namespace {

${arrays}
}  // namespace

std::vector<PublishedFile> published_files() {
    return {
${rows}    };
}

}  // namespace cmagent::cmsim
")
