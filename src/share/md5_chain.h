/*
 * MD5 (RFC 1321) for one purpose: a digest of a digest of a digest, some ten million times. libcrypto pays for a
 * context at every step; here the block stays prepared and the digest in registers.
 */
#ifndef SHARE_MD5_CHAIN_H
#define SHARE_MD5_CHAIN_H

#include <stddef.h>
#include <stdint.h>

#define MD5_DIGEST_WORDS 4
#define MD5_DIGEST_SIZE 16
/* Two blocks; with the padding's 9 bytes the longest message has 119. */
#define MD5_MESSAGE_ROOM 128
#define MD5_MESSAGE_MOST (MD5_MESSAGE_ROOM - 9)

/* The digest of a message of size bytes (at most MD5_MESSAGE_MOST); message is padded in place. */
void md5_chain_begin(uint32_t digest[MD5_DIGEST_WORDS], uint8_t message[MD5_MESSAGE_ROOM], size_t size);

/* Replaces the digest by its own digest, steps times. */
void md5_chain_step(uint32_t digest[MD5_DIGEST_WORDS], unsigned long steps);

/* The digest as bytes. */
void md5_chain_write(const uint32_t digest[MD5_DIGEST_WORDS], uint8_t ret[MD5_DIGEST_SIZE]);

#endif
