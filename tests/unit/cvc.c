/* Device certificates: chains of the test's own making, and the published root. */
#include "../../src/token/cvc.h"
#include "groups.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <string.h>

static EVP_PKEY *
new_key(void)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "brainpoolP256r1");

	assert_non_null(key);
	return key;
}

static void
append(uint8_t *to, size_t *used, unsigned tag, const void *value, size_t size)
{
	if (tag > 0xff)
		to[(*used)++] = (uint8_t)(tag >> 8);
	to[(*used)++] = (uint8_t)tag;
	if (size > 127) {
		to[(*used)++] = 0x82;
		to[(*used)++] = (uint8_t)(size >> 8);
	}
	to[(*used)++] = (uint8_t)size;
	memcpy(to + *used, value, size);
	*used += size;
}

static void
sign(EVP_PKEY *key, const uint8_t *bytes, size_t size, uint8_t ret[64])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t der[80];
	const uint8_t *at = der;
	size_t length = sizeof der;
	ECDSA_SIG *signature;

	assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key), 1);
	assert_int_equal(EVP_DigestSign(context, der, &length, bytes, size), 1);
	signature = d2i_ECDSA_SIG(NULL, &at, (long)length);
	assert_non_null(signature);
	assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(signature), ret, 32), 32);
	assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(signature), ret + 32, 32), 32);
	ECDSA_SIG_free(signature);
	EVP_MD_CTX_free(context);
}

/* Whether a root's certificate is signed by itself. */
static enum outcome
verify_root(const struct cvc *root)
{
	EVP_PKEY *key = cvc_public_key(root, NULL);
	enum outcome outcome = cvc_verify(root, root, key);

	EVP_PKEY_free(key);
	return outcome;
}

/* Appends a certificate to a chain. */
static void
certify(uint8_t *chain, size_t *used, const char *holder, EVP_PKEY *key, const char *authority, EVP_PKEY *signer,
	uint8_t role)
{
	static const uint8_t algorithm[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x02, 0x02, 0x03 };
	static const uint8_t kind[] = { 0x2b, 0x06, 0x01, 0x04, 0x01, 0x81, 0xc3, 0x1f, 0x03, 0x01, 0x01 };
	uint8_t point[65], public[512], template[32], inner[600], body[700], whole[800], signature[64];
	size_t size, public_used = 0, template_used = 0, inner_used = 0, body_used = 0, whole_used = 0;

	assert_int_equal(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &size), 1);
	append(public, &public_used, 0x06, algorithm, sizeof algorithm);
	/* The root has the curve's parameters with it, and hands them down. */
	if (role == 0xc0) {
		struct curve_parameters curve;

		assert_true(curve_parameters_of(curve_of_name("brainpoolP256r1"), &curve));
		append(public, &public_used, 0x81, curve.prime, curve.size);
		append(public, &public_used, 0x82, curve.a, curve.size);
		append(public, &public_used, 0x83, curve.b, curve.size);
		append(public, &public_used, 0x84, curve.point, curve.point_size);
		append(public, &public_used, 0x85, curve.order, curve.size);
	}
	append(public, &public_used, 0x86, point, size);
	append(template, &template_used, 0x06, kind, sizeof kind);
	append(template, &template_used, 0x53, &role, 1);
	append(inner, &inner_used, 0x5f29, "", 1);
	append(inner, &inner_used, 0x42, authority, strlen(authority));
	append(inner, &inner_used, 0x7f49, public, public_used);
	append(inner, &inner_used, 0x5f20, holder, strlen(holder));
	append(inner, &inner_used, 0x7f4c, template, template_used);
	append(body, &body_used, 0x7f4e, inner, inner_used);
	sign(signer, body, body_used, signature);
	memcpy(whole, body, body_used);
	whole_used = body_used;
	append(whole, &whole_used, 0x5f37, signature, sizeof signature);
	append(chain, used, 0x7f21, whole, whole_used);
}

