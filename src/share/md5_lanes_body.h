/*
 * The MD5 chain in vector lanes: included once for each instruction set by md5_lanes.c, which sets
 *   LANES_NAME  the function's name
 *   LANES_WIDTH chains in one vector
 *   LANES_SETS  vectors worked on in turn, so that one's latency hides behind the others
 * No include guard: it is meant to be included several times.
 */

#define VECTOR LANES_JOIN(LANES_NAME, _vector)
typedef uint32_t VECTOR __attribute__((vector_size(LANES_WIDTH * 4)));

#define ROTATE(x, n) ((x) << (n) | (x) >> (32 - (n)))
/* Message words of the step: the digest before (0 to 3), the padding's 0x80 (4), the length in bits (14), zeros. */
#define WORD(i) ((i) < 4 ? word[s][(i) < 4 ? (i) : 0] : zero + ((i) == 4 ? 0x80U : (i) == 14 ? 128U : 0U))
#define STEP(f, a, b, c, d, i, n, k)                                                                                   \
	_Pragma("GCC unroll 8") for (int s = 0; s < LANES_SETS; s++)                                                   \
	{                                                                                                              \
		a[s] += f(b[s], c[s], d[s]) + WORD(i) + k;                                                             \
		a[s] = ROTATE(a[s], n) + b[s];                                                                         \
	}
#define F(x, y, z) ((z) ^ ((x) & ((y) ^ (z))))
#define G(x, y, z) (((x) & (z)) + (~(z) & (y)))
#define H(x, y, z) ((x) ^ (y) ^ (z))
#define I(x, y, z) ((y) ^ ((x) | ~(z)))
#define FOUR(f, i, j, k, l, n, o, p, q, t, u, v, w)                                                                    \
	STEP(f, a, b, c, d, i, n, t)                                                                                   \
	STEP(f, d, a, b, c, j, o, u)                                                                                   \
	STEP(f, c, d, a, b, k, p, v)                                                                                   \
	STEP(f, b, c, d, a, l, q, w)

static void
LANES_NAME(uint32_t digests[4][LANES_MOST], unsigned long steps)
{
	VECTOR word[LANES_SETS][4], a[LANES_SETS], b[LANES_SETS], c[LANES_SETS], d[LANES_SETS];
	const VECTOR zero = { 0 };

	for (int s = 0; s < LANES_SETS; s++)
		for (int i = 0; i < 4; i++)
			memcpy(&word[s][i], &digests[i][s * LANES_WIDTH], sizeof word[s][i]);
	for (; steps > 0; steps--) {
		_Pragma("GCC unroll 8") for (int s = 0; s < LANES_SETS; s++)
		{
			a[s] = zero + 0x67452301U;
			b[s] = zero + 0xefcdab89U;
			c[s] = zero + 0x98badcfeU;
			d[s] = zero + 0x10325476U;
		}
		FOUR(F, 0, 1, 2, 3, 7, 12, 17, 22, 0xd76aa478U, 0xe8c7b756U, 0x242070dbU, 0xc1bdceeeU)
		FOUR(F, 4, 5, 6, 7, 7, 12, 17, 22, 0xf57c0fafU, 0x4787c62aU, 0xa8304613U, 0xfd469501U)
		FOUR(F, 8, 9, 10, 11, 7, 12, 17, 22, 0x698098d8U, 0x8b44f7afU, 0xffff5bb1U, 0x895cd7beU)
		FOUR(F, 12, 13, 14, 15, 7, 12, 17, 22, 0x6b901122U, 0xfd987193U, 0xa679438eU, 0x49b40821U)
		FOUR(G, 1, 6, 11, 0, 5, 9, 14, 20, 0xf61e2562U, 0xc040b340U, 0x265e5a51U, 0xe9b6c7aaU)
		FOUR(G, 5, 10, 15, 4, 5, 9, 14, 20, 0xd62f105dU, 0x02441453U, 0xd8a1e681U, 0xe7d3fbc8U)
		FOUR(G, 9, 14, 3, 8, 5, 9, 14, 20, 0x21e1cde6U, 0xc33707d6U, 0xf4d50d87U, 0x455a14edU)
		FOUR(G, 13, 2, 7, 12, 5, 9, 14, 20, 0xa9e3e905U, 0xfcefa3f8U, 0x676f02d9U, 0x8d2a4c8aU)
		FOUR(H, 5, 8, 11, 14, 4, 11, 16, 23, 0xfffa3942U, 0x8771f681U, 0x6d9d6122U, 0xfde5380cU)
		FOUR(H, 1, 4, 7, 10, 4, 11, 16, 23, 0xa4beea44U, 0x4bdecfa9U, 0xf6bb4b60U, 0xbebfbc70U)
		FOUR(H, 13, 0, 3, 6, 4, 11, 16, 23, 0x289b7ec6U, 0xeaa127faU, 0xd4ef3085U, 0x04881d05U)
		FOUR(H, 9, 12, 15, 2, 4, 11, 16, 23, 0xd9d4d039U, 0xe6db99e5U, 0x1fa27cf8U, 0xc4ac5665U)
		FOUR(I, 0, 7, 14, 5, 6, 10, 15, 21, 0xf4292244U, 0x432aff97U, 0xab9423a7U, 0xfc93a039U)
		FOUR(I, 12, 3, 10, 1, 6, 10, 15, 21, 0x655b59c3U, 0x8f0ccc92U, 0xffeff47dU, 0x85845dd1U)
		FOUR(I, 8, 15, 6, 13, 6, 10, 15, 21, 0x6fa87e4fU, 0xfe2ce6e0U, 0xa3014314U, 0x4e0811a1U)
		FOUR(I, 4, 11, 2, 9, 6, 10, 15, 21, 0xf7537e82U, 0xbd3af235U, 0x2ad7d2bbU, 0xeb86d391U)
		_Pragma("GCC unroll 8") for (int s = 0; s < LANES_SETS; s++)
		{
			word[s][0] = a[s] + 0x67452301U;
			word[s][1] = b[s] + 0xefcdab89U;
			word[s][2] = c[s] + 0x98badcfeU;
			word[s][3] = d[s] + 0x10325476U;
		}
	}
	for (int s = 0; s < LANES_SETS; s++)
		for (int i = 0; i < 4; i++)
			memcpy(&digests[i][s * LANES_WIDTH], &word[s][i], sizeof word[s][i]);
	OPENSSL_cleanse(word, sizeof word);
}

#undef VECTOR
#undef ROTATE
#undef WORD
#undef STEP
#undef F
#undef G
#undef H
#undef I
#undef FOUR
#undef LANES_NAME
#undef LANES_WIDTH
#undef LANES_SETS
