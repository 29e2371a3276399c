noinst_LIBRARIES += libceremony.a
libceremony_a_SOURCES = \
	src/ceremony/calling.c \
	src/ceremony/card.c \
	src/ceremony/ceremony.c \
	src/ceremony/change_custodians.c \
	src/ceremony/collected.c \
	src/ceremony/create.c \
	src/ceremony/create_share.c \
	src/ceremony/decision.c \
	src/ceremony/device.c \
	src/ceremony/drill.c \
	src/ceremony/form.c \
	src/ceremony/import.c \
	src/ceremony/initialise.c \
	src/ceremony/join.c \
	src/ceremony/kinds.c \
	src/ceremony/making.c \
	src/ceremony/new_key_domain.c \
	src/ceremony/old_password.c \
	src/ceremony/note.c \
	src/ceremony/old_set.c \
	src/ceremony/old_turns.c \
	src/ceremony/papers.c \
	src/ceremony/passwords.c \
	src/ceremony/pins.c \
	src/ceremony/place.c \
	src/ceremony/prove_set.c \
	src/ceremony/procedure.h \
	src/ceremony/quorum.c \
	src/ceremony/record.c \
	src/ceremony/remains.c \
	src/ceremony/resume.c \
	src/ceremony/retype.c \
	src/ceremony/renew_sheets.c \
	src/ceremony/secrets.c \
	src/ceremony/steps.h \
	src/ceremony/token_certificate.c \
	src/ceremony/token_files.c \
	src/ceremony/token_generate.c \
	src/ceremony/token_initialise.c \
	src/ceremony/token_look.c \
	src/ceremony/token_objects.c \
	src/ceremony/token_pin_acts.c \
	src/ceremony/token_pins.c \
	src/ceremony/turns.c \
	src/ceremony/unfinished.c
noinst_HEADERS += include/quorate/ceremony.h
