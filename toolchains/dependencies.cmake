# The three libraries that a box or an SDK provides. They are looked for by header and library, because their
# pkg-config files are often missing in a sysroot.
include(${CMAKE_CURRENT_LIST_DIR}/cache.cmake)

set(CMAGENT_MBEDTLS system CACHE STRING
    "mbedTLS: 'system' (sysroot or CMAKE_PREFIX_PATH), or 3.6 or 2.28 from toolchains/libraries")
set(CMAGENT_MICROHTTPD system CACHE STRING
    "libmicrohttpd: 'system' (sysroot or CMAKE_PREFIX_PATH), or 1.0 or 0.9 from toolchains/libraries")

# cmagent_dependency(target origin header library...) with the origin "system" or NAME-VERSION
function(cmagent_dependency target origin header)
    set(where)
    if(NOT origin STREQUAL "system")
        if(CMAKE_CROSSCOMPILING AND NOT CMAGENT_ARCH)
            message(FATAL_ERROR "${origin}: toolchains/libraries knows the toolchains of this folder; sdk.cmake serves any other")
        elseif(NOT CMAGENT_ARCH)
            set(CMAGENT_ARCH native)
        endif()
        set(prefix ${CMAGENT_CACHE}/libraries/${CMAGENT_ARCH}/${origin})
        if(NOT EXISTS ${prefix})
            string(REGEX REPLACE "-tests$" "" both "${origin}")
            message(FATAL_ERROR "${origin} is not built yet. Run:\n  toolchains/libraries ${CMAGENT_ARCH} ${both}")
        endif()
        set(where HINTS ${prefix} PATH_SUFFIXES include lib NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)
    endif()
    # The origin is part of the names in CMake's cache, so that it can be changed in a build folder.
    set(found)
    set(missing)
    foreach(library IN LISTS ARGN)
        find_library(${library}_${origin} ${library} ${where})
        list(APPEND found ${${library}_${origin}})
        if(NOT ${library}_${origin})
            list(APPEND missing lib${library})
        endif()
    endforeach()
    find_path(${target}_include_${origin} ${header} ${where})
    if(NOT ${target}_include_${origin})
        list(APPEND missing ${header})
    endif()
    if(missing)
        message(FATAL_ERROR "Neither in the sysroot '${CMAKE_SYSROOT}' nor in CMAKE_PREFIX_PATH: ${missing}")
    endif()
    add_library(${target} INTERFACE IMPORTED)
    target_include_directories(${target} SYSTEM INTERFACE ${${target}_include_${origin}})
    target_link_libraries(${target} INTERFACE ${found})
endfunction()

# "system" or NAME-VERSION, as the variable asks for.
function(cmagent_origin name variable result)
    if(NOT ${variable} IN_LIST ARGN)
        message(FATAL_ERROR "${variable} is '${${variable}}'; known: ${ARGN}")
    elseif(${variable} STREQUAL "system")
        set(${result} system PARENT_SCOPE)
    else()
        set(${result} ${name}-${${variable}} PARENT_SCOPE)
    endif()
endfunction()

cmagent_origin(mbedtls CMAGENT_MBEDTLS mbedtls_origin system 3.6 2.28)
if(CMAGENT_TESTS AND NOT mbedtls_origin STREQUAL "system")
    string(APPEND mbedtls_origin -tests)  # with a server, which the box does without
endif()
cmagent_origin(libmicrohttpd CMAGENT_MICROHTTPD microhttpd_origin system 1.0 0.9)

cmagent_dependency(mbedtls ${mbedtls_origin} mbedtls/ssl.h mbedtls mbedx509 mbedcrypto)
cmagent_dependency(microhttpd ${microhttpd_origin} microhttpd.h microhttpd)
cmagent_dependency(jsmn system jsmn.h)
