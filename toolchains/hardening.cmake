# What makes a fault of memory end the program instead of opening it (README.md, "Hardening"): for all
# that runs on a box and is not built to be debugged. A flag that compiler, linker or C library do not
# know is left out, so that an old SDK builds; tests/size/check tells what a program really has.
include(CheckCSourceCompiles)
option(CMAGENT_HARDENING "Stack protector, FORTIFY, PIE, full RELRO for what runs on a box" ON)

# 32-bit ARM: the canary in the thread's own storage (platform/linux/canary.h), at the place that the ABI gives to a
# program's first thread-local variable. The libraries, which toolchains/libraries hardens in any build, are told the same.
set(CMAGENT_THREAD_CANARY)
set(thread_canary -mstack-protector-guard=tls -mstack-protector-guard-offset=8)
string(REPLACE ";" " " CMAKE_REQUIRED_FLAGS "${thread_canary} -fstack-protector-strong")
check_c_source_compiles("#ifndef __arm__
#error
#endif
__thread int here;
int main(void) { char text[64]; volatile char* at = text; return here + *at; }" CMAGENT_HAS_THREAD_CANARY FAIL_REGEX "[Uu]nrecognized|unknown")
unset(CMAKE_REQUIRED_FLAGS)
if(CMAGENT_HAS_THREAD_CANARY)
    set(CMAGENT_THREAD_CANARY 8)
    set(is_program $<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>)
    target_compile_definitions(cmagent_product INTERFACE CMAGENT_THREAD_CANARY)
    target_link_libraries(cmagent_product INTERFACE $<${is_program}:cmagent_canary>)
    target_link_options(cmagent_product INTERFACE $<${is_program}:-Wl,-u,cmagent_take_canary>)
endif()

if(NOT CMAGENT_HARDENING OR CMAGENT_SANITIZE)
    return() # a sanitizer looks by itself
endif()
# Needs a canary, so that it does not link where the C library has none.
set(source "int main(int n, char** words) {
    char text[64];
    int i = 0;
    for (; i < 63 && words[0][i]; i++) text[i] = words[0][i];
    volatile char* at = text;
    return at[n % 64];
}")
set(wanted -fPIE -fstack-protector-strong -fstack-clash-protection)
check_c_source_compiles("#ifndef __arm__
#error
#endif
int main(void) { return 0; }" CMAGENT_IS_ARM)
if(CMAGENT_IS_ARM)
    # There gcc touches the stack in each function that calls another, 12 bytes in each of 900. What it protects from cannot
    # happen where no frame is as large as the guard below a stack: thread.cpp's, and the kernel's MiB. tests/size/check
    # reads the frames of what ships.
    list(REMOVE_ITEM wanted -fstack-clash-protection)
endif()
foreach(flag IN LISTS wanted)
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
if(CMAGENT_HAS_THREAD_CANARY)
    list(APPEND compile ${thread_canary})
    list(APPEND link ${thread_canary}) # link-time optimisation compiles there
endif()
# A library that is shared is already independent of its place, and has the C library's canary.
set(program $<NOT:$<BOOL:$<TARGET_PROPERTY:POSITION_INDEPENDENT_CODE>>>)
list(TRANSFORM compile REPLACE "^(-fPIE|-mstack-.*)$" "$<${program}:\\1>")
list(TRANSFORM link REPLACE "^(-pie|-mstack-.*)$" "$<${program}:\\1>")
target_compile_options(cmagent_product INTERFACE "$<${optimised}:${compile}>")
target_link_options(cmagent_product INTERFACE "$<${optimised}:${link}>")
