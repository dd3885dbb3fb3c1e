include $(sort $(wildcard $(BR2_EXTERNAL_CMAGENT_PATH)/package/*/*.mk))
