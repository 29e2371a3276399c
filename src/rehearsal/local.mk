noinst_LIBRARIES += librehearsal.a
librehearsal_a_SOURCES = \
	src/rehearsal/card_certificates.c \
	src/rehearsal/card_dkek.c \
	src/rehearsal/card_files.c \
	src/rehearsal/card_initialize.c \
	src/rehearsal/card_inside.h \
	src/rehearsal/card_keys.c \
	src/rehearsal/card_material.c \
	src/rehearsal/card_pins.c \
	src/rehearsal/card_select.c \
	src/rehearsal/card_state.c \
	src/rehearsal/card_use.c \
	src/rehearsal/card_wrap.c \
	src/rehearsal/rehearsal.c \
	src/rehearsal/rehearsal_inside.h \
	src/rehearsal/rehearsal_token.c \
	src/rehearsal/tlv.c \
	src/rehearsal/tlv.h \
	src/rehearsal/virtual_card.c \
	src/rehearsal/wire.c \
	src/rehearsal/wire.h
noinst_HEADERS += \
	include/quorate/rehearsal.h \
	include/quorate/virtual_card.h

# The process that plays the cards.
pkglibexec_PROGRAMS += quorate-rehearsal-card
quorate_rehearsal_card_CPPFLAGS = $(AM_CPPFLAGS) $(PCSC_CFLAGS)
quorate_rehearsal_card_SOURCES = \
	src/rehearsal/card_process.c \
	src/rehearsal/readers.c \
	src/rehearsal/readers.h
quorate_rehearsal_card_LDADD = librehearsal.a libshare.a libsecret.a libbase.a $(CRYPTO_LIBS) $(LTLIBINTL)

# The PC/SC library is loaded by other people's programs: it links nothing of ours, and no sanitizer or profiler, which
# a program would have to be built with from its start.
pkglib_LTLIBRARIES += libquorate-pcsc.la
libquorate_pcsc_la_CPPFLAGS = $(AM_CPPFLAGS) $(PCSC_CFLAGS)
libquorate_pcsc_la_CFLAGS = $(filter-out -fPIE -fsanitize=% -fno-sanitize-recover=% --coverage,$(AM_CFLAGS)) \
	-fvisibility=hidden -pthread
libquorate_pcsc_la_LDFLAGS = -module -avoid-version -shared -pthread \
	-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,-z,defs
libquorate_pcsc_la_SOURCES = \
	src/rehearsal/pcsc_context.c \
	src/rehearsal/pcsc_context.h \
	src/rehearsal/pcsc_library.c \
	src/rehearsal/pcsc_link.c \
	src/rehearsal/pcsc_link.h \
	src/rehearsal/pcsc_pad.c \
	src/rehearsal/pcsc_pad.h \
	src/rehearsal/wire.c
