/*
 * How fast a rescue tries passwords on one processor: each vector implementation that it has, and a whole search,
 * against one chain of MD5_Transform; and one chain of ours against the plainest loop in registers. All in one run, in
 * turn, several times, and of each the best. Fails below what is promised.
 */
#include "../../src/share/md5_chain.h"
#include "../../src/share/md5_lanes.h"
#include "yardsticks.h"

#include <quorate/limits.h>
#include <quorate/search.h>
#include <quorate/shamir.h>

#include <stdio.h>
#include <string.h>

#define STEPS 300000UL
#define ROUNDS 9
#define WAYS_MOST 4

static const struct {
	const char *name;
	double times;
} promised[] = { { "AVX-512", 16 }, { "AVX2", 10 } };

/* One chain of ours takes at most so many times as long as the bare loop. */
#define CHAIN_PROMISED 1.05

/* Best times in seconds of STEPS steps. */
struct times {
	double transform, registers, chain, ways[WAYS_MOST], search;
};

static void
note(double *best, double begin)
{
	double time = yardsticks_now() - begin;

	if (*best == 0 || time < *best)
		*best = time;
}

static enum outcome
number_password(const void *context, uint64_t number, struct secret *ret)
{
	(void)context;
	memcpy(ret->bytes, &number, sizeof number);
	ret->size = sizeof number;
	return DONE;
}

/* As many passwords as there are lanes, half the steps for each of two blocks. */
static bool
run_search(void)
{
	struct search_settings settings = {
		.iterations = STEPS / 2, .end = md5_lanes_count(), .threads = 1, .password = number_password
	};
	struct search *search;
	uint64_t found;

	return search_start(&search, &settings) == DONE && search_finish(&search, &found) == FAIL_SHARES_FILE_KEY;
}

static bool
measure(struct times *times)
{
	uint8_t digests[3][MD5_DIGEST_SIZE] = { { 0 } };
	uint32_t words[MD5_DIGEST_WORDS] = { 0 }, lanes[4][MD5_LANES_MOST];
	const struct md5_lanes_way *way;
	double begin = yardsticks_now();

	yardsticks_transform(digests[0], STEPS);
	note(&times->transform, begin);
	begin = yardsticks_now();
	yardsticks_registers(digests[1], STEPS);
	note(&times->registers, begin);
	begin = yardsticks_now();
	md5_chain_step(words, STEPS);
	note(&times->chain, begin);
	md5_chain_write(words, digests[2]);
	if (memcmp(digests[0], digests[1], MD5_DIGEST_SIZE) != 0 ||
		memcmp(digests[0], digests[2], MD5_DIGEST_SIZE) != 0)
		return false;
	for (size_t i = 0; (way = md5_lanes_way(i)) != NULL && i < WAYS_MOST; i++) {
		memset(lanes, 0, sizeof lanes);
		begin = yardsticks_now();
		way->steps(lanes, STEPS);
		note(&times->ways[i], begin);
		for (size_t word = 0; word < MD5_DIGEST_WORDS; word++)
			if (lanes[word][way->lanes - 1] != words[word])
				return false;
	}
	begin = yardsticks_now();
	if (!run_search())
		return false;
	note(&times->search, begin);
	return true;
}

static double
promise(const char *name)
{
	for (size_t i = 0; i < sizeof promised / sizeof promised[0]; i++)
		if (strcmp(promised[i].name, name) == 0)
			return promised[i].times;
	return 0;
}

/* True if it is as fast as promised. */
static bool
tell_ratio(const char *what, const char *name, size_t lanes, double time, double transform)
{
	double ratio = (double)lanes * transform / time;

	printf("%-10s %-8s %2zu lanes %8.2f ns a step, %5.1f times one MD5_Transform chain, %5.1f derivations a "
	       "second\n",
		what, name, lanes, time / STEPS / (double)lanes * 1e9, ratio,
		(double)lanes * STEPS / time / (2.0 * LIMIT_DKEK_ITERATIONS));
	if (ratio < promise(name))
		printf("less than %.0f times\n", promise(name));
	return ratio >= promise(name);
}

int
main(void)
{
	const struct md5_lanes_way *way;
	struct times times = { 0 };
	bool is_kept;

	if (secret_open() != DONE)
		return 1;
	for (int round = 0; round < ROUNDS; round++) {
		if (!measure(&times)) {
			puts("the ways give different digests");
			return 1;
		}
	}
	printf("%-28s %8.2f ns a step\n", "MD5_Transform", times.transform / STEPS * 1e9);
	printf("%-28s %8.2f ns a step\n", "chain in registers", times.registers / STEPS * 1e9);
	printf("%-28s %8.2f ns a step, %.3f times as long as in registers\n", "quorate's chain",
		times.chain / STEPS * 1e9, times.chain / times.registers);
	is_kept = times.chain <= CHAIN_PROMISED * times.registers;
	if (!is_kept)
		printf("more than %.2f times\n", CHAIN_PROMISED);
	for (size_t i = 0; (way = md5_lanes_way(i)) != NULL && i < WAYS_MOST; i++)
		is_kept = tell_ratio("lanes", way->name, way->lanes, times.ways[i], times.transform) && is_kept;
	is_kept = tell_ratio("rescue", md5_lanes_name(), md5_lanes_count(), times.search, times.transform) && is_kept;
	printf("%-28s %8.1f MiB\n", "peak memory", yardsticks_peak());
	return is_kept ? 0 : 1;
}
