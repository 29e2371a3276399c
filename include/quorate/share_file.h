/*
 * The DKEK share file (*.pbe): "Salted__", 8 bytes of salt, 48 bytes of AES-256-CBC over the 32-byte share with PKCS#7
 * padding. Source: OpenSC src/tools/sc-hsm-tool.c. It carries no MAC; of the padding all 16 bytes are demanded.
 */
#ifndef QUORATE_SHARE_FILE_H
#define QUORATE_SHARE_FILE_H

#include <quorate/derivation.h>
#include <quorate/dkek.h>

#define SHARE_FILE_SIZE 64

struct share_file {
	uint8_t salt[DERIVATION_SALT_SIZE];
	uint8_t ciphertext[48];
};

/* Reads the 64 bytes. FAIL_SHARE_FILE_SIZE, FAIL_SHARE_FILE_MAGIC. */
enum outcome share_file_parse(const void *bytes, size_t size, struct share_file *ret);

/* Reads a file of the disk: as share_file_parse, and the outcomes of file_read. */
enum outcome share_file_load(const char *path, struct share_file *ret);

/* The 64 bytes to be saved. */
void share_file_write(const struct share_file *file, uint8_t ret[SHARE_FILE_SIZE]);

/* Draws the salt of a new file; FAIL_RANDOM. */
enum outcome share_file_new(struct share_file *ret);

/* Encrypts a DKEK share under the key derived from the password and file->salt. FAIL_ARGUMENT for a key or a share of
 * another size, FAIL_SECURE_HEAP, FAIL_MEMORY, FAIL_CRYPTO. */
enum outcome share_file_seal(struct share_file *file, const struct secret *key, const struct secret *share);

/* Decrypts; FAIL_SHARE_FILE_KEY unless all 16 bytes of padding are right. *ret: DKEK_SIZE bytes, else NULL. Otherwise
 * as share_file_seal. */
enum outcome share_file_open(const struct share_file *file, const struct secret *key, struct secret **ret);

#endif
