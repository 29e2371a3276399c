#include "card_inside.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <quorate/rehearsal.h>
#include <string.h>

/*
 * Card verifiable certificates (BSI TR-03110 part 3, C.1). A device's chain is C_DevAut, then its issuer's (DICA); the
 * issuer's issuer is the rehearsal's root, whose certificate stands in rehearsal_root.h. Root and issuer have private
 * keys that follow from published texts: nothing in a rehearsal is genuine, and everybody may know it.
 */
#define ROOT_TEXT "quorate rehearsal root"
#define ISSUER_TEXT "quorate rehearsal device issuer"
#define ISSUER "UTREHEDICA00001"

/* What a SmartCard-HSM's certificate is for: CardContact's own arc, as in their published root. */
static const uint8_t oid_template[] = { 0x2B, 0x06, 0x01, 0x04, 0x01, 0x81, 0xC3, 0x1F, 0x03, 0x01, 0x01 };
/* From 2026-01-01 to 2099-12-31, a digit a byte. */
static const uint8_t date_from[6] = { 2, 6, 0, 1, 0, 1 }, date_to[6] = { 9, 9, 1, 2, 3, 1 };

/* Certificates of the root, of the device issuer, of a device (7F4C, role in the top bits). */
enum { ROLE_ROOT = 0xC0, ROLE_ISSUER = 0x80, ROLE_DEVICE = 0x00 };
enum { CERTIFICATE_MOST = 2048, SIGNATURE_MOST = 512 };

static EVP_PKEY *
key_of_text(const char *text)
{
	uint8_t number[SHA256_DIGEST_LENGTH];
	static const struct curve curve = { "brainpoolP256r1", NID_brainpoolP256r1 };

	return SHA256((const uint8_t *)text, strlen(text), number) == NULL
		       ? NULL
		       : curve_private_key(&curve, number, sizeof number);
}

/* ECDSA as r and s side by side, each as long as the field (TR-03110); RSA as it is. */
static bool
put_signature(struct tlv_writer *writer, EVP_PKEY *key, const uint8_t *bytes, size_t size)
{
	uint8_t signature[SIGNATURE_MOST], plain[SIGNATURE_MOST];
	const uint8_t *at = signature;
	size_t length = sizeof signature;
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	ECDSA_SIG *pair = NULL;
	bool is_done = context != NULL && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
		       EVP_DigestSign(context, signature, &length, bytes, size) == 1;

	if (is_done && EVP_PKEY_is_a(key, "EC") == 1) {
		int half = (EVP_PKEY_get_bits(key) + 7) / 8;

		pair = d2i_ECDSA_SIG(NULL, &at, (long)length);
		is_done = pair != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(pair), plain, half) == half &&
			  BN_bn2binpad(ECDSA_SIG_get0_s(pair), plain + half, half) == half;
		if (is_done)
			tlv_put(writer, 0x5F37, plain, 2 * (size_t)half);
	} else if (is_done) {
		tlv_put(writer, 0x5F37, signature, length);
	}
	ECDSA_SIG_free(pair);
	EVP_MD_CTX_free(context);
	return is_done && !writer->is_full;
}

static bool
put_rsa_key(struct tlv_writer *writer, const EVP_PKEY *key)
{
	uint8_t modulus[512], exponent[8];
	BIGNUM *n = NULL, *e = NULL;
	bool is_done = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) == 1 &&
		       EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) == 1 &&
		       BN_num_bytes(n) <= (int)sizeof modulus && BN_num_bytes(e) <= (int)sizeof exponent;

	if (is_done) {
		tlv_put(writer, 0x06, card_oid_rsa, CARD_OID_SIZE);
		tlv_put(writer, 0x81, modulus, (size_t)BN_bn2bin(n, modulus));
		tlv_put(writer, 0x82, exponent, (size_t)BN_bn2bin(e, exponent));
	}
	BN_free(e);
	BN_free(n);
	return is_done;
}

/* with_domain: roots and requests carry the curve, other certificates inherit it from their issuer. */
static bool
put_ec_key(struct tlv_writer *writer, EVP_PKEY *key, bool with_domain)
{
	const struct curve *curve = curve_of_key(key);
	struct curve_parameters domain;
	uint8_t point[CURVE_POINT_MOST];
	size_t size = curve_point(key, point, sizeof point);

	if (curve == NULL || size == 0 || !curve_parameters_of(curve, &domain))
		return false;
	tlv_put(writer, 0x06, card_oid_ecdsa, CARD_OID_SIZE);
	if (with_domain) {
		tlv_put(writer, 0x81, domain.prime, domain.size);
		tlv_put(writer, 0x82, domain.a, domain.size);
		tlv_put(writer, 0x83, domain.b, domain.size);
		tlv_put(writer, 0x84, domain.point, domain.point_size);
		tlv_put(writer, 0x85, domain.order, domain.size);
	}
	tlv_put(writer, 0x86, point, size);
	if (with_domain)
		tlv_put(writer, 0x87, "\x01", 1);
	return true;
}

