# musl instead of glibc, on this machine's processor. Debian has the C library (musl-tools) and no C++ library
# for it: enough for the programs, which need none; not for the tests. Hence CMAGENT_TESTS=OFF.
set(CMAGENT_ARCH musl)
include(${CMAKE_CURRENT_LIST_DIR}/cache.cmake)

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${CMAKE_HOST_SYSTEM_PROCESSOR})
set(CMAKE_C_COMPILER musl-gcc)
set(CMAKE_CXX_COMPILER g++)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)  # there is no C++ library to link with

# g++ as musl-gcc is gcc. libstdc++'s headers, found again, use two names that are glibc's own.
execute_process(COMMAND gcc -print-multiarch OUTPUT_VARIABLE triplet OUTPUT_STRIP_TRAILING_WHITESPACE)
execute_process(COMMAND gcc -dumpversion OUTPUT_VARIABLE version OUTPUT_STRIP_TRAILING_WHITESPACE)
set(CMAKE_CXX_FLAGS_INIT "-specs=/usr/lib/${CMAKE_HOST_SYSTEM_PROCESSOR}-linux-musl/musl-gcc.specs \
-isystem /usr/include/c++/${version} -isystem /usr/include/${triplet}/c++/${version} '-D__GLIBC_PREREQ(major,minor)=0' \
-D__locale_t=locale_t")

set(CMAKE_FIND_ROOT_PATH ${CMAGENT_CACHE}/sysroot/musl)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
