SUMMARY = "Agent for Adobe Pass Concurrency Monitoring"
LICENSE = "CLOSED"

# In local.conf: EXTERNALSRC:pn-cmagent = "/path/to/the/checkout"
inherit cmake externalsrc systemd update-rc.d useradd

DEPENDS = "jsmn libmicrohttpd mbedtls"
RDEPENDS:${PN} = "ca-certificates"

EXTRA_OECMAKE = "-DCMAKE_BUILD_TYPE=MinSizeRel -DCMAGENT_TESTS=OFF"
EXTRA_OECMAKE += "${@bb.utils.contains('DISTRO_FEATURES', 'systemd', '-DCMAGENT_SYSTEMD=ON', '', d)}"
EXTRA_OECMAKE += "-DCMAGENT_SYSTEMD_UNITS=${systemd_system_unitdir}"

SYSTEMD_SERVICE:${PN} = "cmagentd.service"
SYSTEMD_AUTO_ENABLE = "disable"
# Of the init script; the systemd unit has a user of its own making.
USERADD_PACKAGES = "${PN}"
USERADD_PARAM:${PN} = "--system --no-create-home --shell /bin/false --user-group cmagent"
INITSCRIPT_NAME = "cmagentd"
INITSCRIPT_PARAMS = "defaults 90 10"

do_install:append() {
    install -D -m 0755 ${S}/platform/packaging/sysv/S90cmagentd ${D}${sysconfdir}/init.d/cmagentd
}

FILES:${PN} += "${systemd_system_unitdir}"
CONFFILES:${PN} = "${sysconfdir}/cmagent/cmagent.json"
