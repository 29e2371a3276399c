# Unit tests are one program; the other tests drive built programs from Python. A fragment per folder.
TEST_EXTENSIONS = .py
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
PY_LOG_DRIVER = $(LOG_DRIVER)
PY_LOG_COMPILER = $(PYTHON) $(top_srcdir)/tests/pytest_tap.py
AM_TESTS_ENVIRONMENT = QUORATE_BUILD='$(abs_top_builddir)' QUORATE_SOURCE='$(abs_top_srcdir)' PYTHONDONTWRITEBYTECODE=1; \
	export QUORATE_BUILD QUORATE_SOURCE PYTHONDONTWRITEBYTECODE;

PYTHON_TESTS = tests/house/test_house.py
EXTRA_PROGRAMS =
include tests/ceremony/local.mk
include tests/unit/local.mk
include tests/bench/local.mk
include tests/fuzz/local.mk
include tests/oracle/local.mk
include tests/screen/local.mk
include tests/vectors/local.mk
include tests/wire/local.mk
TESTS += $(PYTHON_TESTS)
EXTRA_DIST += tests/faults.md tests/pytest_tap.py $(PYTHON_TESTS)

# What takes minutes: every pattern, thousands of round trips.
check-long:
	QUORATE_LONG=1 $(MAKE) $(AM_MAKEFLAGS) check
.PHONY: check-long
