# cmake -D PAGE=folder -D CLIENT=file;file… -D OUT=folder -P page.cmake
#
# Makes one file of the client, OUT/cmagent.js, and its entity tag, OUT/cmagent.tag; of the page, its
# style and its scripts, the client among them, one file, OUT/page.html, and the
# Content-Security-Policy that a browser holds it to, OUT/page.policy.
cmake_minimum_required(VERSION 3.21)

# Without remarks and indentation: they are for readers, not for flash.
function(read_lean file)
    file(READ ${file} text)
    string(REGEX REPLACE "\n *//[^\n]*" "" text "${text}")
    string(REGEX REPLACE "/\\*([^*]|\\*[^/])*\\*/\n" "" text "${text}")
    string(REGEX REPLACE "\n +" "\n" text "${text}")
    get_filename_component(name ${file} NAME)
    set(${name} "${text}" PARENT_SCOPE)
endfunction()

# "sha256-…" in the form of Content Security Policy Level 3: CMake's digest is hexadecimal, the
# policy's base64.
function(digest text result)
    set(alphabet ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/)
    string(SHA256 hex "${text}")
    # 32 bytes are ten groups of three and two more; a zero fills the last group, and '=' says so.
    string(REGEX MATCHALL "......" groups "${hex}00")
    set(base64)
    foreach(group IN LISTS groups)
        foreach(shift 18 12 6 0)
            math(EXPR at "0x${group} >> ${shift} & 63")
            string(SUBSTRING ${alphabet} ${at} 1 letter)
            string(APPEND base64 ${letter})
        endforeach()
    endforeach()
    string(REGEX REPLACE "A$" "=" base64 ${base64})
    set(${result} "'sha256-${base64}'" PARENT_SCOPE)
endfunction()

read_lean(${PAGE}/page.html)
read_lean(${PAGE}/page.css)
digest("${page.css}" style)
set(client)
foreach(file IN LISTS CLIENT)
    read_lean(${file})
    get_filename_component(name ${file} NAME)
    string(APPEND client "${${name}}")
endforeach()
digest("${client}" scripts)
foreach(name words watching page)
    read_lean(${PAGE}/${name}.js)
    digest("${${name}.js}" script)
    string(APPEND scripts " ${script}")
endforeach()

string(CONFIGURE "${page.html}" html @ONLY)
file(WRITE ${OUT}/page.html "${html}")
file(WRITE ${OUT}/cmagent.js "${client}")
# RFC 9110 §8.8.3. 64 bits tell versions of a program apart.
string(SHA256 tag "${client}")
string(SUBSTRING ${tag} 0 16 tag)
file(WRITE ${OUT}/cmagent.tag "\"${tag}\"")

# A browser that knows digests ignores 'unsafe-inline'; Chromium 38 knows only that.
string(CONCAT policy
    "default-src 'none'; connect-src 'self'; "
    "script-src ${scripts} 'unsafe-inline'; style-src ${style} 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
file(WRITE ${OUT}/page.policy "${policy}")
