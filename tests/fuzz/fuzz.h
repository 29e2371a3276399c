/*
 * Fuzz targets: any bytes in, no crash, no sanitizer finding, and the properties that each asserts. Built twice: one
 * program a target with libFuzzer (configure CC=clang --enable-fuzzing, then make fuzz), and all of them in replay.c,
 * which runs the seeds in every `make check`.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* One a file of this folder; its seeds are in seeds/NAME/. */
#define FUZZ_TARGETS(TARGET)                                                                                           \
	TARGET(attestation)                                                                                            \
	TARGET(base64)                                                                                                 \
	TARGET(card_act)                                                                                               \
	TARGET(card_answer)                                                                                            \
	TARGET(cvc)                                                                                                    \
	TARGET(journal)                                                                                                \
	TARGET(line_check)                                                                                             \
	TARGET(message)                                                                                                \
	TARGET(plan_file)                                                                                              \
	TARGET(share_file)                                                                                             \
	TARGET(share_text)                                                                                             \
	TARGET(sheet_text)                                                                                             \
	TARGET(trace)                                                                                                  \
	TARGET(wrapped_key)

#ifdef FUZZING
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
#define FUZZ_TARGET(name) int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
#else
#define TARGET(name) int fuzz_##name(const uint8_t *bytes, size_t size);
FUZZ_TARGETS(TARGET)
#undef TARGET
#define FUZZ_TARGET(name) int fuzz_##name(const uint8_t *bytes, size_t size)
#endif

/* Like assert, but never compiled out. */
#define MUST(condition)                                                                                                \
	do {                                                                                                           \
		if (!(condition))                                                                                      \
			abort();                                                                                       \
	} while (0)

#endif
