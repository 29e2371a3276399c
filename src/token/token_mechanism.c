#include "token_mechanism.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <p11-kit/pkcs11.h>

#include <stdint.h>

/* The field's own names, never translated. The unit of key sizes is the mechanism's own affair (PKCS#11 2.40 and 3.1,
   tables "Mechanism Information"). */
enum unit { NONE, BITS, BYTES };

static const struct {
	unsigned long type;
	enum unit unit;
	const char *name;
} names[] = {
	{ CKM_RSA_PKCS_KEY_PAIR_GEN, BITS, "RSA key pair" },
	{ CKM_RSA_X9_31_KEY_PAIR_GEN, BITS, "RSA key pair, X9.31" },
	{ CKM_RSA_PKCS, BITS, "RSA PKCS#1 v1.5" },
	{ CKM_RSA_9796, BITS, "RSA ISO 9796" },
	{ CKM_RSA_X_509, BITS, "RSA raw" },
	{ CKM_RSA_X9_31, BITS, "RSA X9.31" },
	{ CKM_RSA_PKCS_OAEP, BITS, "RSA OAEP" },
	{ CKM_RSA_PKCS_PSS, BITS, "RSA PSS" },
	{ CKM_MD2_RSA_PKCS, BITS, "RSA PKCS#1 v1.5, MD2" },
	{ CKM_MD5_RSA_PKCS, BITS, "RSA PKCS#1 v1.5, MD5" },
	{ CKM_SHA1_RSA_PKCS, BITS, "RSA PKCS#1 v1.5, SHA-1" },
	{ CKM_SHA224_RSA_PKCS, BITS, "RSA PKCS#1 v1.5, SHA-224" },
	{ CKM_SHA256_RSA_PKCS, BITS, "RSA PKCS#1 v1.5, SHA-256" },
	{ CKM_SHA384_RSA_PKCS, BITS, "RSA PKCS#1 v1.5, SHA-384" },
	{ CKM_SHA512_RSA_PKCS, BITS, "RSA PKCS#1 v1.5, SHA-512" },
	{ CKM_RIPEMD128_RSA_PKCS, BITS, "RSA PKCS#1 v1.5, RIPEMD-128" },
	{ CKM_RIPEMD160_RSA_PKCS, BITS, "RSA PKCS#1 v1.5, RIPEMD-160" },
	{ CKM_SHA1_RSA_PKCS_PSS, BITS, "RSA PSS, SHA-1" },
	{ CKM_SHA224_RSA_PKCS_PSS, BITS, "RSA PSS, SHA-224" },
	{ CKM_SHA256_RSA_PKCS_PSS, BITS, "RSA PSS, SHA-256" },
	{ CKM_SHA384_RSA_PKCS_PSS, BITS, "RSA PSS, SHA-384" },
	{ CKM_SHA512_RSA_PKCS_PSS, BITS, "RSA PSS, SHA-512" },
	{ CKM_EC_KEY_PAIR_GEN, BITS, "EC key pair" },
	{ CKM_ECDSA, BITS, "ECDSA" },
	{ CKM_ECDSA_SHA1, BITS, "ECDSA, SHA-1" },
	{ CKM_ECDSA_SHA224, BITS, "ECDSA, SHA-224" },
	{ CKM_ECDSA_SHA256, BITS, "ECDSA, SHA-256" },
	{ CKM_ECDSA_SHA384, BITS, "ECDSA, SHA-384" },
	{ CKM_ECDSA_SHA512, BITS, "ECDSA, SHA-512" },
	{ CKM_ECDH1_DERIVE, BITS, "ECDH" },
	{ CKM_ECDH1_COFACTOR_DERIVE, BITS, "ECDH with cofactor" },
	{ CKM_ECMQV_DERIVE, BITS, "ECMQV" },
	{ CKM_EC_EDWARDS_KEY_PAIR_GEN, BITS, "Edwards key pair" },
	{ CKM_EDDSA, BITS, "EdDSA" },
	{ CKM_DSA_KEY_PAIR_GEN, BITS, "DSA key pair" },
	{ CKM_DSA_PARAMETER_GEN, BITS, "DSA parameters" },
	{ CKM_DSA, BITS, "DSA" },
	{ CKM_DSA_SHA1, BITS, "DSA, SHA-1" },
	{ CKM_DSA_SHA224, BITS, "DSA, SHA-224" },
	{ CKM_DSA_SHA256, BITS, "DSA, SHA-256" },
	{ CKM_DSA_SHA384, BITS, "DSA, SHA-384" },
	{ CKM_DSA_SHA512, BITS, "DSA, SHA-512" },
	{ CKM_DH_PKCS_KEY_PAIR_GEN, BITS, "DH key pair" },
	{ CKM_DH_PKCS_PARAMETER_GEN, BITS, "DH parameters" },
	{ CKM_DH_PKCS_DERIVE, BITS, "DH" },
	{ CKM_X9_42_DH_DERIVE, BITS, "DH, X9.42" },
	{ CKM_GOSTR3410_KEY_PAIR_GEN, NONE, "GOST R 34.10 key pair" },
	{ CKM_GOSTR3410, NONE, "GOST R 34.10" },
	{ CKM_GOSTR3410_WITH_GOSTR3411, NONE, "GOST R 34.10, GOST R 34.11" },
	{ CKM_GOSTR3410_DERIVE, NONE, "GOST R 34.10 key agreement" },
	{ CKM_GOSTR3411, NONE, "GOST R 34.11" },
	{ CKM_GOSTR3411_HMAC, NONE, "HMAC, GOST R 34.11" },
	{ CKM_GOST28147_KEY_GEN, NONE, "GOST 28147 key" },
	{ CKM_GOST28147, NONE, "GOST 28147" },
	{ CKM_AES_KEY_GEN, BYTES, "AES key" },
	{ CKM_AES_ECB, BYTES, "AES ECB" },
	{ CKM_AES_CBC, BYTES, "AES CBC" },
	{ CKM_AES_CBC_PAD, BYTES, "AES CBC with padding" },
	{ CKM_AES_CTR, BYTES, "AES CTR" },
	{ CKM_AES_CTS, BYTES, "AES CTS" },
	{ CKM_AES_GCM, BYTES, "AES GCM" },
	{ CKM_AES_CCM, BYTES, "AES CCM" },
	{ CKM_AES_GMAC, BYTES, "AES GMAC" },
	{ CKM_AES_OFB, BYTES, "AES OFB" },
	{ CKM_AES_CFB8, BYTES, "AES CFB8" },
	{ CKM_AES_CFB64, BYTES, "AES CFB64" },
	{ CKM_AES_CFB128, BYTES, "AES CFB128" },
	{ CKM_AES_MAC, BYTES, "AES MAC" },
	{ CKM_AES_MAC_GENERAL, BYTES, "AES MAC of any length" },
	{ CKM_AES_CMAC, BYTES, "AES CMAC" },
	{ CKM_AES_CMAC_GENERAL, BYTES, "AES CMAC of any length" },
	{ CKM_AES_XCBC_MAC, BYTES, "AES XCBC MAC" },
	{ CKM_AES_KEY_WRAP, BYTES, "AES key wrap" },
	{ CKM_AES_KEY_WRAP_PAD, BYTES, "AES key wrap with padding" },
	{ CKM_AES_ECB_ENCRYPT_DATA, BYTES, "key from AES ECB" },
	{ CKM_AES_CBC_ENCRYPT_DATA, BYTES, "key from AES CBC" },
	{ CKM_RSA_AES_KEY_WRAP, BITS, "RSA AES key wrap" },
	{ CKM_DES_KEY_GEN, NONE, "DES key" },
	{ CKM_DES_ECB, NONE, "DES ECB" },
	{ CKM_DES_CBC, NONE, "DES CBC" },
	{ CKM_DES_CBC_PAD, NONE, "DES CBC with padding" },
	{ CKM_DES_MAC, NONE, "DES MAC" },
	{ CKM_DES_ECB_ENCRYPT_DATA, NONE, "key from DES ECB" },
	{ CKM_DES_CBC_ENCRYPT_DATA, NONE, "key from DES CBC" },
	{ CKM_DES2_KEY_GEN, NONE, "two-key triple DES key" },
	{ CKM_DES3_KEY_GEN, NONE, "triple DES key" },
	{ CKM_DES3_ECB, NONE, "triple DES ECB" },
	{ CKM_DES3_CBC, NONE, "triple DES CBC" },
	{ CKM_DES3_CBC_PAD, NONE, "triple DES CBC with padding" },
	{ CKM_DES3_MAC, NONE, "triple DES MAC" },
	{ CKM_DES3_CMAC, NONE, "triple DES CMAC" },
	{ CKM_DES3_ECB_ENCRYPT_DATA, NONE, "key from triple DES ECB" },
	{ CKM_DES3_CBC_ENCRYPT_DATA, NONE, "key from triple DES CBC" },
	{ CKM_GENERIC_SECRET_KEY_GEN, BITS, "generic secret key" },
	{ CKM_CONCATENATE_BASE_AND_KEY, NONE, "key from two keys" },
	{ CKM_CONCATENATE_BASE_AND_DATA, NONE, "key from key and data" },
	{ CKM_CONCATENATE_DATA_AND_BASE, NONE, "key from data and key" },
	{ CKM_XOR_BASE_AND_DATA, NONE, "key from key XOR data" },
	{ CKM_EXTRACT_KEY_FROM_KEY, NONE, "key from part of a key" },
	{ CKM_MD2, NONE, "MD2" },
	{ CKM_MD5, NONE, "MD5" },
	{ CKM_SHA_1, NONE, "SHA-1" },
	{ CKM_SHA224, NONE, "SHA-224" },
	{ CKM_SHA256, NONE, "SHA-256" },
	{ CKM_SHA384, NONE, "SHA-384" },
	{ CKM_SHA512, NONE, "SHA-512" },
	{ CKM_SHA512_224, NONE, "SHA-512/224" },
	{ CKM_SHA512_256, NONE, "SHA-512/256" },
	{ CKM_RIPEMD128, NONE, "RIPEMD-128" },
	{ CKM_RIPEMD160, NONE, "RIPEMD-160" },
	{ CKM_MD5_HMAC, BYTES, "HMAC, MD5" },
	{ CKM_SHA_1_HMAC, BYTES, "HMAC, SHA-1" },
	{ CKM_SHA224_HMAC, BYTES, "HMAC, SHA-224" },
	{ CKM_SHA256_HMAC, BYTES, "HMAC, SHA-256" },
	{ CKM_SHA384_HMAC, BYTES, "HMAC, SHA-384" },
	{ CKM_SHA512_HMAC, BYTES, "HMAC, SHA-512" },
	{ CKM_SHA1_KEY_DERIVATION, NONE, "key from SHA-1" },
	{ CKM_SHA256_KEY_DERIVATION, NONE, "key from SHA-256" },
	{ CKM_SHA384_KEY_DERIVATION, NONE, "key from SHA-384" },
	{ CKM_SHA512_KEY_DERIVATION, NONE, "key from SHA-512" },
	{ CKM_PKCS5_PBKD2, NONE, "key from a password, PBKDF2" },
	{ CKM_PBE_SHA1_DES3_EDE_CBC, NONE, "key from a password, triple DES" },
	{ CKM_SSL3_PRE_MASTER_KEY_GEN, NONE, "SSL 3 pre-master key" },
	{ CKM_SSL3_MASTER_KEY_DERIVE, NONE, "SSL 3 master key" },
	{ CKM_TLS_PRE_MASTER_KEY_GEN, NONE, "TLS pre-master key" },
	{ CKM_TLS_MASTER_KEY_DERIVE, NONE, "TLS master key" },
	{ CKM_TLS_KEY_AND_MAC_DERIVE, NONE, "TLS session keys" },
	{ CKM_TLS_PRF, NONE, "TLS PRF" },
};

