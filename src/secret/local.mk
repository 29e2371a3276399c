noinst_LIBRARIES += libsecret.a
libsecret_a_SOURCES = \
	src/secret/locked.c \
	src/secret/process.c \
	src/secret/process_confine.c \
	src/secret/random.c \
	src/secret/secret.c
noinst_HEADERS += \
	include/quorate/locked.h \
	include/quorate/process.h \
	include/quorate/random.h \
	include/quorate/secret.h
