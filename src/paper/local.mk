# Where Debian's fonts-dejavu-core puts the fonts; another place: make font_folder=...
font_folder = /usr/share/fonts/truetype/dejavu

noinst_LIBRARIES += libpaper.a
libpaper_a_CPPFLAGS = $(AM_CPPFLAGS) $(QRENCODE_CFLAGS) -DFONT_FOLDER='"$(font_folder)"'
libpaper_a_SOURCES = \
	src/paper/arena.c \
	src/paper/arena.h \
	src/paper/block.c \
	src/paper/block.h \
	src/paper/forms.c \
	src/paper/glyph.c \
	src/paper/glyph.h \
	src/paper/line_check.c \
	src/paper/page.c \
	src/paper/page.h \
	src/paper/pdf.c \
	src/paper/plain.c \
	src/paper/qr.c \
	src/paper/recovery.c \
	src/paper/recovery.h \
	src/paper/sheet.c
noinst_HEADERS += \
	include/quorate/forms.h \
	include/quorate/line_check.h \
	include/quorate/pdf.h \
	include/quorate/qr.h \
	include/quorate/sheet.h
