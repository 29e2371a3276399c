/*
 * Many MD5 chains side by side in vector lanes, for trying many passwords (one chain alone cannot be split; that is
 * md5_chain.h). The widest instruction set of the processor is chosen at run time, since packages are built for the
 * oldest one.
 */
#ifndef SHARE_MD5_LANES_H
#define SHARE_MD5_LANES_H

#include <stddef.h>
#include <stdint.h>

/* Room in the table below, for the widest instruction set. */
#define MD5_LANES_MOST 64

/* Chains that are worked on at once on this processor: all of them cost as much as one. */
size_t md5_lanes_count(void);

/* The instruction set in use, for reports: "AVX-512", "AVX2", "SSE2", "plain". */
const char *md5_lanes_name(void);

/*
 * digests[word][lane] = MD5 applied steps times to the 16-byte digest in this lane, words in MD5's little-endian order.
 * The first md5_lanes_count() lanes are worked on; the caller wipes the table.
 */
void md5_lanes_steps(uint32_t digests[4][MD5_LANES_MOST], unsigned long steps);

/* One implementation; steps as md5_lanes_steps, on the first so many lanes. */
struct md5_lanes_way {
	const char *name;
	size_t lanes;
	void (*steps)(uint32_t digests[4][MD5_LANES_MOST], unsigned long steps);
};

/* Those that this processor has, number 0 (the one in use), 1, 2...; NULL behind the last one. For tests and figures.
 */
const struct md5_lanes_way *md5_lanes_way(size_t number);

#endif
