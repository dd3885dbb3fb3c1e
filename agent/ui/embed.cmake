# cmake -D FILE=in -D NAME=function -D OUT=out.cpp -P embed.cmake
#
# Makes a file part of the program: the function of resources.h that gives its bytes.
cmake_minimum_required(VERSION 3.21)

file(READ ${FILE} bytes HEX)
string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
file(WRITE ${OUT} "#include \"agent/ui/resources.h\"

namespace cmagent::ui {
namespace {

constexpr char kBytes[] = {${bytes}};

}  // namespace

std::string_view ${NAME}() { return {kBytes, sizeof kBytes}; }

}  // namespace cmagent::ui
")
