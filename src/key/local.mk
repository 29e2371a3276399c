noinst_LIBRARIES += libkey.a
libkey_a_SOURCES = \
	src/key/certificate.c \
	src/key/key.h \
	src/key/public_key.c \
	src/key/request.c
noinst_HEADERS += \
	include/quorate/certificate.h \
	include/quorate/public_key.h
