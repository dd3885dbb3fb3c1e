# The folder where toolchains/prepare and toolchains/libraries leave their results (see cache.sh).
if(DEFINED ENV{CMAGENT_CACHE})
    set(CMAGENT_CACHE $ENV{CMAGENT_CACHE})
elseif(DEFINED ENV{XDG_CACHE_HOME})
    set(CMAGENT_CACHE $ENV{XDG_CACHE_HOME}/cmagent)
else()
    set(CMAGENT_CACHE $ENV{HOME}/.cache/cmagent)
endif()
