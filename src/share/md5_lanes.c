#include "md5_lanes.h"

#include <openssl/crypto.h>
#include <string.h>

#define LANES_MOST MD5_LANES_MOST
#define LANES_JOIN_NOW(a, b) a##b
#define LANES_JOIN(a, b) LANES_JOIN_NOW(a, b)

/* The number of sets is what measured best: more of them spill registers, fewer leave the units waiting. */
#define LANES_NAME steps_baseline
#define LANES_WIDTH 4
#define LANES_SETS 2
#include "md5_lanes_body.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define HAS_WIDE 1

#pragma GCC push_options
#pragma GCC target("avx2")
#define LANES_NAME steps_avx2
#define LANES_WIDTH 8
#define LANES_SETS 3
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

struct way {
	const char *name;
	size_t lanes;
	void (*steps)(uint32_t digests[4][MD5_LANES_MOST], unsigned long steps);
};

static const struct way *
choose(void)
{
#ifdef HAS_WIDE
	static const struct way avx512 = { "AVX-512", 64, steps_avx512 }, avx2 = { "AVX2", 24, steps_avx2 };

	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl"))
		return &avx512;
	if (__builtin_cpu_supports("avx2"))
		return &avx2;
#endif
#ifdef __x86_64__
	static const struct way baseline = { "SSE2", 8, steps_baseline };
#else
	static const struct way baseline = { "plain", 8, steps_baseline };
#endif
	return &baseline;
}

size_t
md5_lanes_count(void)
{
	return choose()->lanes;
}

const char *
md5_lanes_name(void)
{
	return choose()->name;
}

void
md5_lanes_steps(uint32_t digests[4][MD5_LANES_MOST], unsigned long steps)
{
	choose()->steps(digests, steps);
}
