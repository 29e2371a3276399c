#include <quorate/key_backup.h>

#include "cvc.h"
#include "key_description.h"

#include <openssl/x509.h>
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

/* The certificate is the device's request for the key, or X.509 from somebody who gave it one. */
static EVP_PKEY *
public_key(const uint8_t *bytes, size_t size)
{
	const uint8_t *at = bytes;
	struct cvc_request request;
	EVP_PKEY *key;
	X509 *certificate;

	if (size == 0)
		return NULL;
	if (cvc_request(bytes, size, &request) == DONE)
		return cvc_public_key(&request.inner, NULL);
	certificate = d2i_X509(NULL, &at, (long)size);
	key = certificate == NULL ? NULL : X509_get_pubkey(certificate);
	X509_free(certificate);
	return key;
}

enum outcome
key_backup_read(const uint8_t *bytes, size_t size, struct key_backup *ret)
{
	struct wrapped_file file;
	struct wrapped_key key;
	EVP_PKEY *public = NULL;
	uint8_t *der = NULL;
	int der_size;
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
	public = public_key(file.certificate, file.certificate_size);
	der_size = public == NULL ? 0 : i2d_PUBKEY(public, &der);
	ret->has_public_key =
		der_size > 0 && EVP_Digest(der, (size_t)der_size, ret->fingerprint, NULL, EVP_sha256(), NULL) == 1;
	OPENSSL_free(der);
	EVP_PKEY_free(public);
	return DONE;
}
