# A Debian architecture, with what toolchains/prepare has put into the cache. Included by the toolchain file
# of each architecture, which sets CMAGENT_ARCH and, where it needs them, CMAGENT_LINKER_FLAGS.
include(${CMAKE_CURRENT_LIST_DIR}/cache.cmake)

file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/architectures row REGEX "^${CMAGENT_ARCH} ")
string(REGEX REPLACE " +" ";" row "${row}")
list(GET row 1 triplet)
list(GET row 3 emulator)
list(GET row 4 CMAKE_SYSTEM_PROCESSOR)

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSROOT ${CMAGENT_CACHE}/sysroot/${CMAGENT_ARCH})
if(NOT EXISTS ${CMAKE_SYSROOT})
    message(FATAL_ERROR "No sysroot for ${CMAGENT_ARCH} yet. Run:\n  toolchains/prepare ${CMAGENT_ARCH}")
endif()
set(CMAKE_C_COMPILER ${triplet}-gcc)
set(CMAKE_CXX_COMPILER ${triplet}-g++)

# Debian's cross compilers look for start files and libraries where a native one has them, not in the
# architecture's folder of a sysroot: they are told.
set(libraries ${CMAKE_SYSROOT}/usr/lib/${triplet})
set(CMAKE_C_FLAGS_INIT -B${libraries})
set(CMAKE_CXX_FLAGS_INIT -B${libraries})
set(CMAKE_EXE_LINKER_FLAGS_INIT "-L${libraries} -Wl,-rpath-link,${libraries} ${CMAGENT_LINKER_FLAGS}")

set(CMAKE_FIND_ROOT_PATH ${CMAKE_SYSROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# ctest, and what the build itself has to run.
set(CMAKE_CROSSCOMPILING_EMULATOR ${emulator};-L;${CMAKE_SYSROOT})
