check_PROGRAMS += tests/fuzz/replay
tests_fuzz_replay_CPPFLAGS = $(AM_CPPFLAGS) -DSOURCE_FOLDER='"$(abs_top_srcdir)"'
FUZZ_SOURCES = tests/fuzz/attestation.c tests/fuzz/base64.c tests/fuzz/card_act.c tests/fuzz/card_answer.c tests/fuzz/cvc.c tests/fuzz/journal.c tests/fuzz/line_check.c \
	tests/fuzz/message.c tests/fuzz/plan_file.c tests/fuzz/share_file.c tests/fuzz/share_text.c tests/fuzz/sheet_text.c tests/fuzz/trace.c tests/fuzz/wrapped_key.c
tests_fuzz_replay_SOURCES = tests/fuzz/fuzz.h tests/fuzz/script.h tests/fuzz/replay.c $(FUZZ_SOURCES)
tests_fuzz_replay_LDADD = $(CORE_LIBS)
TESTS += tests/fuzz/replay
EXTRA_DIST += tests/fuzz/seeds

# make fuzz: each target for FUZZ_SECONDS, beginning with the seeds; new finds stay in the build folder, and what broke a
# target as fuzz/NAME-crash-... there. Secrets make a process non-dumpable, which leak detection cannot bear.
FUZZ_SECONDS = 60
# What reads what people type from paper has a minute of its own.
FUZZ_PAPER = base64 line_check share_file share_text sheet_text
FUZZ_PAPER_SECONDS = $(FUZZ_SECONDS)
$(FUZZ_PAPER:%=fuzz-%): FUZZ_SECONDS = $(FUZZ_PAPER_SECONDS)
FUZZ_NAMES = $(notdir $(basename $(FUZZ_SOURCES)))
fuzz: $(FUZZ_NAMES:%=fuzz-%)
fuzz/fuzz-%: $(top_srcdir)/tests/fuzz/%.c $(filter %.a,$(CORE_LIBS))
	@mkdir -p fuzz/$*
	$(AM_V_CC)$(CC) $(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(AM_CFLAGS) $(CFLAGS) -DFUZZING -fsanitize=fuzzer \
		$(AM_LDFLAGS) -o $@ $< $(CORE_LIBS)
fuzz-%: fuzz/fuzz-%
	@ASAN_OPTIONS=detect_leaks=0 fuzz/fuzz-$* -max_total_time=$(FUZZ_SECONDS) -timeout=10 -print_final_stats=1 \
		-artifact_prefix=fuzz/$*- fuzz/$* $(top_srcdir)/tests/fuzz/seeds/$* >fuzz/$*.log 2>&1 || \
		{ tail -n 60 fuzz/$*.log; echo "FAIL: fuzz-$*"; exit 1; }
	@echo "PASS: fuzz-$*, $$(sed -n 's/^stat::number_of_executed_units: *//p' fuzz/$*.log) inputs"
.PHONY: fuzz
.SECONDARY: $(FUZZ_NAMES:%=fuzz/fuzz-%)
