/* Public keys, certificates and requests, with keys of libcrypto in the token's place. */
#include "groups.h"

#include <quorate/certificate.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

static const char *const curves[] = { "P-256", "P-384", "P-521", "secp256k1", "brainpoolP256r1", "brainpoolP512r1" };
#define CURVES (sizeof curves / sizeof curves[0])

static const uint8_t message[] = "what is signed";

/* As a token signs. */
static size_t
token_signs(EVP_PKEY *pkey, const uint8_t *text, size_t text_size, uint8_t ret[1024])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t size = 1024;

	assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, pkey), 1);
	assert_int_equal(EVP_DigestSign(context, ret, &size, text, text_size), 1);
	EVP_MD_CTX_free(context);
	return size;
}

static void
sign_and_verify(EVP_PKEY *pkey, const struct public_key *key)
{
	uint8_t signature[1024];
	size_t size = token_signs(pkey, message, sizeof message, signature);

	assert_int_equal(public_key_verify(key, message, sizeof message, signature, size), DONE);
	assert_int_equal(public_key_verify(key, message, sizeof message - 1, signature, size), FAIL_SIGNATURE);
	signature[size - 3] ^= 1;
	assert_int_equal(public_key_verify(key, message, sizeof message, signature, size), FAIL_SIGNATURE);
	signature[size - 3] ^= 1;
	assert_int_equal(public_key_verify(key, message, sizeof message, signature, size - 1), FAIL_SIGNATURE);
	assert_int_equal(public_key_verify(key, message, sizeof message, signature, 0), FAIL_SIGNATURE);
}

/* Points whose second byte is what follows it, as of the length of an OCTET STRING: 1 in 256. */
static void
test_points_like_octet_strings(void **state)
{
	unsigned found = 0;

	(void)state;
	for (int tries = 0; tries < 20000 && found < 3; tries++) {
		EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
		uint8_t parameters[64], *at = parameters, *point = NULL;
		int parameters_size = i2d_KeyParams(pkey, &at);
		size_t size = EVP_PKEY_get1_encoded_public_key(pkey, &point);
		struct public_key *key = NULL;

		if (size == 65 && point[1] == size - 2) {
			found++;
			assert_int_equal(
				public_key_of_ec(&key, parameters, (size_t)parameters_size, point, size), DONE);
			sign_and_verify(pkey, key);
			public_key_free(&key);
		}
		OPENSSL_free(point);
		EVP_PKEY_free(pkey);
	}
	assert_int_equal(found, 3);
}

static EVP_PKEY *
new_ec(const char *curve, struct public_key **ret, bool is_wrapped)
{
	EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve);
	uint8_t parameters[64], *at = parameters, *point = NULL, octets[256] = { 0x04 };
	int parameters_size = i2d_KeyParams(pkey, &at);
	size_t size = EVP_PKEY_get1_encoded_public_key(pkey, &point), head = is_wrapped ? (size > 127 ? 3 : 2) : 0;

	assert_true(parameters_size > 0 && size > 0);
	if (head == 3)
		octets[1] = 0x81;
	if (head > 0)
		octets[head - 1] = (uint8_t)size;
	memcpy(octets + head, point, size);
	assert_int_equal(public_key_of_ec(ret, parameters, (size_t)parameters_size, octets, head + size), DONE);
	/* A point beside the curve. */
	octets[head + size - 1] ^= 1;
	{
		struct public_key *wrong;

		assert_int_equal(public_key_of_ec(&wrong, parameters, (size_t)parameters_size, octets, head + size),
			FAIL_PUBLIC_KEY);
		assert_null(wrong);
	}
	OPENSSL_free(point);
	return pkey;
}

static EVP_PKEY *
new_rsa(struct public_key **ret)
{
	EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024);
	uint8_t modulus[256], exponent[8];
	BIGNUM *n = NULL, *e = NULL;

	assert_int_equal(EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_N, &n), 1);
	assert_int_equal(EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &e), 1);
	assert_int_equal(public_key_of_rsa(
				 ret, modulus, (size_t)BN_bn2bin(n, modulus), exponent, (size_t)BN_bn2bin(e, exponent)),
		DONE);
	BN_free(n);
	BN_free(e);
	return pkey;
}

