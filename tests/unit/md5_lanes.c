#include "share_help.h"

#include "../../src/share/md5_chain.h"
#include "../../src/share/md5_lanes.h"

static size_t
number_of_ways(void)
{
	size_t number = 0;

	while (md5_lanes_way(number) != NULL)
		number++;
	return number;
}

/* Every implementation that this processor has gives in every lane what the single chain gives. */
static void
test_lanes(void **state)
{
	static const unsigned long counts[] = { 0, 1, 2, 3, 100, 1001 };
	const struct md5_lanes_way *way;
	uint64_t seed = 3;

	(void)state;
	for (size_t number = 0; (way = md5_lanes_way(number)) != NULL; number++) {
		assert_in_range(way->lanes, 4, MD5_LANES_MOST);
		for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
			uint32_t digests[4][MD5_LANES_MOST], expected[4][MD5_LANES_MOST];

			for (size_t lane = 0; lane < MD5_LANES_MOST; lane++) {
				uint32_t digest[MD5_DIGEST_WORDS];

				for (size_t word = 0; word < MD5_DIGEST_WORDS; word++)
					digests[word][lane] = digest[word] = (uint32_t)repeatable(&seed);
				if (lane < way->lanes)
					md5_chain_step(digest, counts[i]);
				for (size_t word = 0; word < MD5_DIGEST_WORDS; word++)
					expected[word][lane] = digest[word];
			}
			way->steps(digests, counts[i]);
			assert_memory_equal(digests, expected, sizeof digests);
		}
	}
	assert_in_range(number_of_ways(), 1, 3);
}

/* The widest one is taken, and a baseline is there everywhere. */
static void
test_choice(void **state)
{
	size_t last = number_of_ways() - 1;

	(void)state;
	assert_int_equal(md5_lanes_count(), md5_lanes_way(0)->lanes);
	assert_string_equal(md5_lanes_name(), md5_lanes_way(0)->name);
	assert_int_equal(md5_lanes_way(last)->lanes, 16);
	for (size_t i = 1; i <= last; i++)
		assert_true(md5_lanes_way(i)->lanes < md5_lanes_way(i - 1)->lanes);
#ifdef __x86_64__
	assert_string_equal(md5_lanes_way(last)->name, "SSE2");
	assert_int_equal(last > 0, __builtin_cpu_supports("avx2") != 0);
#endif
}

TEST_GROUP(md5_lanes, cmocka_unit_test(test_lanes), cmocka_unit_test(test_choice));
