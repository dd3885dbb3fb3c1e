# What a program for a box may do without, a row each: the option, and what the profiles choose. An option that is given
# counts. platform/packaging/README.md, "What a box may do without", says what each costs; tests/size/features measures it.
#
# option            full  lean      in --version  what it is
set(features
    "CMAGENT_PLAYERS   all exec,mpv  -       The adapters besides ui: all, or a list out of platform/players/CMakeLists.txt"
    "CMAGENT_LANGUAGES all fr        -       The languages of viewers' texts besides en: all, or a list out of agent/ui/texts"
    "CMAGENT_TLS13     ON  OFF       TLS-1.3 TLS 1.3 to CM, not 1.2 alone"
    "CMAGENT_ASSETS    ON  OFF       page    Serve the page, the client and the description of the API"
    "CMAGENT_METRICS   ON  OFF       metrics GET /metrics"
    "CMAGENT_CHECK     ON  OFF       check   GET /v1/check, of which cmagentctl check and report tell")

set(CMAGENT_PROFILE full CACHE STRING "What is built: full, or lean for a box that is short of flash")
set_property(CACHE CMAGENT_PROFILE PROPERTY STRINGS full lean)
if(NOT CMAGENT_PROFILE MATCHES "^(full|lean)$")
    message(FATAL_ERROR "CMAGENT_PROFILE is '${CMAGENT_PROFILE}'; known: full, lean")
endif()

# With empty values for what is not given: another profile in the same build folder is then another choice.
set(with)
set(without)
foreach(row IN LISTS features)
    string(REGEX MATCH "^([^ ]+) +([^ ]+) +([^ ]+) +([^ ]+) +(.*)$" all "${row}")
    set(name ${CMAKE_MATCH_1})
    set(full ${CMAKE_MATCH_2})
    set(lean ${CMAKE_MATCH_3})
    set(word ${CMAKE_MATCH_4})
    set(${name} "" CACHE STRING "${CMAKE_MATCH_5} (empty: as the profile says)")
    if("${${name}}" STREQUAL "")
        string(REPLACE "," ";" ${name} "${${CMAGENT_PROFILE}}")
    endif()
    if(word STREQUAL "-")
        continue()
    elseif(${name})
        list(APPEND with "${word}")
        set(${name} 1)
    else()
        list(APPEND without "${word}")
        set(${name} 0)
    endif()
endforeach()

# For --version: ", with TLS 1.3 page metrics check", or the like.
set(CMAGENT_FEATURES)
foreach(list with without)
    if(${list})
        list(JOIN ${list} " " words)
        string(REPLACE "TLS-1.3" "TLS 1.3" words "${words}")
        string(APPEND CMAGENT_FEATURES ", ${list} ${words}")
    endif()
endforeach()
