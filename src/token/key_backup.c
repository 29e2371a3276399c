#include <quorate/key_backup.h>

#include "key_description.h"
#include "public_half.h"

#include <string.h>

const char *
key_backup_kind_name(enum wrapped_kind kind)
{
	switch (kind) {
	case WRAPPED_EC:
		return "EC";
	case WRAPPED_AES:
		return "AES";
	default:
		return "RSA";
	}
}

enum outcome
key_backup_read(const uint8_t *bytes, size_t size, struct key_backup *ret)
{
	struct wrapped_file file;
	struct wrapped_key key;
	EVP_PKEY *public = NULL;
	struct token_bytes der = { 0 };
	size_t ignored;
	enum outcome outcome = wrapped_file_parse(bytes, size, &file);

	memset(ret, 0, sizeof *ret);
	if (outcome == DONE)
		outcome = wrapped_key_parse(file.blob, file.blob_size, &key);
	if (outcome != DONE)
		return outcome;
	memcpy(ret->kcv, key.kcv, DKEK_KCV_SIZE);
	ret->kind = key.kind;
	if (file.description_size > 0 && !key_description_read(file.description, file.description_size, &ret->key))
		memset(&ret->key, 0, sizeof ret->key);
	public = public_half(file.certificate, file.certificate_size, &ignored, NULL);
	if (public != NULL)
		public_half_describe(public, &ret->key);
	ret->has_public_key = public != NULL && public_half_der(public, &der) == DONE &&
			      EVP_Digest(der.bytes, der.size, ret->fingerprint, NULL, EVP_sha256(), NULL) == 1;
	token_bytes_free(&der);
	EVP_PKEY_free(public);
	return DONE;
}
