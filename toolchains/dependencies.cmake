# The three libraries that a box or an SDK provides. They are looked for in the sysroot (or the prefix
# in CMAKE_PREFIX_PATH) by header and library, because their pkg-config files are often missing there.
function(cmagent_dependency target header)
    find_path(${target}_INCLUDE ${header} REQUIRED)
    set(found)
    foreach(library IN LISTS ARGN)
        find_library(${target}_${library} ${library} REQUIRED)
        list(APPEND found ${${target}_${library}})
    endforeach()
    add_library(${target} INTERFACE IMPORTED)
    target_include_directories(${target} SYSTEM INTERFACE ${${target}_INCLUDE})
    target_link_libraries(${target} INTERFACE ${found})
endfunction()

cmagent_dependency(microhttpd microhttpd.h microhttpd)
cmagent_dependency(mbedtls mbedtls/ssl.h mbedtls mbedx509 mbedcrypto)
cmagent_dependency(jsmn jsmn.h)
