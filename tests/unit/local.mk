# One program of unit tests links everything but ui/; each file is a group of it.
check_PROGRAMS += tests/unit/unit
tests_unit_unit_CPPFLAGS = $(AM_CPPFLAGS) $(P11KIT_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS) -DSOURCE_FOLDER='"$(abs_top_srcdir)"' \
	-DBUILD_FOLDER='"$(abs_top_builddir)"'
tests_unit_unit_SOURCES = \
	tests/unit/groups.h \
	tests/unit/main.c \
	tests/unit/attestation.c \
	tests/unit/base.c \
	tests/unit/card_door.c \
	tests/unit/card_door.h \
	tests/unit/card_table.c \
	tests/unit/card_table.h \
	tests/unit/ceremony.c \
	tests/unit/ceremony_change.c \
	tests/unit/ceremony_confirm.c \
	tests/unit/ceremony_create.c \
	tests/unit/ceremony_device.c \
	tests/unit/ceremony_drill.c \
	tests/unit/drives.c \
	tests/unit/ceremony_paper.c \
	tests/unit/ceremony_faults.c \
	tests/unit/ceremony_tries.c \
	tests/unit/ceremony_plan.c \
	tests/unit/ceremony_files.c \
	tests/unit/ceremony_passwords.c \
	tests/unit/check_word.c \
	tests/unit/cvc.c \
	tests/unit/desk.c \
	tests/unit/desk.h \
	tests/unit/diagnosis.c \
	tests/unit/fake_token.c \
	tests/unit/fake_token.h \
	tests/unit/forms.c \
	tests/unit/hsm.c \
	tests/unit/hsm_acts.c \
	tests/unit/hsm_keys.c \
	tests/unit/journal.c \
	tests/unit/key.c \
	tests/unit/launcher.c \
	tests/unit/md5_lanes.c \
	tests/unit/message.c \
	tests/unit/faulty.h \
	tests/unit/paper.c \
	tests/unit/pkcs11.c \
	tests/unit/pkcs11_desk.h \
	tests/unit/pkcs11_faults.c \
	tests/unit/plan_file.c \
	tests/unit/play.c \
	tests/unit/play.h \
	tests/unit/preflight.c \
	tests/unit/prime_slips.c \
	tests/unit/play_expect.c \
	tests/unit/procedure_play.c \
	tests/unit/procedure_play.h \
	tests/unit/procedures.c \
	tests/unit/procedures_keys.c \
	tests/unit/published.h \
	tests/unit/read_back.c \
	tests/unit/rehearsed.c \
	tests/unit/rescue.c \
	tests/unit/search.c \
	tests/unit/secret.c \
	tests/unit/shamir.c \
	tests/unit/share.c \
	tests/unit/share_faults.c \
	tests/unit/share_help.h \
	tests/unit/slots.c \
	tests/unit/slots_faults.c \
	tests/unit/spool.c \
	tests/unit/token.c \
	tests/unit/trace.c \
	tests/unit/virtual_card.c \
	tests/unit/virtual_keys.c \
	tests/unit/wrap.c \
	tests/unit/wrapped_key.c
# file_save is made to fail in places by the tests.
tests_unit_unit_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=file_save
tests_unit_unit_LDADD = $(CORE_LIBS) $(CMOCKA_LIBS)
TESTS += tests/unit/unit

# A PKCS#11 module that misbehaves as its environment tells it; -rpath makes a loadable library of it.
check_LTLIBRARIES += tests/unit/libunruly.la
tests_unit_libunruly_la_SOURCES = tests/unit/unruly.c
tests_unit_libunruly_la_CPPFLAGS = $(AM_CPPFLAGS) $(P11KIT_CFLAGS)
tests_unit_libunruly_la_LDFLAGS = -module -avoid-version -rpath /nowhere

# One that stands before SoftHSM and makes any call go wrong.
check_LTLIBRARIES += tests/unit/libfaulty.la
tests_unit_libfaulty_la_SOURCES = tests/unit/faulty.c tests/unit/faulty.h
tests_unit_libfaulty_la_CPPFLAGS = $(AM_CPPFLAGS) $(P11KIT_CFLAGS)
tests_unit_libfaulty_la_LDFLAGS = -module -avoid-version -rpath /nowhere
