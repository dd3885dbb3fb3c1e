################################################################################
#
# cmagent
#
################################################################################

CMAGENT_VERSION = 0.1.0
# Where this tree was copied out of its checkout, the build says what to set.
CMAGENT_CHECKOUT = $(abspath $(BR2_EXTERNAL_CMAGENT_PATH)/../../..)
CMAGENT_SITE = $(if $(wildcard $(CMAGENT_CHECKOUT)/platform/packaging/buildroot/external.desc),$(CMAGENT_CHECKOUT),/CMAGENT_OVERRIDE_SRCDIR-names-no-checkout)
CMAGENT_SITE_METHOD = local
CMAGENT_OVERRIDE_SRCDIR_RSYNC_EXCLUSIONS = --exclude /build
CMAGENT_LICENSE = Apache-2.0, MIT (jsmn)
CMAGENT_LICENSE_FILES = LICENSE NOTICE
CMAGENT_CPE_ID_VENDOR = cmagent
CMAGENT_INSTALL_STAGING = YES
CMAGENT_DEPENDENCIES = jsmn libmicrohttpd mbedtls
CMAGENT_CONF_OPTS = \
	-DCMAKE_BUILD_TYPE=MinSizeRel \
	-DCMAGENT_TESTS=OFF \
	-DCMAGENT_PROFILE=$(if $(BR2_PACKAGE_CMAGENT_LEAN),lean,full) \
	-DCMAGENT_TLS13=$(if $(BR2_PACKAGE_CMAGENT_TLS13),ON,OFF) \
	-DCMAGENT_METRICS=$(if $(BR2_PACKAGE_CMAGENT_METRICS),ON,OFF) \
	-DCMAGENT_CHECK=$(if $(BR2_PACKAGE_CMAGENT_CHECK),ON,OFF) \
	-DCMAGENT_ASSETS=$(if $(BR2_PACKAGE_CMAGENT_PAGE),ON,OFF) \
	-DCMAGENT_LIBRARY=$(if $(BR2_PACKAGE_CMAGENT_LIBRARY),ON,OFF) \
	-DCMAGENT_PLAYERS="$(subst $(space),;,$(strip $(call qstrip,$(BR2_PACKAGE_CMAGENT_PLAYERS))))" \
	-DCMAGENT_SYSTEMD=$(if $(BR2_INIT_SYSTEMD),ON,OFF)

# The user is process.user of cmagent.json, native apps are members of the
# group (http.socketGroup). The configuration is the image's own, by an overlay
# of its file system. He may read it, and whoever else is on the box may not:
# it can name secrets, and an overlay's files are readable for all.
define CMAGENT_USERS
	cmagent -1 cmagent -1 * - - cmagent-apps Concurrency Monitoring agent
endef

define CMAGENT_PERMISSIONS
	/etc/cmagent d 750 0 cmagent - - - - -
	/etc/cmagent r -1 0 cmagent - - - - -
endef

define CMAGENT_INSTALL_INIT_SYSV
	$(INSTALL) -D -m 0755 $(@D)/platform/packaging/sysv/S90cmagentd \
		$(TARGET_DIR)/etc/init.d/S90cmagentd
endef

# legal-info copies the source as a whole, into the output folder: without end
# where that is one of this checkout's build/.
cmagent-legal-info: RSYNC_VCS_EXCLUSIONS += --exclude /build

$(eval $(cmake-package))
