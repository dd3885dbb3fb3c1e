# cmake -D FILE=in -D NAME=function -D OUT=out.cpp [-D PART=file -D PART_NAME=function] -P embed.cmake
#
# Makes a file part of the program: the function of resources.h that gives its bytes. PART is a file
# whose bytes stand in the first one: another function gives them from there.
cmake_minimum_required(VERSION 3.21)

file(READ ${FILE} hex HEX)
set(part)
if(PART)
    file(READ ${PART} part HEX)
    string(FIND "${hex}" "${part}" digit)
    math(EXPR at "${digit} / 2")
    math(EXPR odd "${digit} % 2") # -1 where it is not there
    if(odd)
        message(FATAL_ERROR "${PART} is no part of ${FILE}")
    endif()
    string(LENGTH "${part}" digits)
    math(EXPR size "${digits} / 2")
    set(part "\nstd::string_view ${PART_NAME}() { return {kBytes + ${at}, ${size}}; }\n")
endif()
string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${hex}")
file(WRITE ${OUT} "#include \"agent/ui/resources.h\"

namespace cmagent::ui {
namespace {

constexpr char kBytes[] = {${bytes}};

}  // namespace

std::string_view ${NAME}() { return {kBytes, sizeof kBytes}; }
${part}
}  // namespace cmagent::ui
")
