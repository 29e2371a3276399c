noinst_LIBRARIES += libtoken.a
libtoken_a_CPPFLAGS = $(AM_CPPFLAGS) $(P11KIT_CFLAGS) $(PCSC_CFLAGS)
libtoken_a_SOURCES = \
	src/token/cvc.c \
	src/token/cvc.h \
	src/token/hsm.c \
	src/token/launcher.c \
	src/token/message.c \
	src/token/message.h \
	src/token/pcsc.c \
	src/token/pcsc.h \
	src/token/pkcs11.c \
	src/token/pkcs11.h \
	src/token/slots.c \
	src/token/token.c \
	src/token/worker.c
noinst_HEADERS += \
	include/quorate/card.h \
	include/quorate/hsm.h \
	include/quorate/launcher.h \
	include/quorate/slots.h \
	include/quorate/token.h
