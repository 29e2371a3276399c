/* The groups of unit tests: one a file, each an array of cmocka tests. Add a line here and the file to tests/local.mk.
 */
#ifndef TESTS_UNIT_GROUPS_H
#define TESTS_UNIT_GROUPS_H

/* cmocka.h needs these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define GROUPS(GROUP)                                                                                                  \
	GROUP(base)                                                                                                    \
	GROUP(ceremony)                                                                                                \
	GROUP(ceremony_change)                                                                                         \
	GROUP(ceremony_confirm)                                                                                        \
	GROUP(ceremony_create)                                                                                         \
	GROUP(ceremony_paper)                                                                                          \
	GROUP(drives)                                                                                                  \
	GROUP(ceremony_drill)                                                                                          \
	GROUP(ceremony_device)                                                                                         \
	GROUP(ceremony_tries)                                                                                          \
	GROUP(ceremony_faults)                                                                                         \
	GROUP(ceremony_files)                                                                                          \
	GROUP(diagnosis)                                                                                               \
	GROUP(journal)                                                                                                 \
	GROUP(forms)                                                                                                   \
	GROUP(key)                                                                                                     \
	GROUP(launcher)                                                                                                \
	GROUP(paper)                                                                                                   \
	GROUP(md5_lanes)                                                                                               \
	GROUP(preflight)                                                                                               \
	GROUP(plan_file)                                                                                               \
	GROUP(ceremony_plan)                                                                                           \
	GROUP(procedures)                                                                                              \
	GROUP(procedures_keys)                                                                                         \
	GROUP(prime_slips)                                                                                             \
	GROUP(ceremony_passwords)                                                                                      \
	GROUP(read_back)                                                                                               \
	GROUP(rescue)                                                                                                  \
	GROUP(search)                                                                                                  \
	GROUP(secret)                                                                                                  \
	GROUP(share)                                                                                                   \
	GROUP(share_faults)                                                                                            \
	GROUP(shamir)                                                                                                  \
	GROUP(check_word)                                                                                              \
	GROUP(wrap)                                                                                                    \
	GROUP(wrapped_key)                                                                                             \
	GROUP(attestation)                                                                                             \
	GROUP(cvc)                                                                                                     \
	GROUP(hsm_acts)                                                                                                \
	GROUP(hsm_keys)                                                                                                \
	GROUP(hsm)                                                                                                     \
	GROUP(message)                                                                                                 \
	GROUP(pkcs11)                                                                                                  \
	GROUP(pkcs11_faults)                                                                                           \
	GROUP(slots)                                                                                                   \
	GROUP(slots_faults)                                                                                            \
	GROUP(spool)                                                                                                   \
	GROUP(token)                                                                                                   \
	GROUP(trace)                                                                                                   \
	GROUP(virtual_card)                                                                                            \
	GROUP(virtual_keys)                                                                                            \
	GROUP(rehearsed)

#define GROUP(name)                                                                                                    \
	extern const struct CMUnitTest tests_##name[];                                                                 \
	extern const size_t tests_##name##_count;
GROUPS(GROUP)
#undef GROUP

/* Put at the end of a file: TEST_GROUP(base, cmocka_unit_test(...), ...); */
#define TEST_GROUP(name, ...)                                                                                          \
	const struct CMUnitTest tests_##name[] = { __VA_ARGS__ };                                                      \
	const size_t tests_##name##_count = sizeof tests_##name / sizeof tests_##name[0]

#endif
