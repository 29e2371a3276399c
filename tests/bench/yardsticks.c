/* MD5_Transform is deprecated since OpenSSL 3.0; here it is a yardstick. */
#define OPENSSL_API_COMPAT 0x10100000L

#include "yardsticks.h"

#include <openssl/md5.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

double
yardsticks_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

double
yardsticks_peak(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)usage.ru_maxrss / 1024;
}

void
yardsticks_transform(uint8_t digest[16], unsigned long steps)
{
	uint8_t block[64] = { [16] = 0x80, [56] = 128 };
	MD5_CTX context;

	memcpy(block, digest, MD5_DIGEST_LENGTH);
	while (steps-- > 0) {
		MD5_Init(&context);
		MD5_Transform(&context, block);
		memcpy(block, &context.A, MD5_DIGEST_LENGTH);
	}
	memcpy(digest, block, MD5_DIGEST_LENGTH);
}

/* RFC 1321, as it is told there: floor(2^32 * abs(sin(i + 1))). */
static const uint32_t sines[64] = { 0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613,
	0xfd469501, 0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
	0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6,
	0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681,
	0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 0x289b7ec6, 0xeaa127fa, 0xd4ef3085,
	0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039,
	0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82,
	0xbd3af235, 0x2ad7d2bb, 0xeb86d391 };
static const uint8_t shifts[4][4] = { { 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 } };
static const uint8_t factors[4] = { 1, 5, 3, 7 }, summands[4] = { 0, 1, 5, 0 };

static inline __attribute__((always_inline)) uint32_t
mix(int round, uint32_t b, uint32_t c, uint32_t d)
{
	switch (round) {
	case 0:
		return d ^ (b & (c ^ d));
	case 1:
		return (b & d) + (c & ~d);
	case 2:
		return b ^ c ^ d;
	default:
		return c ^ (b | ~d);
	}
}

/* All 64 steps unrolled, so that tables and constant words become immediate numbers. */
__attribute__((optimize("O3"))) void
yardsticks_registers(uint8_t digest[16], unsigned long steps)
{
	uint32_t word[4];

	memcpy(word, digest, sizeof word);
	while (steps-- > 0) {
		uint32_t a = 0x67452301, b = 0xefcdab89, c = 0x98badcfe, d = 0x10325476;

#pragma GCC unroll 64
		for (int i = 0; i < 64; i++) {
			int round = i / 16, at = (factors[round] * i + summands[round]) % 16;
			int shift = shifts[round][i % 4];
			uint32_t sum = a + sines[i] + mix(round, b, c, d);

			sum += at < 4 ? word[at] : at == 4 ? 0x80U : at == 14 ? 128U : 0U;
			a = d;
			d = c;
			c = b;
			b += sum << shift | sum >> (32 - shift);
		}
		word[0] = a + 0x67452301;
		word[1] = b + 0xefcdab89;
		word[2] = c + 0x98badcfe;
		word[3] = d + 0x10325476;
	}
	memcpy(digest, word, sizeof word);
}
