/* Card verifiable certificates in words, and a device's chain of them. */
#include "cvc.h"

#include <quorate/certificate.h>
#include <quorate/text.h>

#include <string.h>

/* YYMMDD, of this century (TR-03110, part 3, D.2.1.3). */
void
cvc_date_text(const struct ber *date, char ret[11])
{
	const uint8_t *at = date->value;

	ret[0] = '\0';
	if (date->size != 6)
		return;
	for (size_t i = 0; i < 6; i++)
		if (at[i] > 9)
			return;
	text_format(ret, 11, "20%u%u-%u%u-%u%u", at[0], at[1], at[2], at[3], at[4], at[5]);
}

static void
reference_text(const struct ber *reference, char *ret, size_t size)
{
	ret[0] = '\0';
	if (reference->size > 0)
		text_clean(reference->value, reference->size, ret, size);
}

static void
key_text(const struct cvc *cvc, const struct curve *inherited, char *ret, size_t size)
{
	EVP_PKEY *key = cvc_public_key(cvc, inherited);
	const struct curve *curve = key == NULL ? NULL : curve_of_key(key);

	ret[0] = '\0';
	if (curve != NULL)
		text_format(ret, size, "EC %s", curve->name);
	else if (key != NULL)
		text_format(ret, size, "RSA %d", EVP_PKEY_get_bits(key));
	EVP_PKEY_free(key);
}

static void
digest(const struct ber *whole, uint8_t ret[32])
{
	if (EVP_Digest(whole->whole, whole->whole_size, ret, NULL, EVP_sha256(), NULL) != 1)
		memset(ret, 0, 32);
}

void
cvc_tell(const struct cvc *cvc, const struct curve *inherited, struct device_certificate *ret)
{
	memset(ret, 0, sizeof *ret);
	reference_text(&cvc->holder, ret->holder, sizeof ret->holder);
	reference_text(&cvc->authority, ret->authority, sizeof ret->authority);
	cvc_date_text(&cvc->from, ret->valid_from);
	cvc_date_text(&cvc->to, ret->valid_to);
	key_text(cvc, inherited, ret->key, sizeof ret->key);
	digest(&cvc->whole, ret->digest);
}

static void
take_cvc(const struct cvc *cvc, enum token_certificate_form form, struct token_certificate *ret)
{
	struct device_certificate words;

	cvc_tell(cvc, NULL, &words);
	ret->form = form;
	text_format(ret->subject, sizeof ret->subject, "%s", words.holder);
	text_format(ret->issuer, sizeof ret->issuer, "%s", words.authority);
	text_format(ret->not_before, sizeof ret->not_before, "%s", words.valid_from);
	text_format(ret->not_after, sizeof ret->not_after, "%s", words.valid_to);
	text_format(ret->key, sizeof ret->key, "%s", words.key);
	memcpy(ret->digest, words.digest, sizeof ret->digest);
}

static void
take_x509(const struct certificate_words *words, struct token_certificate *ret)
{
	ret->form = CERTIFICATE_X509;
	text_format(ret->subject, sizeof ret->subject, "%s", words->subject);
	text_format(ret->issuer, sizeof ret->issuer, "%s", words->issuer);
	text_format(ret->serial, sizeof ret->serial, "%s", words->serial);
	text_format(ret->not_before, sizeof ret->not_before, "%s", words->not_before);
	text_format(ret->not_after, sizeof ret->not_after, "%s", words->not_after);
	text_format(ret->key, sizeof ret->key, "%s", words->key);
	memcpy(ret->digest, words->digest, sizeof ret->digest);
}

void
cvc_or_x509_tell(const uint8_t *bytes, size_t size, struct token_certificate *ret)
{
	const uint8_t *at = bytes;
	struct certificate_words words;
	struct cvc_request request;
	struct cvc cvc;

	memset(ret, 0, sizeof *ret);
	if (certificate_tell(bytes, size, &words) == DONE)
		take_x509(&words, ret);
	else if (size > 0 && bytes[0] != 0x67 && cvc_next(&at, bytes + size, &cvc) == DONE && cvc.from.size > 0)
		take_cvc(&cvc, CERTIFICATE_CVC, ret);
	else if (cvc_request(bytes, size, &request) == DONE)
		take_cvc(&request.inner, CERTIFICATE_REQUEST, ret);
}

/* From the top down, so that each has the curve of the one above it. */
static void
tell_chain(const struct cvc *chain, size_t count, bool is_rooted, const struct curve *curve, struct hsm_status *ret)
{
	EVP_PKEY *above = NULL;

	for (size_t i = count; i-- > 0;) {
		/* The top one's signature was looked at when its root was looked for. */
		bool is_signed = i == count - 1 ? is_rooted
						: above != NULL && cvc_verify(&chain[i], &chain[i + 1], above) == DONE;

		cvc_tell(&chain[i], curve, &ret->certificates[i]);
		ret->certificates[i].is_signed = is_signed;
		EVP_PKEY_free(above);
		above = cvc_public_key(&chain[i], curve);
		if (above != NULL && curve_of_key(above) != NULL)
			curve = curve_of_key(above);
	}
	EVP_PKEY_free(above);
}

void
cvc_describe(const uint8_t *bytes, size_t size, struct hsm_status *ret)
{
	const struct cvc_root *roots;
	size_t count = cvc_roots(&roots), known = 0, root = SIZE_MAX;
	const struct curve *curve = NULL;
	const uint8_t *at = bytes;
	struct cvc chain[CVC_CHAIN_MOST], top;

	cvc_chain_texts(bytes, size, ret->serial, ret->chain, sizeof ret->chain);
	ret->proof = cvc_prove(bytes, size, roots, count, NULL);
	memset(ret->certificates, 0, sizeof ret->certificates);
	while (root == SIZE_MAX && known < CVC_CHAIN_MOST && cvc_next(&at, bytes + size, &chain[known]) == DONE)
		root = cvc_root_of(&chain[known++], roots, count, &top, &curve);
	tell_chain(chain, known, root != SIZE_MAX, curve, ret);
	ret->chain_count = (unsigned)known;
	if (root == SIZE_MAX)
		return;
	if (strcmp(ret->certificates[known - 1].holder, ret->certificates[known - 1].authority) != 0) {
		cvc_tell(&top, NULL, &ret->certificates[known]);
		ret->certificates[known].is_signed = true;
		ret->chain_count++;
	}
	ret->certificates[ret->chain_count - 1].is_root = true;
}
