# One unit test program links everything but ui/; each file of tests/unit/ is a group of it. The other tests drive the built programs from Python.
TEST_EXTENSIONS = .py
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
PY_LOG_DRIVER = $(LOG_DRIVER)
PY_LOG_COMPILER = $(PYTHON) $(top_srcdir)/tests/pytest_tap.py
AM_TESTS_ENVIRONMENT = QUORATE_BUILD='$(abs_top_builddir)' QUORATE_SOURCE='$(abs_top_srcdir)' PYTHONDONTWRITEBYTECODE=1; \
	export QUORATE_BUILD QUORATE_SOURCE PYTHONDONTWRITEBYTECODE;

check_PROGRAMS += tests/unit/unit
tests_unit_unit_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS) -DSOURCE_FOLDER='"$(abs_top_srcdir)"' \
	-DBUILD_FOLDER='"$(abs_top_builddir)"'
tests_unit_unit_SOURCES = \
	tests/unit/groups.h \
	tests/unit/main.c \
	tests/unit/base.c \
	tests/unit/ceremony.c \
	tests/unit/check_word.c \
	tests/unit/fake_token.c \
	tests/unit/fake_token.h \
	tests/unit/journal.c \
	tests/unit/paper.c \
	tests/unit/play.c \
	tests/unit/play.h \
	tests/unit/cvc.c \
	tests/unit/hsm.c \
	tests/unit/message.c \
	tests/unit/published.h \
	tests/unit/secret.c \
	tests/unit/shamir.c \
	tests/unit/share.c \
	tests/unit/share_help.h \
	tests/unit/slots.c \
	tests/unit/token.c \
	tests/unit/virtual_card.c \
	tests/unit/wrapped_key.c
# file_save is made to fail in places by the tests.
tests_unit_unit_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=file_save
tests_unit_unit_LDADD = $(CORE_LIBS) $(CMOCKA_LIBS)
TESTS += tests/unit/unit

PYTHON_TESTS = tests/house/test_house.py \
	tests/commands/test_commands.py
include tests/bench/local.mk
include tests/fuzz/local.mk
include tests/oracle/local.mk
# A PKCS#11 module that misbehaves as its environment tells it; -rpath makes a loadable library of it.
check_LTLIBRARIES += tests/unit/libunruly.la
tests_unit_libunruly_la_SOURCES = tests/unit/unruly.c
tests_unit_libunruly_la_CPPFLAGS = $(AM_CPPFLAGS) $(P11KIT_CFLAGS)
tests_unit_libunruly_la_LDFLAGS = -module -avoid-version -rpath /nowhere

check_PROGRAMS += tests/oracle/rehearsal_env
tests_oracle_rehearsal_env_SOURCES = tests/oracle/rehearsal_env.c
tests_oracle_rehearsal_env_LDADD = $(CORE_LIBS)

TESTS += $(PYTHON_TESTS)
EXTRA_DIST += tests/pytest_tap.py $(PYTHON_TESTS)

# The screens with a fake world around them.
check_PROGRAMS += tests/screen/console_demo
tests_screen_console_demo_CPPFLAGS = $(AM_CPPFLAGS) $(CURSES_CFLAGS) -I$(top_srcdir)
tests_screen_console_demo_SOURCES = tests/screen/console_demo.c
tests_screen_console_demo_LDADD = libui.a libpaper.a libtoken.a libshare.a libsecret.a libbase.a $(CURSES_LIBS) \
	$(CRYPTO_LIBS) $(LTLIBINTL)