static void
test_published_root(void **state)
{
	const struct cvc_root *roots;
	const uint8_t *at;
	uint8_t copy[1024];
	struct cvc root;
	size_t refused = 0;

	(void)state;
	assert_true(cvc_roots(&roots) >= 1);
	assert_int_equal(roots[0].proof, DEVICE_GENUINE);
	at = roots[0].bytes;
	assert_int_equal(cvc_next(&at, roots[0].bytes + roots[0].size, &root), DONE);
	assert_ptr_equal(at, roots[0].bytes + roots[0].size);
	assert_memory_equal(root.holder.value, "DESRCACC100001", 14);
	assert_true(root.is_authority);
	assert_int_equal(verify_root(&root), DONE);
	/* One bit anywhere breaks it. */
	assert_true(roots[0].size <= sizeof copy);
	for (size_t i = 0; i < roots[0].size; i += 5) {
		enum outcome outcome;

		memcpy(copy, roots[0].bytes, roots[0].size);
		copy[i] ^= 0x10;
		at = copy;
		outcome = cvc_next(&at, copy + roots[0].size, &root);
		if (outcome == DONE)
			outcome = verify_root(&root);
		assert_int_not_equal(outcome, DONE);
		refused++;
	}
	assert_true(refused > 50);
}

/* Every root that is known verifies itself. */
static void
test_roots(void **state)
{
	const struct cvc_root *roots;
	size_t count = cvc_roots(&roots);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const uint8_t *at = roots[i].bytes;
		struct cvc root;

		assert_int_equal(cvc_next(&at, at + roots[i].size, &root), DONE);
		assert_int_equal(verify_root(&root), DONE);
		assert_int_equal(cvc_prove(roots[i].bytes, roots[i].size, roots, count, NULL), roots[i].proof);
	}
}

static void
test_chain(void **state)
{
	EVP_PKEY *root_key = new_key(), *issuer_key = new_key(), *device_key = new_key(), *other_key = new_key();
	uint8_t root_bytes[900], chain[3][1800];
	size_t root_size = 0, sizes[3] = { 0 }, device_size;
	struct cvc_root roots[2];
	const struct cvc_root *known;
	size_t known_count = cvc_roots(&known);
	struct hsm_status status;

	(void)state;
	certify(root_bytes, &root_size, "UTTESTROOT00001", root_key, "UTTESTROOT00001", root_key, 0xc0);
	roots[0] = known[0];
	roots[1] = (struct cvc_root){ root_bytes, root_size, DEVICE_REHEARSAL };

	certify(chain[0], &sizes[0], "UTTEST000000100000", device_key, "UTTESTISSU00001", issuer_key, 0x00);
	/* A reference longer than the format allows. */
	assert_int_equal(cvc_prove(chain[0], sizes[0], roots, 2, NULL), DEVICE_UNPROVEN);
	sizes[0] = 0;
	certify(chain[0], &sizes[0], "UTTEST000100000", device_key, "UTTESTISSU00001", issuer_key, 0x00);
	device_size = sizes[0];
	certify(chain[0], &sizes[0], "UTTESTISSU00001", issuer_key, "UTTESTROOT00001", root_key, 0x80);
	assert_int_equal(cvc_prove(chain[0], sizes[0], roots, 2, NULL), DEVICE_REHEARSAL);
	assert_int_equal(cvc_prove(chain[0], sizes[0], roots, 1, NULL), DEVICE_UNPROVEN);
	assert_int_equal(cvc_prove(chain[0], device_size, roots, 2, NULL), DEVICE_UNPROVEN);
	assert_int_equal(cvc_prove(chain[0], sizes[0] - 1, roots, 2, NULL), DEVICE_UNPROVEN);
	assert_int_equal(cvc_prove(chain[0], 0, roots, 2, NULL), DEVICE_UNPROVEN);

	/* Told to people; the library's own roots do not know the test's. */
	memset(&status, 0, sizeof status);
	cvc_describe(chain[0], sizes[0], &status);
	assert_string_equal(status.serial, "UTTEST0001");
	assert_string_equal(status.chain, "UTTEST000100000 / UTTESTISSU00001");
	assert_int_equal(status.proof, DEVICE_UNPROVEN);
	/* Without the root there is no curve either, and so no signature can be verified. */
	assert_int_equal(status.chain_count, 2);
	assert_true(!status.certificates[0].is_signed && !status.certificates[1].is_signed);
	assert_string_equal(status.certificates[1].authority, "UTTESTROOT00001");
	assert_int_equal(known_count, cvc_roots(&known));

	/* The issuer's name with another key; and a device that signs for another one. */
	certify(chain[1], &sizes[1], "UTTEST000100000", device_key, "UTTESTISSU00001", other_key, 0x00);
	certify(chain[1], &sizes[1], "UTTESTISSU00001", issuer_key, "UTTESTROOT00001", root_key, 0x80);
	assert_int_equal(cvc_prove(chain[1], sizes[1], roots, 2, NULL), DEVICE_UNPROVEN);
	cvc_describe(chain[1], sizes[1], &status);
	assert_true(!status.certificates[0].is_signed && !status.certificates[1].is_signed);
	certify(chain[2], &sizes[2], "UTFALSE00100000", other_key, "UTTEST000100000", device_key, 0x00);
	memcpy(chain[2] + sizes[2], chain[0], sizes[0]);
	assert_int_equal(cvc_prove(chain[2], sizes[2] + sizes[0], roots, 2, NULL), DEVICE_UNPROVEN);

	/* Every byte of a good chain counts. */
	for (size_t i = 0; i < sizes[0]; i += 3) {
		chain[0][i] ^= 0x01;
		assert_int_equal(cvc_prove(chain[0], sizes[0], roots, 2, NULL), DEVICE_UNPROVEN);
		chain[0][i] ^= 0x01;
	}
	EVP_PKEY_free(root_key);
	EVP_PKEY_free(issuer_key);
	EVP_PKEY_free(device_key);
	EVP_PKEY_free(other_key);
}

