/* A PKCS#10 request whose signature comes from elsewhere: a token that holds the private key. */
#include <quorate/certificate.h>

#include "key.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#define SUBJECT_MOST 256

struct request {
	X509_REQ *body;
	const struct public_key *key; /* the caller's */
};

/* The next "NAME=value" of a subject; a backslash takes the meaning off the character after it. */
static bool
next_part(const char **at, char separator, char ret[SUBJECT_MOST])
{
	size_t size = 0;

	while (**at == ' ' || **at == separator)
		(*at)++;
	if (**at == '\0')
		return false;
	for (; **at != '\0' && **at != separator && size + 1 < SUBJECT_MOST; (*at)++) {
		if (**at == '\\' && (*at)[1] != '\0')
			(*at)++;
		ret[size++] = **at;
	}
	while (size > 0 && ret[size - 1] == ' ')
		size--;
	ret[size] = '\0';
	return true;
}

static bool
add_part(X509_NAME *name, char *part)
{
	char *value = strchr(part, '=');
	const char *field = part;

	if (value == NULL)
		return false;
	*value++ = '\0';
	while (*value == ' ')
		value++;
	for (char *end = part + strlen(part); end > part && end[-1] == ' ';)
		*--end = '\0';
	return *value != '\0' &&
	       X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, (const unsigned char *)value, -1, -1, 0) == 1;
}

static enum outcome
fill_subject(X509_NAME *name, const char *subject)
{
	char part[SUBJECT_MOST], separator = *subject == '/' ? '/' : ',';
	bool has_any = false;

	if (strlen(subject) >= SUBJECT_MOST)
		return FAIL_TOO_LONG;
	if (strchr(subject, '=') == NULL) {
		while (*subject == ' ')
			subject++;
		return *subject != '\0' && X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
						   (const unsigned char *)subject, -1, -1, 0) == 1
			       ? DONE
			       : FAIL_SUBJECT;
	}
	while (next_part(&subject, separator, part)) {
		if (!add_part(name, part))
			return FAIL_SUBJECT;
		has_any = true;
	}
	return has_any ? DONE : FAIL_SUBJECT;
}

static enum outcome
set_algorithm(X509_REQ *body, const struct public_key *key)
{
	X509_ALGOR *algorithm = X509_ALGOR_new();
	bool is_ec = public_key_is_ec(key), is_set;

	if (algorithm == NULL)
		return FAIL_MEMORY;
	/* RFC 4055 wants NULL as RSA's parameters, RFC 5758 none at all for ECDSA. */
	is_set = X509_ALGOR_set0(algorithm, OBJ_nid2obj(is_ec ? NID_ecdsa_with_SHA256 : NID_sha256WithRSAEncryption),
			 is_ec ? V_ASN1_UNDEF : V_ASN1_NULL, NULL) == 1 &&
		 X509_REQ_set1_signature_algo(body, algorithm) == 1;
	X509_ALGOR_free(algorithm);
	return is_set ? DONE : FAIL_MEMORY;
}

enum outcome
request_new(struct request **ret, const struct public_key *key, const char *subject)
{
	struct request *request = calloc(1, sizeof *request);
	X509_NAME *name = X509_NAME_new();
	enum outcome outcome = FAIL_MEMORY;

	*ret = request;
	if (request == NULL || name == NULL)
		goto done;
	request->key = key;
	request->body = X509_REQ_new();
	if (request->body == NULL)
		goto done;
	outcome = fill_subject(name, subject);
	if (outcome != DONE)
		goto done;
	outcome = FAIL_CRYPTO;
	if (X509_REQ_set_version(request->body, X509_REQ_VERSION_1) == 1 &&
		X509_REQ_set_subject_name(request->body, name) == 1 &&
		X509_REQ_set_pubkey(request->body, key->pkey) == 1)
		outcome = set_algorithm(request->body, key);
done:
	X509_NAME_free(name);
	if (outcome != DONE)
		request_free(ret);
	return outcome;
}

void
request_free(struct request **request)
{
	if (*request == NULL)
		return;
	X509_REQ_free((*request)->body);
	free(*request);
	*request = NULL;
}

enum outcome
request_body(const struct request *request, uint8_t **ret, size_t *ret_size)
{
	uint8_t *body = NULL;
	int size = i2d_re_X509_REQ_tbs(request->body, &body);

	*ret_size = 0;
	*ret = size > 0 ? malloc((size_t)size) : NULL;
	if (*ret != NULL) {
		memcpy(*ret, body, (size_t)size);
		*ret_size = (size_t)size;
	}
	OPENSSL_free(body);
	return size <= 0 ? FAIL_CRYPTO : *ret == NULL ? FAIL_MEMORY : DONE;
}

static enum outcome
put_signature(X509_REQ *body, const uint8_t *signature, size_t size)
{
	ASN1_BIT_STRING *bits = ASN1_BIT_STRING_new();

	if (bits == NULL || ASN1_BIT_STRING_set(bits, (uint8_t *)(uintptr_t)signature, (int)size) != 1) {
		ASN1_BIT_STRING_free(bits);
		return FAIL_MEMORY;
	}
	/* Whole bytes: no bits at the end are unused. */
	bits->flags = (bits->flags & ~(ASN1_STRING_FLAG_BITS_LEFT | 0x07)) | ASN1_STRING_FLAG_BITS_LEFT;
	X509_REQ_set0_signature(body, bits);
	return DONE;
}

enum outcome
request_finish(struct request *request, const uint8_t *signature, size_t size, char **ret)
{
	enum outcome outcome = put_signature(request->body, signature, size);
	BIO *bio;

	*ret = NULL;
	if (outcome == DONE && X509_REQ_verify(request->body, request->key->pkey) != 1)
		outcome = FAIL_SIGNATURE;
	if (outcome != DONE)
		return outcome;
	bio = BIO_new(BIO_s_mem());
	outcome =
		bio != NULL && PEM_write_bio_X509_REQ(bio, request->body) == 1 ? key_take_text(bio, ret) : FAIL_MEMORY;
	BIO_free(bio);
	return outcome;
}
