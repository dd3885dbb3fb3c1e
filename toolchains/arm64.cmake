set(CMAGENT_ARCH arm64)
# Boxes have pages of 4 KiB; the linker's default of 64 KiB makes holes in the file.
set(CMAGENT_LINKER_FLAGS -Wl,-z,max-page-size=4096)
include(${CMAKE_CURRENT_LIST_DIR}/debian.cmake)