/* A root that is known, alone on a device: it is signed, and stands there once. */
static void
test_words(void **state)
{
	const struct cvc_root *roots;
	struct token_certificate words;
	struct hsm_status status;
	uint8_t bytes[900];

	(void)state;
	cvc_roots(&roots);
	memset(&status, 0, sizeof status);
	cvc_describe(roots[0].bytes, roots[0].size, &status);
	assert_int_equal(status.chain_count, 1);
	assert_true(status.certificates[0].is_signed && status.certificates[0].is_root);
	assert_string_equal(status.certificates[0].holder, "DESRCACC100001");
	assert_string_equal(status.certificates[0].valid_from, "2012-11-09");
	assert_string_equal(status.certificates[0].valid_to, "2032-11-08");
	assert_string_equal(status.certificates[0].key, "EC brainpoolP256r1");

	cvc_or_x509_tell(roots[0].bytes, roots[0].size, &words);
	assert_int_equal(words.form, CERTIFICATE_CVC);
	assert_string_equal(words.subject, "DESRCACC100001");
	assert_memory_equal(words.digest, status.certificates[0].digest, sizeof words.digest);
	/* Whatever is broken in it, it is words or nothing. */
	assert_true(roots[0].size <= sizeof bytes);
	for (size_t i = 0; i < roots[0].size; i++) {
		memcpy(bytes, roots[0].bytes, roots[0].size);
		bytes[i] ^= 0x40;
		cvc_or_x509_tell(bytes, roots[0].size, &words);
		assert_true(words.form == CERTIFICATE_CVC || words.form == CERTIFICATE_REQUEST ||
			    (words.form == CERTIFICATE_NONE && words.subject[0] == '\0'));
		cvc_or_x509_tell(roots[0].bytes, i, &words);
		assert_int_equal(words.form, CERTIFICATE_NONE);
	}
}

TEST_GROUP(cvc, cmocka_unit_test(test_words), cmocka_unit_test(test_published_root), cmocka_unit_test(test_roots),
	cmocka_unit_test(test_chain));
