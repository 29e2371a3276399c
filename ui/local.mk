bin_PROGRAMS += quorate
quorate_CPPFLAGS = $(AM_CPPFLAGS) $(CURSES_CFLAGS) $(JANSSON_CFLAGS)
quorate_SOURCES = \
	ui/main.c
quorate_LDADD = $(CORE_LIBS) $(CURSES_LIBS)
