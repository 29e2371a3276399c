noinst_LIBRARIES += libjournal.a
libjournal_a_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
libjournal_a_SOURCES = src/journal/journal.c
noinst_HEADERS += include/quorate/journal.h
