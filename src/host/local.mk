noinst_LIBRARIES += libhost.a
libhost_a_SOURCES = \
	src/host/spool.c
noinst_HEADERS += \
	include/quorate/spool.h
