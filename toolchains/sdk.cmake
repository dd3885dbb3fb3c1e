# A template for your own SDK, from a chip's vendor or from Yocto. All of it comes from the environment:
#
#   export SDK_PREFIX=/opt/vendor/bin/mipsel-linux-   what stands before gcc and g++; for Yocto: $TARGET_PREFIX
#   export SDK_SYSROOT=/opt/vendor/sysroot            headers and libraries of the box; for Yocto: $SDKTARGETSYSROOT
#   export SDK_PROCESSOR=mips                         as `uname -m` on the box says
#   export SDK_FLAGS="-march=mips32r2"                whatever else the compiler must be told, or nothing
#   cmake -B build/box -G Ninja --toolchain toolchains/sdk.cmake -DCMAKE_BUILD_TYPE=MinSizeRel -DCMAGENT_TESTS=OFF
#
# A compiler or a C library that cannot harden what it builds (README.md, "Hardening"): -DCMAGENT_HARDENING=OFF.
# The sysroot must hold jsmn.h, mbedTLS and libmicrohttpd. Small static ones of the latter two are made from Debian's sources:
#
#   toolchains/libraries sdk mbedtls-3.6 libmicrohttpd-1.0
#   cmake …as above… -DCMAGENT_MBEDTLS=3.6 -DCMAGENT_MICROHTTPD=1.0
#
# With tests, name an emulator as well:
# -DCMAKE_CROSSCOMPILING_EMULATOR="qemu-mipsel-static;-L;$SDK_SYSROOT", or leave it out and run build/box/bin on the box.
# CMake reads this file several times, also where the environment is not there any more: hence the cache.
include(${CMAKE_CURRENT_LIST_DIR}/cache.cmake)
set(CMAGENT_ARCH sdk)

foreach(name PREFIX SYSROOT PROCESSOR FLAGS)
    if(DEFINED ENV{SDK_${name}})
        set(CMAGENT_SDK_${name} $ENV{SDK_${name}} CACHE STRING "from SDK_${name}")
    endif()
    list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES CMAGENT_SDK_${name})
endforeach()
if(NOT CMAGENT_SDK_PREFIX OR NOT CMAGENT_SDK_SYSROOT OR NOT CMAGENT_SDK_PROCESSOR)
    message(FATAL_ERROR "toolchains/sdk.cmake: set SDK_PREFIX, SDK_SYSROOT and SDK_PROCESSOR (its head explains them)")
endif()
if(NOT IS_DIRECTORY "${CMAGENT_SDK_SYSROOT}")
    message(FATAL_ERROR "toolchains/sdk.cmake: SDK_SYSROOT is no folder: ${CMAGENT_SDK_SYSROOT}")
endif()

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${CMAGENT_SDK_PROCESSOR})
set(CMAKE_C_COMPILER ${CMAGENT_SDK_PREFIX}gcc)
set(CMAKE_CXX_COMPILER ${CMAGENT_SDK_PREFIX}g++)
set(CMAKE_SYSROOT ${CMAGENT_SDK_SYSROOT})
set(CMAKE_C_FLAGS_INIT "${CMAGENT_SDK_FLAGS}")
set(CMAKE_CXX_FLAGS_INIT "${CMAGENT_SDK_FLAGS}")

# Programs are this machine's, headers and libraries the box's.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
