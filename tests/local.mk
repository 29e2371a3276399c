# One unit test program links everything but ui/; each file of tests/unit/ is a group of it. The other tests drive the built programs from Python.
TEST_EXTENSIONS = .py
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
PY_LOG_DRIVER = $(LOG_DRIVER)
PY_LOG_COMPILER = $(PYTHON) $(top_srcdir)/tests/pytest_tap.py
AM_TESTS_ENVIRONMENT = QUORATE_BUILD='$(abs_top_builddir)' QUORATE_SOURCE='$(abs_top_srcdir)' PYTHONDONTWRITEBYTECODE=1; \
	export QUORATE_BUILD QUORATE_SOURCE PYTHONDONTWRITEBYTECODE;

check_PROGRAMS += tests/unit/unit
tests_unit_unit_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS) -DSOURCE_FOLDER='"$(abs_top_srcdir)"'
tests_unit_unit_SOURCES = \
	tests/unit/groups.h \
	tests/unit/main.c \
	tests/unit/base.c \
	tests/unit/paper.c \
	tests/unit/check_word.c \
	tests/unit/published.h \
	tests/unit/secret.c \
	tests/unit/shamir.c \
	tests/unit/share.c \
	tests/unit/share_help.h \
	tests/unit/wrapped_key.c
tests_unit_unit_LDADD = $(CORE_LIBS) $(CMOCKA_LIBS)
TESTS += tests/unit/unit

PYTHON_TESTS =
PYTHON_TESTS += tests/screen/test_screens.py tests/screen/test_secrets.py tests/screen/test_ends.py
TESTS += $(PYTHON_TESTS)
EXTRA_DIST += tests/pytest_tap.py $(PYTHON_TESTS)

# The screens with a fake world around them.
check_PROGRAMS += tests/screen/console_demo
tests_screen_console_demo_CPPFLAGS = $(AM_CPPFLAGS) $(CURSES_CFLAGS) -I$(top_srcdir)
tests_screen_console_demo_SOURCES = tests/screen/console_demo.c
tests_screen_console_demo_LDADD = libui.a libpaper.a libtoken.a libshare.a libsecret.a libbase.a $(CURSES_LIBS) \
	$(CRYPTO_LIBS) $(LTLIBINTL)
EXTRA_DIST += tests/screen/terminal.py tests/screen/expected
