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
	tests/unit/card_door.c \
	tests/unit/card_door.h \
	tests/unit/ceremony.c \
	tests/unit/check_word.c \
	tests/unit/cvc.c \
	tests/unit/fake_token.c \
	tests/unit/fake_token.h \
	tests/unit/hsm.c \
	tests/unit/journal.c \
	tests/unit/message.c \
	tests/unit/paper.c \
	tests/unit/play.c \
	tests/unit/play.h \
	tests/unit/published.h \
	tests/unit/rehearsed.c \
	tests/unit/secret.c \
	tests/unit/shamir.c \
	tests/unit/share.c \
	tests/unit/share_faults.c \
	tests/unit/share_help.h \
	tests/unit/slots.c \
	tests/unit/token.c \
	tests/unit/virtual_card.c \
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
check_PROGRAMS += tests/oracle/rehearsal_env
tests_oracle_rehearsal_env_SOURCES = tests/oracle/rehearsal_env.c
tests_oracle_rehearsal_env_LDADD = $(CORE_LIBS)

PYTHON_TESTS = \
	tests/oracle/test_paper.py \
	tests/oracle/test_sc_hsm_tool.py
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

# The sheets that the Python tests look at.
check_PROGRAMS += tests/oracle/paper_tool
tests_oracle_paper_tool_SOURCES = tests/oracle/paper_tool.c
tests_oracle_paper_tool_LDADD = libpaper.a libshare.a libsecret.a libbase.a $(HPDF_LIBS) $(QRENCODE_LIBS) $(CRYPTO_LIBS) \
	$(LTLIBINTL)
# The genuine sc-hsm-tool as an oracle. The shim is loaded into a foreign program: plain flags, no sanitizer.
check_LTLIBRARIES += tests/oracle/sc_hsm_shim.la
tests_oracle_sc_hsm_shim_la_SOURCES = tests/oracle/sc_hsm_shim.c
tests_oracle_sc_hsm_shim_la_CFLAGS = -std=gnu17 -Wall -Wextra
tests_oracle_sc_hsm_shim_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere
tests_oracle_sc_hsm_shim_la_LIBADD = $(CRYPTO_LIBS)
check_PROGRAMS += tests/oracle/share_tool
tests_oracle_share_tool_SOURCES = tests/oracle/share_tool.c
tests_oracle_share_tool_LDADD = $(CORE_LIBS)

# What takes minutes: every pattern, thousands of round trips.
check-long:
	QUORATE_LONG=1 $(MAKE) $(AM_MAKEFLAGS) check
.PHONY: check-long
