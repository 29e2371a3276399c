noinst_LIBRARIES += librehearsal.a
librehearsal_a_SOURCES = \
	src/rehearsal/rehearsal.c \
	src/rehearsal/virtual_card.c
noinst_HEADERS += \
	include/quorate/rehearsal.h \
	include/quorate/virtual_card.h
