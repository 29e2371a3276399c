noinst_LIBRARIES += libjournal.a
libjournal_a_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
libjournal_a_SOURCES = \
	src/journal/journal.c \
	src/journal/journal_open.c \
	src/journal/journal_read.c \
	src/journal/journal_words.c \
	src/journal/line.h
noinst_HEADERS += include/quorate/journal.h include/quorate/journal_read.h