void
token_mechanism_name(struct token_mechanism *mechanism)
{
	mechanism->is_in_bytes = false;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (names[i].type != mechanism->type)
			continue;
		text_format(mechanism->name, sizeof mechanism->name, "%s", names[i].name);
		mechanism->is_in_bytes = names[i].unit == BYTES;
		if (names[i].unit == NONE)
			mechanism->least = mechanism->most = 0;
		return;
	}
	text_format(mechanism->name, sizeof mechanism->name, "%s 0x%lx",
		(mechanism->type & CKM_VENDOR_DEFINED) != 0 ? "vendor's own" : "mechanism", mechanism->type);
}

void
token_mechanism_sizes_text(const struct token_mechanism *mechanism, char *ret, size_t size)
{
	unsigned long least = (unsigned long)mechanism->least, most = (unsigned long)mechanism->most;

	if (size > 0)
		ret[0] = '\0';
	/* Softer tokens tell the whole range of an unsigned long where there is no limit. */
	if (most == 0 || most == (unsigned long)TOKEN_NOT_TOLD || least > most)
		return;
	if (most > INT32_MAX)
		text_format(ret, size, mechanism->is_in_bytes ? _("%lu bytes or more") : _("%lu bits or more"), least);
	else if (least == most)
		text_format(ret, size, mechanism->is_in_bytes ? _("%lu bytes") : _("%lu bits"), most);
	else
		text_format(
			ret, size, mechanism->is_in_bytes ? _("%lu to %lu bytes") : _("%lu to %lu bits"), least, most);
}

size_t
token_mechanism_flag_texts(unsigned long flags, const char **ret, size_t most)
{
	static const struct {
		unsigned long flag;
		const char *text;
	} texts[] = {
		{ CKF_HW, N_("in hardware") },
		{ CKF_GENERATE_KEY_PAIR, N_("generate a key pair") },
		{ CKF_GENERATE, N_("generate a key") },
		{ CKF_SIGN, N_("sign") },
		{ CKF_VERIFY, N_("verify") },
		{ CKF_SIGN_RECOVER, N_("sign with recovery") },
		{ CKF_VERIFY_RECOVER, N_("verify with recovery") },
		{ CKF_ENCRYPT, N_("encrypt") },
		{ CKF_DECRYPT, N_("decrypt") },
		{ CKF_WRAP, N_("wrap") },
		{ CKF_UNWRAP, N_("unwrap") },
		{ CKF_DERIVE, N_("derive") },
		{ CKF_DIGEST, N_("hash") },
	};
	size_t count = 0;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0] && count < most; i++)
		if ((flags & texts[i].flag) != 0)
			ret[count++] = _(texts[i].text);
	return count;
}
