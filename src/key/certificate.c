#include <quorate/certificate.h>

#include <quorate/text.h>

#include "key.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

/* RFC 2253's quoting, in the order in which the name stands, letters as they are. */
#define NAME_FLAGS ((XN_FLAG_ONELINE & ~(unsigned long)XN_FLAG_SPC_EQ) & ~(unsigned long)ASN1_STRFLGS_ESC_MSB)

static enum outcome
tell_name(const X509_NAME *name, char *ret, size_t size)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *bytes;
	long length;

	ret[0] = '\0';
	if (bio == NULL)
		return FAIL_MEMORY;
	if (X509_NAME_print_ex(bio, name, 0, NAME_FLAGS) >= 0 && (length = BIO_get_mem_data(bio, &bytes)) > 0)
		text_clean(bytes, (size_t)length, ret, size);
	BIO_free(bio);
	return DONE;
}

static void
tell_time(const ASN1_TIME *time, char *ret, size_t size)
{
	struct tm at;

	ret[0] = '\0';
	if (ASN1_TIME_to_tm(time, &at) == 1)
		text_format(ret, size, "%04d-%02d-%02d %02d:%02dZ", at.tm_year + 1900, at.tm_mon + 1, at.tm_mday,
			at.tm_hour, at.tm_min);
}

static void
tell_serial(const ASN1_INTEGER *serial, char *ret, size_t size)
{
	BIGNUM *number = ASN1_INTEGER_to_BN(serial, NULL);
	char *hex = number == NULL ? NULL : BN_bn2hex(number);

	text_format(ret, size, "%s", hex == NULL ? "" : hex);
	OPENSSL_free(hex);
	BN_free(number);
}

static X509 *
parse_der(const uint8_t *bytes, size_t size)
{
	const uint8_t *at = bytes;
	X509 *x509 = d2i_X509(NULL, &at, (long)size);

	if (x509 != NULL && at != bytes + size) {
		X509_free(x509);
		x509 = NULL;
	}
	return x509;
}

static X509 *
parse(const uint8_t *bytes, size_t size)
{
	X509 *x509 = parse_der(bytes, size);
	BIO *bio;

	if (x509 != NULL)
		return x509;
	bio = BIO_new_mem_buf(bytes, (int)size);
	if (bio != NULL)
		x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	BIO_free(bio);
	return x509;
}

/* The outcome of the key alone is the certificate's, too: one without a key that can be read is of no use here. */
static enum outcome
take_key(const X509 *x509, struct public_key **ret)
{
	uint8_t *der = NULL;
	int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509), &der);
	enum outcome outcome = size > 0 ? public_key_of_der(ret, der, (size_t)size) : FAIL_PUBLIC_KEY;

	OPENSSL_free(der);
	return outcome;
}

static enum outcome
tell(const X509 *x509, struct certificate_words *ret)
{
	enum outcome outcome = tell_name(X509_get_subject_name(x509), ret->subject, sizeof ret->subject);

	tell_time(X509_get0_notBefore(x509), ret->not_before, sizeof ret->not_before);
	tell_time(X509_get0_notAfter(x509), ret->not_after, sizeof ret->not_after);
	tell_serial(X509_get0_serialNumber(x509), ret->serial, sizeof ret->serial);
	return outcome == DONE ? tell_name(X509_get_issuer_name(x509), ret->issuer, sizeof ret->issuer) : outcome;
}

static enum outcome
fill(struct certificate *ret, const X509 *x509)
{
	struct certificate_words words;
	uint8_t *der = ret->der;
	int size = i2d_X509(x509, NULL);
	enum outcome outcome;

	if (size <= 0 || size > CERTIFICATE_MOST || i2d_X509(x509, &der) != size)
		return FAIL_CERTIFICATE_FILE;
	ret->size = (size_t)size;
	outcome = tell(x509, &words);
	memcpy(ret->subject, words.subject, sizeof ret->subject);
	memcpy(ret->issuer, words.issuer, sizeof ret->issuer);
	memcpy(ret->serial, words.serial, sizeof ret->serial);
	memcpy(ret->not_before, words.not_before, sizeof ret->not_before);
	memcpy(ret->not_after, words.not_after, sizeof ret->not_after);
	return outcome == DONE ? take_key(x509, &ret->key) : outcome;
}

enum outcome
certificate_read(struct certificate **ret, const uint8_t *bytes, size_t size)
{
	X509 *x509;
	enum outcome outcome;

	*ret = NULL;
	if (size == 0 || size > 4 * CERTIFICATE_MOST)
		return FAIL_CERTIFICATE_FILE;
	x509 = parse(bytes, size);
	if (x509 == NULL)
		return FAIL_CERTIFICATE_FILE;
	*ret = calloc(1, sizeof **ret);
	outcome = *ret == NULL ? FAIL_MEMORY : fill(*ret, x509);
	X509_free(x509);
	if (outcome != DONE)
		certificate_free(ret);
	return outcome;
}

enum outcome
certificate_tell(const uint8_t *der, size_t size, struct certificate_words *ret)
{
	X509 *x509 = size > 0 && size <= CERTIFICATE_MOST ? parse_der(der, size) : NULL;
	struct public_key *key = NULL;
	enum outcome outcome;

	memset(ret, 0, sizeof *ret);
	if (x509 == NULL)
		return FAIL_CERTIFICATE_FILE;
	outcome = tell(x509, ret);
	if (outcome == DONE && take_key(x509, &key) == DONE)
		public_key_name(key, ret->key, sizeof ret->key);
	if (outcome == DONE && EVP_Digest(der, size, ret->digest, NULL, EVP_sha256(), NULL) != 1)
		outcome = FAIL_CRYPTO;
	public_key_free(&key);
	X509_free(x509);
	return outcome;
}

void
certificate_free(struct certificate **certificate)
{
	if (*certificate == NULL)
		return;
	public_key_free(&(*certificate)->key);
	free(*certificate);
	*certificate = NULL;
}

enum outcome
certificate_pem(const uint8_t *der, size_t size, char **ret)
{
	X509 *x509 = parse_der(der, size);
	BIO *bio = BIO_new(BIO_s_mem());
	enum outcome outcome = x509 == NULL ? FAIL_CERTIFICATE_FILE : FAIL_MEMORY;

	*ret = NULL;
	if (x509 != NULL && bio != NULL && PEM_write_bio_X509(bio, x509) == 1)
		outcome = key_take_text(bio, ret);
	BIO_free(bio);
	X509_free(x509);
	return outcome;
}
