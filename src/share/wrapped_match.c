/* Whether a wrapped-key file is what it claims to be, as far as its DKEK can tell: the key inside, and the certificate
 * beside it. */
#include <quorate/wrapped_key.h>

#include <string.h>

/* Where the public part stands among the fields of the material. */
static bool
public_field(enum wrapped_kind kind, unsigned *ret)
{
	switch (kind) {
	case WRAPPED_EC: /* A, B, P, N, G, D, Q */
		*ret = 6;
		return true;
	case WRAPPED_RSA_CRT: /* DP1, DQ1, P, PQ, Q, N, E */
		*ret = 5;
		return true;
	case WRAPPED_RSA: /* D, N, E */
		*ret = 1;
		return true;
	default:
		return false;
	}
}

/* Not secret: the point or the modulus, without leading zero bytes. */
static bool
find_public(const struct secret *material, unsigned field, const uint8_t **ret, size_t *ret_size)
{
	size_t at = 2;

	for (unsigned i = 0;; i++) {
		size_t length;

		if (material->size < at + 2)
			return false;
		length = (size_t)material->bytes[at] << 8 | material->bytes[at + 1];
		at += 2;
		if (material->size - at < length)
			return false;
		if (i == field) {
			*ret = material->bytes + at;
			*ret_size = length;
			while (*ret_size > 0 && **ret == 0) {
				(*ret)++;
				(*ret_size)--;
			}
			return *ret_size > 0;
		}
		at += length;
	}
}

enum outcome
wrapped_match(const struct wrapped_file *file, const struct secret *dkek, bool *ret_has_public)
{
	struct secret *material = NULL;
	const uint8_t *public;
	struct wrapped_key key;
	size_t size;
	unsigned field;
	enum outcome outcome = wrapped_key_open(file->blob, file->blob_size, dkek, &material);

	*ret_has_public = false;
	if (outcome == DONE)
		outcome = wrapped_key_parse(file->blob, file->blob_size, &key);
	if (outcome == DONE && public_field(key.kind, &field)) {
		if (!find_public(material, field, &public, &size)) {
			outcome = FAIL_WRAPPED_KEY;
		} else if (file->certificate != NULL) {
			*ret_has_public = memmem(file->certificate, file->certificate_size, public, size) != NULL;
			if (!*ret_has_public)
				outcome = FAIL_WRAPPED_KEY_PUBLIC;
		}
	}
	secret_free(&material);
	return outcome;
}
