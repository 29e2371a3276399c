#include "md5_lanes.h"

#include <openssl/crypto.h>
#include <stdbool.h>
#include <string.h>

#define LANES_MOST MD5_LANES_MOST
#define LANES_JOIN_NOW(a, b) a##b
#define LANES_JOIN(a, b) LANES_JOIN_NOW(a, b)

/* The number of sets is what measured best: more of them spill registers, fewer leave the units waiting. */
#define LANES_NAME steps_baseline
#define LANES_WIDTH 4
#define LANES_SETS 4
#include "md5_lanes_body.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define HAS_WIDE 1

#pragma GCC push_options
#pragma GCC target("avx2")
#define LANES_NAME steps_avx2
#define LANES_WIDTH 8
#define LANES_SETS 4
#include "md5_lanes_body.h"
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl")
#define LANES_NAME steps_avx512
#define LANES_WIDTH 16
#define LANES_SETS 4
#include "md5_lanes_body.h"
#pragma GCC pop_options
#endif

#ifdef HAS_WIDE
static bool
has_avx512(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl");
}

static bool
has_avx2(void)
{
	return __builtin_cpu_supports("avx2");
}
#endif

static bool
has_baseline(void)
{
	return true;
}

/* Best first; the last one is always there. */
static const struct {
	bool (*is_there)(void);
	struct md5_lanes_way way;
} ways[] = {
#ifdef HAS_WIDE
	{ has_avx512, { "AVX-512", 64, steps_avx512 } },
	{ has_avx2, { "AVX2", 32, steps_avx2 } },
#endif
#ifdef __x86_64__
	{ has_baseline, { "SSE2", 16, steps_baseline } },
#else
	{ has_baseline, { "plain", 16, steps_baseline } },
#endif
};

#define WAYS (sizeof ways / sizeof *ways)

static const struct md5_lanes_way *
best(void)
{
	size_t i = 0;

	while (i < WAYS - 1 && !ways[i].is_there())
		i++;
	return &ways[i].way;
}

const struct md5_lanes_way *
md5_lanes_way(size_t number)
{
	for (size_t i = 0; i < WAYS; i++)
		if (ways[i].is_there() && number-- == 0)
			return &ways[i].way;
	return NULL;
}

size_t
md5_lanes_count(void)
{
	return best()->lanes;
}

const char *
md5_lanes_name(void)
{
	return best()->name;
}

void
md5_lanes_steps(uint32_t digests[4][MD5_LANES_MOST], unsigned long steps)
{
	best()->steps(digests, steps);
}
