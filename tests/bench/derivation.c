/*
 * How fast a share file's key is derived, against what today's tools do, in one run: each way in turn, several times,
 * and of each way the best. Fails below the promised ratio.
 */
#include "yardsticks.h"

#include <quorate/derivation.h>
#include <quorate/limits.h>
#include <quorate/shamir.h>

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

/* A tenth of a real derivation, three times over. */
#define ITERATIONS (LIMIT_DKEK_ITERATIONS / 10)
#define ROUNDS 3
#define WAYS 4
#define PROMISED 3.5
/* Threads, progress and cancelling cost at most so much. */
#define REGISTERS_PROMISED 0.95

static const uint8_t salt[DERIVATION_SALT_SIZE] = { 1, 2, 3, 4, 5, 6, 7, 8 };
static const char password_text[] = "12345678";

static bool
run_ours(uint8_t ret[DERIVATION_KEY_SIZE])
{
	char text[sizeof password_text];
	struct secret *password, *key = NULL;
	bool is_done;

	memcpy(text, password_text, sizeof text);
	is_done = secret_take(&password, text, strlen(password_text)) == DONE &&
		  derivation_run(password, salt, ITERATIONS, &key) == DONE;
	if (is_done)
		memcpy(ret, key->bytes, DERIVATION_KEY_SIZE);
	secret_free(&password);
	secret_free(&key);
	return is_done;
}

static bool
run_bytes_to_key(uint8_t ret[DERIVATION_KEY_SIZE])
{
	return EVP_BytesToKey(EVP_aes_256_cbc(), EVP_md5(), salt, (const uint8_t *)password_text,
		       (int)strlen(password_text), ITERATIONS, ret, ret + 32) == 32;
}

/* The chain alone, on a prepared block. */
static bool
run_transform(uint8_t ret[DERIVATION_KEY_SIZE])
{
	yardsticks_transform(ret, 3UL * ITERATIONS);
	return true;
}

/* The same with nothing around it. */
static bool
run_registers(uint8_t ret[DERIVATION_KEY_SIZE])
{
	yardsticks_registers(ret, 3UL * ITERATIONS);
	return true;
}

static bool
bench_split(void)
{
	double best = 1e9, best_check = 1e9;
	unsigned wrong;

	for (int round = 0; round < 10; round++) {
		struct secret *password = NULL;
		struct shamir_set *set = NULL;
		double begin;
		bool is_done = shamir_new_password(&password) == DONE;

		begin = yardsticks_now();
		is_done = is_done && shamir_split(password, 5, 9, &set) == DONE;
		if (yardsticks_now() - begin < best)
			best = yardsticks_now() - begin;
		begin = yardsticks_now();
		is_done = is_done && shamir_check(set->prime, set->shares, 9, 5, &wrong) == DONE;
		if (yardsticks_now() - begin < best_check)
			best_check = yardsticks_now() - begin;
		shamir_set_free(&set);
		secret_free(&password);
		if (!is_done)
			return false;
	}
	printf("%-28s %8.1f ms (prime found, 126 subsets recombined), at most %.1f MiB in memory so far\n",
		"split 5-of-9", best * 1e3, yardsticks_peak());
	printf("%-28s %8.3f ms (the prime, and that all nine agree)\n", "check 5-of-9", best_check * 1e3);
	return true;
}

int
main(void)
{
	static const struct {
		const char *name;
		bool (*run)(uint8_t ret[DERIVATION_KEY_SIZE]);
	} ways[] = { { "quorate", run_ours }, { "EVP_BytesToKey", run_bytes_to_key },
		{ "MD5_Transform", run_transform }, { "chain in registers", run_registers } };
	double best[WAYS] = { 1e9, 1e9, 1e9, 1e9 };
	uint8_t keys[WAYS][DERIVATION_KEY_SIZE] = { { 0 } };

	/* First, so that its memory is its own. */
	if (secret_open() != DONE || !bench_split())
		return 1;
	for (int round = 0; round < ROUNDS; round++) {
		for (int way = 0; way < WAYS; way++) {
			double begin = yardsticks_now();

			if (!ways[way].run(keys[way]))
				return 1;
			if (yardsticks_now() - begin < best[way])
				best[way] = yardsticks_now() - begin;
		}
	}
	if (memcmp(keys[0], keys[1], DERIVATION_KEY_SIZE) != 0) {
		puts("quorate and EVP_BytesToKey give different keys");
		return 1;
	}
	for (int way = 0; way < WAYS; way++)
		printf("%-28s %8.1f ns a step, quorate is %.2f times as fast\n", ways[way].name,
			best[way] / (3.0 * ITERATIONS) * 1e9, best[way] / best[0]);
	if (best[1] / best[0] < PROMISED) {
		printf("less than %.1f times EVP_BytesToKey\n", PROMISED);
		return 1;
	}
	if (best[3] / best[0] < REGISTERS_PROMISED) {
		printf("less than %.2f times the chain in registers\n", REGISTERS_PROMISED);
		return 1;
	}
	printf("%-28s %8.1f MiB\n", "peak memory", yardsticks_peak());
	return 0;
}
