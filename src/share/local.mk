noinst_LIBRARIES += libshare.a
libshare_a_SOURCES = \
	src/share/aes_cbc.c \
	src/share/aes_cbc.h \
	src/share/audit.c \
	src/share/check_word.c \
	src/share/curve.c \
	src/share/derivation.c \
	src/share/diagnosis.c \
	src/share/dkek.c \
	src/share/field.c \
	src/share/field.h \
	src/share/md5_chain.c \
	src/share/md5_chain.h \
	src/share/md5_lanes.c \
	src/share/md5_lanes.h \
	src/share/md5_lanes_body.h \
	src/share/password.c \
	src/share/prime_slips.c \
	src/share/rescue.c \
	src/share/rescue_candidate.c \
	src/share/rescue_candidate.h \
	src/share/search.c \
	src/share/shamir.c \
	src/share/shamir_field.h \
	src/share/shamir_split.c \
	src/share/self_check.c \
	src/share/share_file.c \
	src/share/share_text.c \
	src/share/slips.c \
	src/share/wrapped_file.c \
	src/share/wrapped_key.c \
	src/share/wrapped_match.c
noinst_HEADERS += \
	include/quorate/audit.h \
	include/quorate/check_word.h \
	include/quorate/curve.h \
	include/quorate/derivation.h \
	include/quorate/diagnosis.h \
	include/quorate/dkek.h \
	include/quorate/password.h \
	include/quorate/prime_slips.h \
	include/quorate/rescue.h \
	include/quorate/search.h \
	include/quorate/self_check.h \
	include/quorate/shamir.h \
	include/quorate/share_file.h \
	include/quorate/share_text.h \
	include/quorate/slips.h \
	include/quorate/wrapped_key.h