/* 7F49 with what the key is. */
static bool
put_public_key(struct tlv_writer *writer, EVP_PKEY *key, bool with_domain)
{
	size_t outer = tlv_open(writer, 0x7F49);
	bool is_done = EVP_PKEY_is_a(key, "EC") == 1 ? put_ec_key(writer, key, with_domain) : put_rsa_key(writer, key);

	tlv_close(writer, outer);
	return is_done;
}

struct certificate {
	const char *issuer, *holder;
	EVP_PKEY *key, *signer;
	uint8_t role;
};

static bool
put_certificate(struct tlv_writer *writer, const struct certificate *certificate)
{
	size_t outer = tlv_open(writer, 0x7F21), start = writer->size, body, template;

	body = tlv_open(writer, 0x7F4E);
	tlv_put(writer, 0x5F29, "\x00", 1);
	tlv_put(writer, 0x42, certificate->issuer, strlen(certificate->issuer));
	if (!put_public_key(writer, certificate->key, certificate->role == ROLE_ROOT))
		return false;
	tlv_put(writer, 0x5F20, certificate->holder, strlen(certificate->holder));
	template = tlv_open(writer, 0x7F4C);
	tlv_put(writer, 0x06, oid_template, sizeof oid_template);
	tlv_put(writer, 0x53, &certificate->role, 1);
	tlv_close(writer, template);
	tlv_put(writer, 0x5F25, date_from, sizeof date_from);
	tlv_put(writer, 0x5F24, date_to, sizeof date_to);
	tlv_close(writer, body);
	if (writer->is_full || !put_signature(writer, certificate->signer, writer->bytes + start, writer->size - start))
		return false;
	tlv_close(writer, outer);
	return !writer->is_full;
}

enum outcome
card_certificates_make(struct virtual_card *card)
{
	EVP_PKEY *root = key_of_text(ROOT_TEXT), *issuer = key_of_text(ISSUER_TEXT);
	EVP_PKEY *device = EVP_EC_gen("brainpoolP256r1");
	char name[CARD_SERIAL_SIZE + 5];
	const struct certificate of_device = { ISSUER, name, device, issuer, ROLE_DEVICE };
	const struct certificate of_issuer = { REHEARSAL_ROOT, ISSUER, issuer, root, ROLE_ISSUER };
	uint8_t bytes[CERTIFICATE_MOST];
	struct tlv_writer writer = { .bytes = bytes, .room = sizeof bytes };
	enum outcome outcome = FAIL_CRYPTO;

	memcpy(name, card->serial, CARD_SERIAL_SIZE - 1);
	memcpy(name + CARD_SERIAL_SIZE - 1, "00000", 6);
	if (root != NULL && issuer != NULL && device != NULL && put_certificate(&writer, &of_device) &&
		put_certificate(&writer, &of_issuer) &&
		card_key_store(card, 0, device, &(struct card_key_use){ 0 }) == SW_DONE &&
		card_file_put(card, FILE_DEVICE_CERTIFICATES, bytes, writer.size) == SW_DONE)
		outcome = DONE;
	EVP_PKEY_free(device);
	EVP_PKEY_free(issuer);
	EVP_PKEY_free(root);
	return outcome;
}

size_t
card_certificates_root(uint8_t *ret, size_t room)
{
	EVP_PKEY *root = key_of_text(ROOT_TEXT);
	const struct certificate certificate = { REHEARSAL_ROOT, REHEARSAL_ROOT, root, root, ROLE_ROOT };
	struct tlv_writer writer = { .bytes = ret, .room = room };
	bool is_done = root != NULL && put_certificate(&writer, &certificate);

	EVP_PKEY_free(root);
	return is_done ? writer.size : 0;
}

uint16_t
card_certificates_request(struct virtual_card *card, EVP_PKEY *key, const struct tlv *authority,
	const struct tlv *holder, struct tlv_writer *answer)
{
	char device[CARD_SERIAL_SIZE + 5];
	size_t outer, inner, start, body;
	EVP_PKEY *device_key;
	uint16_t status = card_key_load(card, 0, 0, &device_key);

	if (status != SW_DONE)
		return status;
	memcpy(device, card->serial, CARD_SERIAL_SIZE - 1);
	memcpy(device + CARD_SERIAL_SIZE - 1, "00000", 6);
	status = SW_EXECUTION;
	outer = tlv_open(answer, 0x67);
	start = answer->size;
	inner = tlv_open(answer, 0x7F21);
	body = tlv_open(answer, 0x7F4E);
	tlv_put(answer, 0x5F29, "\x00", 1);
	if (authority->size > 0)
		tlv_put(answer, 0x42, authority->value, authority->size);
	if (!put_public_key(answer, key, true))
		goto out;
	tlv_put(answer, 0x5F20, holder->value, holder->size);
	tlv_close(answer, body);
	if (answer->is_full || !put_signature(answer, key, answer->bytes + inner, answer->size - inner))
		goto out;
	tlv_close(answer, inner);
	tlv_put(answer, 0x42, device, strlen(device));
	/* The outer signature covers the inner certificate and the name of who signs: this key was born here. */
	if (answer->is_full || !put_signature(answer, device_key, answer->bytes + start, answer->size - start))
		goto out;
	tlv_close(answer, outer);
	if (!answer->is_full)
		status = SW_DONE;
out:
	EVP_PKEY_free(device_key);
	return status;
}
