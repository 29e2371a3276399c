check_PROGRAMS += tests/fuzz/replay
tests_fuzz_replay_CPPFLAGS = $(AM_CPPFLAGS) -DSOURCE_FOLDER='"$(abs_top_srcdir)"'
FUZZ_SOURCES = tests/fuzz/base64.c tests/fuzz/line_check.c tests/fuzz/share_file.c tests/fuzz/share_text.c \
	tests/fuzz/wrapped_key.c
tests_fuzz_replay_SOURCES = tests/fuzz/fuzz.h tests/fuzz/replay.c $(FUZZ_SOURCES)
tests_fuzz_replay_LDADD = $(CORE_LIBS)
TESTS += tests/fuzz/replay
EXTRA_DIST += tests/fuzz/seeds

# make fuzz: each target for FUZZ_SECONDS, beginning with the seeds; new finds stay in the build folder.
FUZZ_SECONDS = 60
fuzz: all
	@for source in $(FUZZ_SOURCES); do \
		name=$$(basename $$source .c); mkdir -p fuzz/$$name; \
		$(CC) $(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(AM_CFLAGS) $(CFLAGS) -DFUZZING -fsanitize=fuzzer $(AM_LDFLAGS) \
			-o fuzz/fuzz-$$name $(top_srcdir)/$$source $(CORE_LIBS) || exit 1; \
		echo "== $$name"; \
		fuzz/fuzz-$$name -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 fuzz/$$name \
			$(top_srcdir)/tests/fuzz/seeds/$$name 2>&1 | grep -E 'stat::|cov:|ERROR|SUMMARY|Test unit' | tail -n 8; \
		test $${PIPESTATUS:-0} = 0 || exit 1; \
	done
.PHONY: fuzz
