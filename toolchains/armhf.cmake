set(CMAGENT_ARCH armhf)
include(${CMAKE_CURRENT_LIST_DIR}/debian.cmake)
