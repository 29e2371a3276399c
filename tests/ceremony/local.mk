# Whole ceremonies with the real program, on a pseudo-terminal.
PYTHON_TESTS += \
	tests/ceremony/test_bad_input.py \
	tests/ceremony/test_change.py \
	tests/ceremony/test_confirm.py \
	tests/ceremony/test_console.py \
	tests/ceremony/test_copy.py \
	tests/ceremony/test_decision.py \
	tests/ceremony/test_each.py \
	tests/ceremony/test_figures.py \
	tests/ceremony/test_files.py \
	tests/ceremony/test_genuine.py \
	tests/ceremony/test_join.py \
	tests/ceremony/test_keystrokes.py \
	tests/ceremony/test_memory.py \
	tests/ceremony/test_people.py \
	tests/ceremony/test_personal_pin.py \
	tests/ceremony/test_plan.py \
	tests/ceremony/test_picture.py \
	tests/ceremony/test_preflight.py \
	tests/ceremony/test_printing.py \
	tests/ceremony/test_renew.py \
	tests/ceremony/test_restore.py \
	tests/ceremony/test_resume.py \
	tests/ceremony/test_token.py
EXTRA_DIST += tests/ceremony/keystrokes.py tests/ceremony/people.py tests/ceremony/picture.py

# make picture: the screen in README, from the program as it is.
picture: all tests/quorate-quick$(EXEEXT)
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) $(PYTHON) $(srcdir)/tests/ceremony/picture.py
.PHONY: picture

# make keystrokes: the table in quorate-ceremony(7), counted on a terminal.
keystrokes: all tests/quorate-quick$(EXEEXT)
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) $(PYTHON) $(srcdir)/tests/ceremony/keystrokes.py
.PHONY: keystrokes

# Ceremonies killed at every point, through the ceremonies' door without a terminal.
check_PROGRAMS += tests/ceremony/kills
tests_ceremony_kills_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_ceremony_kills_SOURCES = tests/ceremony/kills.c tests/unit/card_door.c tests/unit/card_door.h \
	tests/unit/fake_token.c tests/unit/fake_token.h tests/unit/groups.h tests/unit/play.c tests/unit/play.h \
	tests/unit/play_expect.c
tests_ceremony_kills_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=fsync -Wl,--wrap=virtual_card_door
tests_ceremony_kills_LDADD = $(CORE_LIBS) $(CMOCKA_LIBS)
TESTS += tests/ceremony/kills
