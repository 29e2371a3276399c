#include <quorate/attestation.h>

#include "cvc.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <openssl/x509.h>
#include <string.h>

const char *
attestation_proof_name(enum device_proof proof)
{
	static const char *const names[] = {
		[DEVICE_UNPROVEN] = "unproven", [DEVICE_GENUINE] = "genuine", [DEVICE_REHEARSAL] = "rehearsal"
	};

	return names[proof];
}

const char *
attestation_proof_text(enum device_proof proof)
{
	switch (proof) {
	case DEVICE_GENUINE:
		return _("The key was made inside a genuine device: its certificates lead to CardContact's root.");
	case DEVICE_REHEARSAL:
		return _("The key was made by a rehearsal's device: software, which proves nothing. Do not trust this "
			 "key.");
	default:
		return _("The device's certificates lead to no known root: nothing proves where this key was made.");
	}
}

/* The key in the form that everybody else has, its digest, and its kind in words. */
static enum outcome
take_key(EVP_PKEY *key, struct attestation *ret)
{
	const struct curve *curve = curve_of_key(key);
	uint8_t *der = NULL;
	int size = i2d_PUBKEY(key, &der);
	enum outcome outcome = FAIL_CRYPTO;

	if (size > 0 && size <= ATTESTATION_KEY_MOST &&
		EVP_Digest(der, (size_t)size, ret->fingerprint, NULL, EVP_sha256(), NULL) == 1) {
		memcpy(ret->key, der, (size_t)size);
		ret->key_size = (size_t)size;
		outcome = DONE;
	}
	OPENSSL_free(der);
	if (curve != NULL)
		text_format(ret->kind, sizeof ret->kind, "EC %s", curve->name);
	else
		text_format(ret->kind, sizeof ret->kind, "RSA %d", EVP_PKEY_get_bits(key));
	return outcome;
}

static enum outcome
verify(const struct cvc_request *request, const struct cvc *device, EVP_PKEY *device_key, struct attestation *ret)
{
	EVP_PKEY *key = cvc_public_key(&request->inner, NULL);
	enum outcome outcome = FAIL_ATTESTATION;

	if (key == NULL)
		return outcome;
	outcome = cvc_signed(&request->inner.signature, request->inner.algorithm, key, request->inner.body.whole,
		request->inner.body.whole_size);
	if (outcome == FAIL_CERTIFICATE_CHAIN)
		outcome = FAIL_ATTESTATION_KEY;
	/* Without the parameters of its curve the device's key cannot be had. */
	if (outcome == DONE && device_key == NULL) {
		outcome = FAIL_CERTIFICATE_CHAIN;
	} else if (outcome == DONE) {
		outcome = FAIL_CERTIFICATE_CHAIN;
		if (request->authority.size == device->holder.size &&
			memcmp(request->authority.value, device->holder.value, device->holder.size) == 0)
			outcome = cvc_signed(&request->signature, device->algorithm, device_key, request->signed_bytes,
				request->signed_size);
		if (outcome == FAIL_CERTIFICATE_CHAIN)
			outcome = FAIL_ATTESTATION_DEVICE;
	}
	if (outcome == DONE)
		outcome = take_key(key, ret);
	EVP_PKEY_free(key);
	return outcome;
}

enum outcome
attestation_verify(
	const uint8_t *request, size_t request_size, const uint8_t *chain, size_t chain_size, struct attestation *ret)
{
	const struct cvc_root *roots;
	size_t count = cvc_roots(&roots);
	const uint8_t *at = chain;
	struct cvc_request parsed;
	struct cvc device;
	EVP_PKEY *device_key = NULL;
	enum outcome outcome;

	memset(ret, 0, sizeof *ret);
	if (cvc_request(request, request_size, &parsed) != DONE)
		return FAIL_ATTESTATION;
	if (parsed.signature.size == 0)
		return FAIL_ATTESTATION_UNSIGNED;
	if (cvc_next(&at, chain + chain_size, &device) != DONE)
		return FAIL_CERTIFICATE;
	ret->proof = cvc_prove(chain, chain_size, roots, count, &device_key);
	outcome = verify(&parsed, &device, device_key, ret);
	EVP_PKEY_free(device_key);
	cvc_chain_texts(chain, chain_size, ret->serial, ret->chain, sizeof ret->chain);
	cvc_date_text(&device.from, ret->valid_from);
	cvc_date_text(&device.to, ret->valid_to);
	if (outcome != DONE)
		ret->proof = DEVICE_UNPROVEN;
	return outcome;
}

