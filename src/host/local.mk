noinst_LIBRARIES += libhost.a
libhost_a_SOURCES = \
	src/host/drive_save.c \
	src/host/drives.c \
	src/host/mounts.c \
	src/host/mounts.h \
	src/host/preflight.c \
	src/host/preflight_here.c \
	src/host/preflight_inside.h \
	src/host/preflight_machine.c \
	src/host/preflight_place.c \
	src/host/preflight_process.c \
	src/host/preflight_programs.c \
	src/host/preflight_terminal.c \
	src/host/spool.c
noinst_HEADERS += \
	include/quorate/drives.h \
	include/quorate/preflight.h \
	include/quorate/spool.h
