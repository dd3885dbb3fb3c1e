# What makes a fault of memory end the program instead of opening it (README.md, "Hardening"): for all
# that runs on a box and is not built to be debugged. A flag that compiler, linker or C library do not
# know is left out, so that an old SDK builds; tests/size/check tells what a program really has.
option(CMAGENT_HARDENING "Stack protector, FORTIFY, PIE, full RELRO for what runs on a box" ON)
if(NOT CMAGENT_HARDENING OR CMAGENT_SANITIZE)
    return() # a sanitizer looks by itself
endif()
include(CheckCSourceCompiles)

# Needs a canary, so that it does not link where the C library has none.
set(source "int main(int n, char** words) {
    char text[64];
    int i = 0;
    for (; i < 63 && words[0][i]; i++) text[i] = words[0][i];
    volatile char* at = text;
    return at[n % 64];
}")
foreach(flag -fPIE -fstack-protector-strong -fstack-clash-protection)
    string(MAKE_C_IDENTIFIER "CMAGENT_HAS${flag}" has)
    set(CMAKE_REQUIRED_FLAGS ${flag})
    check_c_source_compiles("${source}" ${has} FAIL_REGEX "unused|[Uu]nrecognized|unknown")
    if(${has})
        list(APPEND compile ${flag})
    endif()
endforeach()
unset(CMAKE_REQUIRED_FLAGS)
foreach(flag -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
    string(MAKE_C_IDENTIFIER "CMAGENT_LINKS${flag}" has)
    set(CMAKE_REQUIRED_FLAGS -fPIE)
    set(CMAKE_REQUIRED_LINK_OPTIONS ${flag})
    check_c_source_compiles("${source}" ${has} FAIL_REGEX "unused|[Uu]nrecognized|unknown")
    if(${has})
        list(APPEND link ${flag})
    endif()
endforeach()
unset(CMAKE_REQUIRED_FLAGS)
unset(CMAKE_REQUIRED_LINK_OPTIONS)
# Needs an optimised build; some compilers bring a value of their own.
list(APPEND compile -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
set(optimised $<CONFIG:MinSizeRel,Release,RelWithDebInfo>)
# A library that is shared is already independent of its place.
set(program $<NOT:$<BOOL:$<TARGET_PROPERTY:POSITION_INDEPENDENT_CODE>>>)
list(TRANSFORM compile REPLACE "^-fPIE$" "$<${program}:-fPIE>")
list(TRANSFORM link REPLACE "^-pie$" "$<${program}:-pie>")
target_compile_options(cmagent_product INTERFACE "$<${optimised}:${compile}>")
target_link_options(cmagent_product INTERFACE "$<${optimised}:${link}>")