static void
test_curves(void **state)
{
	(void)state;
	for (size_t i = 0; i < CURVES; i++) {
		struct public_key *key, *again;
		EVP_PKEY *pkey = new_ec(curves[i], &key, i % 2 == 0);
		uint8_t der[PUBLIC_KEY_DER_MOST];
		size_t size;
		char name[64];

		public_key_name(key, name, sizeof name);
		assert_string_equal(name + 3, curves[i]);
		sign_and_verify(pkey, key);
		assert_int_equal(public_key_der(key, der, &size), DONE);
		assert_int_equal(public_key_of_der(&again, der, size), DONE);
		assert_true(public_key_is_equal(key, again));
		public_key_free(&again);
		assert_int_equal(public_key_of_der(&again, der, size - 1), FAIL_PUBLIC_KEY);
		public_key_free(&key);
		EVP_PKEY_free(pkey);
	}
}

static void
test_rsa(void **state)
{
	static const uint8_t even[128] = { 0x80 }, small[] = { 0x0f }, three[] = { 0x03 };
	struct public_key *key, *none;
	EVP_PKEY *pkey = new_rsa(&key);
	uint8_t ours[PUBLIC_KEY_DIGEST_SIZE], theirs[PUBLIC_KEY_DIGEST_SIZE], *der = NULL;
	char *pem, name[64];
	int size = i2d_PUBKEY(pkey, &der);

	(void)state;
	sign_and_verify(pkey, key);
	public_key_name(key, name, sizeof name);
	assert_string_equal(name, "RSA 1024");
	assert_int_equal(public_key_digest(key, ours), DONE);
	assert_int_equal(EVP_Digest(der, (size_t)size, theirs, NULL, EVP_sha256(), NULL), 1);
	assert_memory_equal(ours, theirs, sizeof ours);
	assert_int_equal(public_key_pem(key, &pem), DONE);
	assert_memory_equal(pem, "-----BEGIN PUBLIC KEY-----\n", 27);
	free(pem);
	OPENSSL_free(der);
	/* What a token can say that is no key. */
	assert_int_equal(public_key_of_rsa(&none, even, sizeof even, three, 1), FAIL_PUBLIC_KEY);
	assert_int_equal(public_key_of_rsa(&none, small, 1, three, 1), FAIL_PUBLIC_KEY);
	assert_int_equal(public_key_of_rsa(&none, even, 0, three, 1), FAIL_PUBLIC_KEY);
	assert_int_equal(public_key_of_rsa(&none, even, 1 << 20, three, 1), FAIL_PUBLIC_KEY);
	assert_int_equal(public_key_of_ec(&none, even, sizeof even, three, 1), FAIL_PUBLIC_KEY);
	assert_int_equal(public_key_of_der(&none, even, sizeof even), FAIL_PUBLIC_KEY);
	public_key_free(&key);
	EVP_PKEY_free(pkey);
}

static void
finish_request(EVP_PKEY *pkey, const struct public_key *key, EVP_PKEY *stranger)
{
	struct request *request;
	uint8_t *body, signature[1024];
	char *pem;
	BIO *bio;
	X509_REQ *read;
	X509_NAME *name;
	size_t size, body_size;

	assert_int_equal(request_new(&request, key, "CN=Release, key\\, 2026, O=Müller, C=DE"), FAIL_SUBJECT);
	assert_null(request);
	assert_int_equal(request_new(&request, key, "CN=Release key\\, 2026, O=Müller, C=DE"), DONE);
	assert_int_equal(request_body(request, &body, &body_size), DONE);
	size = token_signs(stranger, body, body_size, signature);
	assert_int_equal(request_finish(request, signature, size, &pem), FAIL_SIGNATURE);
	assert_null(pem);
	size = token_signs(pkey, body, body_size, signature);
	free(body);
	assert_int_equal(request_finish(request, signature, size, &pem), DONE);
	bio = BIO_new_mem_buf(pem, -1);
	read = PEM_read_bio_X509_REQ(bio, NULL, NULL, NULL);
	assert_non_null(read);
	assert_int_equal(X509_REQ_verify(read, pkey), 1);
	name = X509_REQ_get_subject_name(read);
	assert_int_equal(X509_NAME_entry_count(name), 3);
	{
		char common[64];

		assert_int_equal(X509_NAME_get_text_by_NID(name, NID_commonName, common, sizeof common), 17);
		assert_string_equal(common, "Release key, 2026");
	}
	X509_REQ_free(read);
	BIO_free(bio);
	free(pem);
	request_free(&request);
}

