/*
 * The DKEK of a key domain, its shares and its key check value.
 * Source: CardContact, SmartCard-HSM; OpenSC src/tools/sc-hsm-tool.c. DKEK = XOR of all imported shares; KCV = first 8
 * bytes of SHA-256(DKEK).
 */
#ifndef QUORATE_DKEK_H
#define QUORATE_DKEK_H

#include <quorate/secret.h>

#define DKEK_SIZE 32
#define DKEK_KCV_SIZE 8
/* "ECC9 2C62 E3F6 189E" and a NUL. */
#define DKEK_KCV_TEXT_SIZE 20

/* A new random DKEK share of DKEK_SIZE bytes. FAIL_RANDOM, FAIL_SECURE_HEAP. */
enum outcome dkek_new(struct secret **ret);

/* Adds a share to a DKEK (XOR); both DKEK_SIZE bytes. Start with a zeroed one from dkek_zero. */
enum outcome dkek_zero(struct secret **ret);
void dkek_add(struct secret *dkek, const struct secret *share);

/* The key check value. FAIL_CRYPTO; FAIL_ARGUMENT unless the DKEK has DKEK_SIZE bytes. */
enum outcome dkek_kcv(const struct secret *dkek, uint8_t ret[DKEK_KCV_SIZE]);

/* Upper-case hex in groups of four, for people. */
void dkek_kcv_text(const uint8_t kcv[DKEK_KCV_SIZE], char ret[DKEK_KCV_TEXT_SIZE]);

/* A card shows all zero where the KCV is not known yet: never a match and never a mismatch. */
bool dkek_kcv_is_known(const uint8_t kcv[DKEK_KCV_SIZE]);

#endif
