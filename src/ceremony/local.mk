noinst_LIBRARIES += libceremony.a
libceremony_a_SOURCES = \
	src/ceremony/ceremony.c \
	src/ceremony/new_key_domain.c \
	src/ceremony/steps.h
noinst_HEADERS += include/quorate/ceremony.h
