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
	tests/unit/secret.c
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
TESTS += $(PYTHON_TESTS)
EXTRA_DIST += tests/pytest_tap.py $(PYTHON_TESTS)

# make bench: figures, not a test; the machine should have nothing else to do.
EXTRA_PROGRAMS = tests/bench/derivation
tests_bench_derivation_SOURCES = tests/bench/derivation.c
tests_bench_derivation_LDADD = $(CORE_LIBS)
CLEANFILES += tests/bench/derivation$(EXEEXT)
bench: tests/bench/derivation$(EXEEXT)
	$(AM_V_at)./tests/bench/derivation$(EXEEXT)
.PHONY: bench
