noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = \
	src/base/base64.c \
	src/base/clock.c \
	src/base/file.c \
	src/base/hex.c \
	src/base/outcome.c \
	src/base/text.c \
	src/base/words.c \
	src/base/wrap.c
noinst_HEADERS += \
	include/quorate/base64.h \
	include/quorate/clock.h \
	include/quorate/file.h \
	include/quorate/hex.h \
	include/quorate/limits.h \
	include/quorate/outcome.h \
	include/quorate/outcome_table.h \
	include/quorate/text.h \
	include/quorate/tongue.h \
	include/quorate/words.h \
	include/quorate/wrap.h
