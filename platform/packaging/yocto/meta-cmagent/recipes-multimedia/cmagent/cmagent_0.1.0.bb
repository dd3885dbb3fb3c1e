SUMMARY = "Agent for Adobe Pass Concurrency Monitoring"
DESCRIPTION = "A daemon for TV boxes: it asks Concurrency Monitoring whether a stream may play, keeps the session alive \
while it plays, shows who else is watching when the limit is reached, and stops the player when the session is ended from \
elsewhere."
SECTION = "multimedia"
# The notice has the terms of jsmn (MIT), which is compiled in. Not "Apache-2.0 & MIT": releases differ in how "and" is written.
LICENSE = "Apache-2.0"
LIC_FILES_CHKSUM = "\
    file://LICENSE;md5=86d3f3a95c324c9479bd8986968f4327 \
    file://NOTICE;md5=741b95b2c1f3418ff79ab3e3d52b6c96 \
"

DEPENDS = "jsmn libmicrohttpd mbedtls"

# The commit at which the checkout around this layer stands. A product names its server, branch and commit here
# (README.md). Unpacked to where every release expects the source, so that S need not be set.
CMAGENT_CHECKOUT = "${@os.path.realpath(d.getVar('FILE_DIRNAME') + '/../../../../../..')}"
CMAGENT_REPOSITORY ?= "git://${CMAGENT_CHECKOUT};protocol=file;usehead=1"
SRC_URI = "${CMAGENT_REPOSITORY};destsuffix=${BP}"
SRCREV ?= "${AUTOREV}"

# A source that is not there would end every parsing, of whoever has this layer.
python () {
    checkout = d.getVar('CMAGENT_CHECKOUT')
    if checkout in d.getVar('SRC_URI') and not os.path.exists(checkout + '/.git'):
        raise bb.parse.SkipRecipe('the layer stands in no checkout of cmagent: set CMAGENT_REPOSITORY and SRCREV:pn-cmagent, '
                                  'or EXTERNALSRC:pn-cmagent (README.md)')
}

def chosen_players(d):
    players = bb.utils.filter('PACKAGECONFIG', d.getVar('PLAYERS'), d).split()
    lean = bb.utils.contains('PACKAGECONFIG', 'lean', True, False, d)
    return '' if lean and not players else ';'.join(['ui'] + players)

inherit bash-completion cmake systemd update-rc.d useradd

PLAYERS = "exec process mpv kodi thunder mpris"

FEATURES = "page metrics check tls13"

# A box that is short of flash: PACKAGECONFIG:pn-cmagent = "lean library", and what it shall have all the same.
PACKAGECONFIG ??= "${FEATURES} library ${PLAYERS} ${@bb.utils.filter('DISTRO_FEATURES', 'systemd', d)}"
PACKAGECONFIG[lean] = "-DCMAGENT_PROFILE=lean,-DCMAGENT_PROFILE=full"
# TLS 1.3 to CM, where the image's mbedTLS has it.
PACKAGECONFIG[tls13] = "-DCMAGENT_TLS13=ON,-DCMAGENT_TLS13=OFF"
PACKAGECONFIG[metrics] = "-DCMAGENT_METRICS=ON,-DCMAGENT_METRICS=OFF"
PACKAGECONFIG[check] = "-DCMAGENT_CHECK=ON,-DCMAGENT_CHECK=OFF"
PACKAGECONFIG[page] = "-DCMAGENT_ASSETS=ON,-DCMAGENT_ASSETS=OFF"
PACKAGECONFIG[library] = "-DCMAGENT_LIBRARY=ON,-DCMAGENT_LIBRARY=OFF"
PACKAGECONFIG[systemd] = "-DCMAGENT_SYSTEMD=ON,-DCMAGENT_SYSTEMD=OFF"
# The ways to stop a player; "ui", the default, is always there.
# With lean and none of them named, exec and mpv.
PACKAGECONFIG[exec] = ""
PACKAGECONFIG[process] = ""
PACKAGECONFIG[mpv] = ""
PACKAGECONFIG[kodi] = ""
PACKAGECONFIG[thunder] = ""
PACKAGECONFIG[mpris] = ""

EXTRA_OECMAKE = "\
    -DCMAKE_BUILD_TYPE=MinSizeRel \
    -DCMAGENT_TESTS=OFF \
    -DCMAGENT_SYSTEMD_UNITS=${systemd_system_unitdir} \
    -DCMAGENT_PLAYERS='${@chosen_players(d)}' \
"

do_install:append() {
    if ${@bb.utils.contains('DISTRO_FEATURES', 'sysvinit', 'true', 'false', d)}; then
        install -D -m 0755 ${S}/platform/packaging/sysv/S90cmagentd ${D}${sysconfdir}/init.d/cmagentd
    fi
}

# Neither starts anything before the box is configured.
SYSTEMD_SERVICE:${PN} = "${@bb.utils.contains('PACKAGECONFIG', 'systemd', 'cmagentd.service', '', d)}"
INITSCRIPT_NAME = "cmagentd"
INITSCRIPT_PARAMS = "defaults 90 10"

# As systemd/cmagent.sysusers has them: an image is checked for that.
USERADD_PACKAGES = "${PN}"
GROUPADD_PARAM:${PN} = "--system cmagent-apps"
USERADD_PARAM:${PN} = "--system --comment 'Concurrency Monitoring agent' --home-dir ${localstatedir}/lib/cmagent \
    --no-create-home --shell /bin/false --user-group --groups cmagent-apps cmagent"

PACKAGES =+ "libcmagent"
SUMMARY:libcmagent = "${SUMMARY}: library for native interfaces"
FILES:libcmagent = "${libdir}/libcmagent${SOLIBS}"
FILES:${PN} += "\
    ${nonarch_libdir}/cmagent \
    ${nonarch_libdir}/sysusers.d \
    ${nonarch_libdir}/tmpfiles.d \
    ${systemd_system_unitdir} \
"
CONFFILES:${PN} = "${sysconfdir}/cmagent/cmagent.json"

RDEPENDS:${PN} = "ca-certificates"
# An interface is built with the library, not with the daemon.
DEV_PKG_DEPENDENCY = "${@bb.utils.contains('PACKAGECONFIG', 'library', 'libcmagent (= ${EXTENDPKGV})', '', d)}"
