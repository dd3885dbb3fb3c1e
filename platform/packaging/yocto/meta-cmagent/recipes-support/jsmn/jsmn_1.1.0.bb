SUMMARY = "JSON tokenizer in one header"
DESCRIPTION = "A parser of JSON for small systems: it allocates nothing, copies nothing and leaves the values as text."
HOMEPAGE = "https://github.com/zserge/jsmn"
SECTION = "libs/devel"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://LICENSE;md5=5adc94605a1f7a797a9a834adbe335e3"

# Unpacked to where every release expects the source, so that S need not be set.
SRC_URI = "git://github.com/zserge/jsmn.git;protocol=https;branch=master;destsuffix=${BP}"
# v1.1.0
SRCREV = "fdcef3ebf886fa210d14956d3c068a653e76a24e"

UPSTREAM_CHECK_GITTAGREGEX = "v(?P<pver>\d+(\.\d+)+)"

inherit allarch

# The Makefile builds tests only.
do_configure[noexec] = "1"
do_compile[noexec] = "1"

do_install() {
    install -D -m 0644 ${S}/jsmn.h ${D}${includedir}/jsmn.h
}

# All of it is the header, so that there is no package but the one for developers.
DEV_PKG_DEPENDENCY = ""

BBCLASSEXTEND = "native nativesdk"
