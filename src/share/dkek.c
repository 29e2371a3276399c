#include <quorate/dkek.h>
#include <quorate/hex.h>
#include <quorate/random.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

enum outcome
dkek_zero(struct secret **ret)
{
	enum outcome outcome = secret_new(ret, DKEK_SIZE);

	if (outcome == DONE)
		(*ret)->size = DKEK_SIZE;
	return outcome;
}

enum outcome
dkek_new(struct secret **ret)
{
	enum outcome outcome = dkek_zero(ret);

	if (outcome != DONE)
		return outcome;
	outcome = random_fill((*ret)->bytes, DKEK_SIZE);
	if (outcome != DONE)
		secret_free(ret);
	return outcome;
}

void
dkek_add(struct secret *dkek, const struct secret *share)
{
	for (size_t i = 0; i < DKEK_SIZE; i++)
		dkek->bytes[i] ^= share->bytes[i];
}

enum outcome
dkek_kcv(const struct secret *dkek, uint8_t ret[DKEK_KCV_SIZE])
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	enum outcome outcome = DONE;

	if (dkek->size != DKEK_SIZE)
		return FAIL_ARGUMENT;
	if (EVP_Digest(dkek->bytes, DKEK_SIZE, digest, NULL, EVP_sha256(), NULL) != 1)
		outcome = FAIL_CRYPTO;
	for (size_t i = 0; i < DKEK_KCV_SIZE; i++)
		ret[i] = outcome == DONE ? digest[i] : 0;
	OPENSSL_cleanse(digest, sizeof digest);
	return outcome;
}

void
dkek_kcv_text(const uint8_t kcv[DKEK_KCV_SIZE], char ret[DKEK_KCV_TEXT_SIZE])
{
	char *at = ret;

	for (size_t i = 0; i < 2 * DKEK_KCV_SIZE; i++) {
		char digit = hex_character(kcv[i / 2] >> (i % 2 == 0 ? 4 : 0));

		if (i > 0 && i % 4 == 0)
			*at++ = ' ';
		*at++ = (char)(digit >= 'a' ? digit - 'a' + 'A' : digit);
	}
	*at = '\0';
}

bool
dkek_kcv_is_known(const uint8_t kcv[DKEK_KCV_SIZE])
{
	uint8_t any = 0;

	for (size_t i = 0; i < DKEK_KCV_SIZE; i++)
		any |= kcv[i];
	return any != 0;
}
