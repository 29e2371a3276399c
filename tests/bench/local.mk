# make bench: figures, not a test; the machine should have nothing else to do.
BENCHES = tests/bench/derivation$(EXEEXT) tests/bench/paper$(EXEEXT) tests/bench/rescue$(EXEEXT)
EXTRA_PROGRAMS += tests/bench/derivation tests/bench/paper tests/bench/rescue
tests_bench_derivation_SOURCES = tests/bench/derivation.c tests/bench/yardsticks.c tests/bench/yardsticks.h
tests_bench_derivation_LDADD = $(CORE_LIBS)
tests_bench_paper_CPPFLAGS = $(AM_CPPFLAGS) $(QRENCODE_CFLAGS)
tests_bench_paper_SOURCES = tests/bench/paper.c tests/bench/yardsticks.c tests/bench/yardsticks.h
tests_bench_paper_LDADD = $(CORE_LIBS)
tests_bench_rescue_SOURCES = tests/bench/rescue.c tests/bench/yardsticks.c tests/bench/yardsticks.h
tests_bench_rescue_LDADD = $(CORE_LIBS)
CLEANFILES += $(BENCHES)
EXTRA_DIST += tests/bench/status.py
bench: $(BENCHES)
	$(AM_V_at)status=0; for bench in $(BENCHES); do ./$$bench || status=1; done; \
		QUORATE_BUILD='$(abs_top_builddir)' $(PYTHON) $(srcdir)/tests/bench/status.py || status=1; exit $$status
.PHONY: bench
