# make bench: figures, not a test; the machine should have nothing else to do.
EXTRA_PROGRAMS = tests/bench/derivation
tests_bench_derivation_SOURCES = tests/bench/derivation.c
tests_bench_derivation_LDADD = $(CORE_LIBS)
CLEANFILES += tests/bench/derivation$(EXEEXT)
bench: tests/bench/derivation$(EXEEXT)
	$(AM_V_at)./tests/bench/derivation$(EXEEXT)
.PHONY: bench
