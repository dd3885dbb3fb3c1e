################################################################################
#
# cmagent
#
################################################################################

CMAGENT_VERSION = 0.1.0
# In local.mk: CMAGENT_OVERRIDE_SRCDIR = /path/to/the/checkout
CMAGENT_SITE = $(CMAGENT_OVERRIDE_SRCDIR)
CMAGENT_SITE_METHOD = local
CMAGENT_DEPENDENCIES = jsmn libmicrohttpd mbedtls
# libcmagent, for the interfaces of the image.
CMAGENT_INSTALL_STAGING = YES
CMAGENT_CONF_OPTS = -DCMAKE_BUILD_TYPE=MinSizeRel -DCMAGENT_TESTS=OFF

ifeq ($(BR2_INIT_SYSTEMD),y)
CMAGENT_CONF_OPTS += -DCMAGENT_SYSTEMD=ON
endif

define CMAGENT_USERS
	cmagent -1 cmagent -1 * - - - Concurrency Monitoring agent
endef

define CMAGENT_INSTALL_INIT_SYSV
	$(INSTALL) -D -m 0755 $(@D)/platform/packaging/sysv/S90cmagentd \
		$(TARGET_DIR)/etc/init.d/S90cmagentd
endef

$(eval $(cmake-package))
