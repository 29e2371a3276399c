# Where Debian's fonts-dejavu-core puts the fonts; another place: make font_folder=...
font_folder = /usr/share/fonts/truetype/dejavu

noinst_LIBRARIES += libpaper.a
libpaper_a_CPPFLAGS = $(AM_CPPFLAGS) $(QRENCODE_CFLAGS) -DFONT_FOLDER='"$(font_folder)"'
libpaper_a_SOURCES = \
	src/paper/arena.c \
	src/paper/arena.h \
	src/paper/block.c \
	src/paper/block.h \
	src/paper/block_boxes.c \
	src/paper/block_code.c \
	src/paper/block_inside.h \
	src/paper/block_qr.c \
	src/paper/block_rows.c \
	src/paper/block_text.c \
	src/paper/form_destruction.c \
	src/paper/form_device.c \
	src/paper/form_password.c \
	src/paper/form_pins.c \
	src/paper/form_record.c \
	src/paper/form_recovery.c \
	src/paper/form_salts.c \
	src/paper/form_script.c \
	src/paper/form_share.c \
	src/paper/form_share_file.c \
	src/paper/form_wrapped_key.c \
	src/paper/frame.c \
	src/paper/frame.h \
	src/paper/glyph.c \
	src/paper/glyph.h \
	src/paper/line_check.c \
	src/paper/page.c \
	src/paper/page.h \
	src/paper/pdf.c \
	src/paper/plain.c \
	src/paper/qr.c \
	src/paper/read_back.c \
	src/paper/recovery.c \
	src/paper/recovery.h \
	src/paper/sheet.c
noinst_HEADERS += \
	include/quorate/forms.h \
	include/quorate/line_check.h \
	include/quorate/pdf.h \
	include/quorate/qr.h \
	include/quorate/read_back.h \
	include/quorate/sheet.h