/* The certificates in a row, without what may fill the file on the card behind them. */
static size_t
chain_size_of(const uint8_t *chain, size_t size)
{
	const uint8_t *at = chain;
	struct cvc cvc;
	size_t whole = 0;

	while (cvc_next(&at, chain + size, &cvc) == DONE)
		whole = (size_t)(at - chain);
	return whole;
}

enum outcome
attestation_encode(const uint8_t *request, size_t request_size, const uint8_t *chain, size_t chain_size, uint8_t *ret,
	size_t *ret_size)
{
	const uint8_t *at = request;
	struct cvc_request parsed;
	struct ber whole;
	uint8_t *to = ret;
	size_t certificates = chain_size_of(chain, chain_size);
	int size;

	*ret_size = 0;
	if (cvc_request(request, request_size, &parsed) != DONE || parsed.signature.size == 0 || certificates == 0 ||
		!ber_next(&at, request + request_size, &whole))
		return FAIL_ATTESTATION;
	if (whole.whole_size + certificates > ATTESTATION_MOST)
		return FAIL_TOO_LONG;
	size = ASN1_object_size(1, (int)(whole.whole_size + certificates), V_ASN1_SEQUENCE);
	if (size <= 0 || size > ATTESTATION_MOST)
		return FAIL_TOO_LONG;
	ASN1_put_object(&to, 1, (int)(whole.whole_size + certificates), V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL);
	memcpy(to, whole.whole, whole.whole_size);
	memcpy(to + whole.whole_size, chain, certificates);
	*ret_size = (size_t)size;
	return DONE;
}

/* CardContact's order, brought into ours: device's certificate first, then its issuer's. */
static enum outcome
read_numbered(const struct ber *all, struct attestation *ret)
{
	static const uint8_t kind[] = { 0x2b, 0x06, 0x01, 0x04, 0x01, 0x81, 0xc3, 0x1f, 0x04, 0x03, 0x01 };
	struct ber oid, issuer, device, request;
	uint8_t chain[ATTESTATION_MOST];

	if (!ber_find(all->value, all->size, 0x06, &oid) || oid.size != sizeof kind ||
		memcmp(oid.value, kind, sizeof kind) != 0 || !ber_find(all->value, all->size, 0x61, &issuer) ||
		!ber_find(all->value, all->size, 0x62, &device) || !ber_find(all->value, all->size, 0x63, &request) ||
		device.size + issuer.size > sizeof chain)
		return FAIL_ATTESTATION;
	memcpy(chain, device.value, device.size);
	memcpy(chain + device.size, issuer.value, issuer.size);
	return attestation_verify(request.value, request.size, chain, device.size + issuer.size, ret);
}

enum outcome
attestation_read(const uint8_t *bytes, size_t size, struct attestation *ret)
{
	const uint8_t *at = bytes, *inside;
	struct ber all, first;

	memset(ret, 0, sizeof *ret);
	if (size > ATTESTATION_MOST || !ber_next(&at, bytes + size, &all) || all.tag != 0x30 || at != bytes + size)
		return FAIL_ATTESTATION;
	inside = all.value;
	if (!ber_next(&inside, all.value + all.size, &first))
		return FAIL_ATTESTATION;
	if (first.tag == 0x06)
		return read_numbered(&all, ret);
	return attestation_verify(first.whole, first.whole_size, inside, (size_t)(all.value + all.size - inside), ret);
}
