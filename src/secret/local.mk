noinst_LIBRARIES += libsecret.a
libsecret_a_SOURCES = \
	src/secret/process.c \
	src/secret/random.c \
	src/secret/secret.c
noinst_HEADERS += \
	include/quorate/process.h \
	include/quorate/random.h \
	include/quorate/secret.h