static void
test_requests(void **state)
{
	static const char *const wrong[] = { "", "   ", "CN=", "=x", "NOTHING=x", "CN=a, O", "C=Germany" };
	static const char *const right[] = { "Release signing", "CN=x", "/C=DE/O=Example/CN=x", " CN = x , O = y " };
	struct public_key *rsa, *ec;
	EVP_PKEY *rsa_pkey = new_rsa(&rsa), *ec_pkey = new_ec("P-384", &ec, true);
	struct request *request;

	(void)state;
	finish_request(rsa_pkey, rsa, ec_pkey);
	finish_request(ec_pkey, ec, rsa_pkey);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_int_equal(request_new(&request, ec, wrong[i]), FAIL_SUBJECT);
	for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
		assert_int_equal(request_new(&request, ec, right[i]), DONE);
		request_free(&request);
	}
	public_key_free(&rsa);
	public_key_free(&ec);
	EVP_PKEY_free(rsa_pkey);
	EVP_PKEY_free(ec_pkey);
}

/* A certificate whose subject wants to harm a terminal. */
static X509 *
new_certificate(EVP_PKEY *pkey)
{
	X509 *x509 = X509_new();
	X509_NAME *name = X509_get_subject_name(x509);

	X509_set_version(x509, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x509), 0x1a2b);
	ASN1_TIME_set_string_X509(X509_getm_notBefore(x509), "20260102030405Z");
	ASN1_TIME_set_string_X509(X509_getm_notAfter(x509), "20360102030405Z");
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)"Ro\xc3\xb6t\x1b[31m", -1, -1, 0);
	X509_set_issuer_name(x509, name);
	X509_set_pubkey(x509, pkey);
	assert_true(X509_sign(x509, pkey, EVP_sha256()) > 0);
	return x509;
}

static void
test_certificates(void **state)
{
	struct public_key *key;
	EVP_PKEY *pkey = new_ec("P-256", &key, false);
	X509 *x509 = new_certificate(pkey);
	struct certificate *certificate;
	uint8_t *der = NULL;
	size_t size = (size_t)i2d_X509(x509, &der);
	char *pem;

	(void)state;
	assert_int_equal(certificate_read(&certificate, der, size), DONE);
	assert_non_null(strstr(certificate->subject, "CN=Ro\xc3\xb6t"));
	assert_null(strchr(certificate->subject, 0x1b));
	assert_string_equal(certificate->serial, "1A2B");
	assert_string_equal(certificate->not_before, "2026-01-02 03:04Z");
	assert_string_equal(certificate->not_after, "2036-01-02 03:04Z");
	assert_true(public_key_is_equal(certificate->key, key));
	certificate_free(&certificate);
	assert_int_equal(certificate_pem(der, size, &pem), DONE);
	assert_int_equal(certificate_read(&certificate, (const uint8_t *)pem, strlen(pem)), DONE);
	assert_int_equal(certificate->size, size);
	assert_memory_equal(certificate->der, der, size);
	certificate_free(&certificate);
	free(pem);
	/* Cut anywhere it is none. */
	for (size_t i = 0; i < size; i++)
		assert_int_equal(certificate_read(&certificate, der, i), FAIL_CERTIFICATE_FILE);
	assert_int_equal(certificate_pem(der, size - 1, &pem), FAIL_CERTIFICATE_FILE);
	OPENSSL_free(der);
	X509_free(x509);
	public_key_free(&key);
	EVP_PKEY_free(pkey);
}

TEST_GROUP(key, cmocka_unit_test(test_points_like_octet_strings), cmocka_unit_test(test_curves),
	cmocka_unit_test(test_rsa), cmocka_unit_test(test_requests), cmocka_unit_test(test_certificates));
