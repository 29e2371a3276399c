noinst_LIBRARIES += libpaper.a
libpaper_a_CPPFLAGS = $(AM_CPPFLAGS) $(QRENCODE_CFLAGS)
libpaper_a_SOURCES = \
	src/paper/forms.c \
	src/paper/line_check.c \
	src/paper/pdf.c \
	src/paper/plain.c \
	src/paper/qr.c \
	src/paper/sheet.c
noinst_HEADERS += \
	include/quorate/forms.h \
	include/quorate/line_check.h \
	include/quorate/pdf.h \
	include/quorate/qr.h \
	include/quorate/sheet.h
