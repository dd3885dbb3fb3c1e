# The bill of materials of what is built: CycloneDX 1.5, as JSON, in CMAGENT_BOM. Written when the build is configured, of
# the same libraries that it links; the same for the same build.

# What a library's own header says: bom_version(RESULT FOLDER PATTERN HEADER…), of the first header that has it.
function(bom_version result folder pattern)
    set(${result} "" PARENT_SCOPE)
    foreach(header IN LISTS ARGN)
        if(EXISTS ${folder}/${header})
            file(STRINGS ${folder}/${header} line REGEX "#define +${pattern} " LIMIT_COUNT 1)
            if(line MATCHES "${pattern} +\"?([0-9a-fx.]+)")
                set(${result} ${CMAKE_MATCH_1} PARENT_SCOPE)
                return()
            endif()
        endif()
    endforeach()
endfunction()

# A component: bom_component(NAME NAMESPACE LICENCE CPE-PRODUCT VERSION LINKED …), of a library that was built from a source
# package with PACKAGE, ITS_VERSION, DSC (a hash) and PATCHES; else SHA256 of what was compiled in, or none.
function(bom_component name licence cpe version linked)
    cmake_parse_arguments(arg "" "PACKAGE;ITS_VERSION;DSC;PATCHES;SHA256" "" ${ARGN})
    set(members "\"type\": \"library\", \"bom-ref\": \"${name}\", \"name\": \"${name}\"")
    if(version)
        string(APPEND members ", \"version\": \"${version}\"")
    endif()
    string(APPEND members ", \"scope\": \"required\"")
    if(arg_DSC)
        set(arg_SHA256 ${arg_DSC})
    endif()
    if(arg_SHA256)
        string(APPEND members ", \"hashes\": [{\"alg\": \"SHA-256\", \"content\": \"${arg_SHA256}\"}]")
    endif()
    string(APPEND members ", \"licenses\": [{\"license\": {\"id\": \"${licence}\"}}]")
    if(version AND cpe)
        string(APPEND members ", \"cpe\": \"cpe:2.3:a:${cpe}:${version}:*:*:*:*:*:*:*\"")
    endif()
    if(arg_PACKAGE)
        string(REPLACE "+" "%2B" escaped "${arg_ITS_VERSION}")
        string(APPEND members ", \"purl\": \"pkg:deb/debian/${arg_PACKAGE}@${escaped}?arch=source\"")
    elseif(version)
        string(APPEND members ", \"purl\": \"pkg:generic/${name}@${version}\"")
    else()
        string(APPEND members ", \"purl\": \"pkg:generic/${name}\"")
    endif()
    if(arg_PATCHES)
        string(REPLACE " " ";" patches "${arg_PATCHES}")
        list(TRANSFORM patches REPLACE ".+" "{\"type\": \"unofficial\"}" OUTPUT_VARIABLE kinds)
        list(JOIN kinds ", " kinds)
        list(JOIN patches ", " patches)
        string(APPEND members ", \"pedigree\": {\"patches\": [${kinds}], \"notes\": \"toolchains/patches: ${patches}\"}")
    endif()
    string(APPEND members ", \"properties\": [{\"name\": \"cmagent:linked\", \"value\": \"${linked}\"}]")
    set(bom_components "${bom_components},\n    {${members}}" PARENT_SCOPE)
    set(bom_needs "${bom_needs}, \"${name}\"" PARENT_SCOPE)
endfunction()

# From a source package: static; from the system: the system's own library, whatever kind that is.
function(bom_library name target licence cpe version)
    if(${target}_package)
        bom_component(${name} ${licence} ${cpe} ${version} static PACKAGE ${${target}_package}
            ITS_VERSION ${${target}_version} DSC "${${target}_dsc}" PATCHES "${${target}_patches}")
    else()
        bom_component(${name} ${licence} ${cpe} "${version}" system)
    endif()
    set(bom_components "${bom_components}" PARENT_SCOPE)
    set(bom_needs "${bom_needs}" PARENT_SCOPE)
endfunction()

set(bom_components)
set(bom_needs)
# jsmn has no version in it: the header itself is told by its hash.
file(SHA256 ${jsmn_include_system}/jsmn.h jsmn_hash)
set(jsmn_version)
if(jsmn_hash STREQUAL "1ed6154dedf009212a08a397e9c4ed50a0ce31d5a8301bb294e137ae3188c13b")
    set(jsmn_version 1.1.0)
endif()
bom_component(jsmn MIT "" "${jsmn_version}" header SHA256 ${jsmn_hash})

bom_version(version ${mbedtls_include_${mbedtls_origin}} MBEDTLS_VERSION_STRING mbedtls/build_info.h mbedtls/version.h)
bom_library(mbedtls mbedtls Apache-2.0 arm:mbed_tls "${version}")

# 0x01000100 is 1.0.1.
bom_version(version ${microhttpd_include_${microhttpd_origin}} MHD_VERSION microhttpd.h)
if(version MATCHES "^0x(..)(..)(..)")
    string(REGEX REPLACE "^0x0?(.+)$" "\\1" version "0x${CMAKE_MATCH_1}.${CMAKE_MATCH_2}.${CMAKE_MATCH_3}")
    string(REGEX REPLACE "\\.0" "." version "${version}")
endif()
bom_library(libmicrohttpd microhttpd LGPL-2.1-or-later gnu:libmicrohttpd "${version}")

string(REGEX REPLACE "^,\n" "" bom_components "${bom_components}")
string(REGEX REPLACE "^, " "" bom_needs "${bom_needs}")
string(UUID serial NAMESPACE 6ba7b810-9dad-11d1-80b4-00c04fd430c8 TYPE SHA1 NAME "cmagent ${PROJECT_VERSION} ${CMAGENT_BUILD} ${bom_components}")
set(CMAGENT_BOM ${CMAKE_CURRENT_BINARY_DIR}/cmagent.cdx.json)
file(CONFIGURE OUTPUT ${CMAGENT_BOM} @ONLY CONTENT [[{
  "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
  "bomFormat": "CycloneDX",
  "specVersion": "1.5",
  "serialNumber": "urn:uuid:@serial@",
  "version": 1,
  "metadata": {
    "component": {"type": "application", "bom-ref": "cmagent", "name": "cmagent", "version": "@PROJECT_VERSION@", "licenses": [{"license": {"id": "Apache-2.0"}}], "purl": "pkg:generic/cmagent@@PROJECT_VERSION@", "properties": [{"name": "cmagent:build", "value": "@CMAGENT_BUILD@"}]}
  },
  "components": [
@bom_components@
  ],
  "dependencies": [
    {"ref": "cmagent", "dependsOn": [@bom_needs@]}
  ]
}
]])
