#include "pkcs11_inside.h"

#include "cvc.h"
#include "token_mechanism.h"

#include <quorate/text.h>

#include <stdlib.h>
#include <string.h>

#define HANDLES_AT_ONCE 512
/* An attribute that is longer is not looked at: the longest that is used here is a certificate. */
#define MEMBER_MOST 512

static const struct {
	CK_OBJECT_CLASS class;
	enum object_class is;
} classes[] = {
	{ CKO_CERTIFICATE, OBJECT_CERTIFICATE },
	{ CKO_PUBLIC_KEY, OBJECT_PUBLIC_KEY },
	{ CKO_PRIVATE_KEY, OBJECT_PRIVATE_KEY },
	{ CKO_SECRET_KEY, OBJECT_SECRET_KEY },
	{ CKO_DATA, OBJECT_DATA },
};

static enum object_class
class_of(CK_OBJECT_CLASS class)
{
	for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
		if (classes[i].class == class)
			return classes[i].is;
	return OBJECT_OTHER;
}

CK_OBJECT_CLASS
pkcs11_class(enum object_class class)
{
	for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
		if (classes[i].is == class)
			return classes[i].class;
	return CK_UNAVAILABLE_INFORMATION;
}

/* A value that was asked for with room for most bytes: 0 where there is none, whatever the module says of its length.
 */
static size_t
size_of(const CK_ATTRIBUTE *attribute, size_t most)
{
	return attribute->ulValueLen <= most ? attribute->ulValueLen : 0;
}

/* Modules fill in what they can and answer with the worst of it; what they cannot has no length. */
static CK_RV
ask(struct pkcs11_run *run, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *attributes, CK_ULONG count)
{
	CK_RV rv = run->functions->C_GetAttributeValue(run->session, object, attributes, count);

	if (rv == CKR_ATTRIBUTE_TYPE_INVALID || rv == CKR_ATTRIBUTE_SENSITIVE || rv == CKR_BUFFER_TOO_SMALL)
		rv = CKR_OK;
	return rv;
}

enum outcome
pkcs11_attribute(struct pkcs11_run *run, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, size_t most, uint8_t **ret,
	size_t *ret_size)
{
	CK_ATTRIBUTE attribute = { type, NULL, 0 };
	CK_RV rv = ask(run, object, &attribute, 1);
	size_t room = attribute.ulValueLen;

	*ret = NULL;
	*ret_size = 0;
	if (rv != CKR_OK)
		return pkcs11_check(run, rv, PIN_OF_NOBODY);
	if (room == 0 || attribute.ulValueLen == CK_UNAVAILABLE_INFORMATION)
		return DONE;
	if (room > most)
		return FAIL_MODULE_ANSWER;
	*ret = calloc(1, room);
	if (*ret == NULL)
		return FAIL_MEMORY;
	attribute.pValue = *ret;
	rv = ask(run, object, &attribute, 1);
	*ret_size = size_of(&attribute, room);
	if (rv == CKR_OK && *ret_size > 0)
		return DONE;
	free(*ret);
	*ret = NULL;
	*ret_size = 0;
	return pkcs11_check(run, rv, PIN_OF_NOBODY);
}

static void
take_label(struct pkcs11_run *run, CK_OBJECT_HANDLE handle, const CK_ATTRIBUTE *label, struct token_object *ret)
{
	uint8_t *longer = NULL;
	size_t size = size_of(label, MEMBER_MOST);

	if (size > 0) {
		text_clean(label->pValue, size, ret->label, sizeof ret->label);
	} else if (label->ulValueLen != 0 &&
		   pkcs11_attribute(run, handle, CKA_LABEL, LIMIT_TOKEN_BYTES, &longer, &size) == DONE && size > 0) {
		text_clean(longer, size, ret->label, sizeof ret->label);
	}
	free(longer);
}

static void
take_id(struct pkcs11_run *run, CK_OBJECT_HANDLE handle, const CK_ATTRIBUTE *id, struct token_object *ret)
{
	uint8_t *longer = NULL;
	const uint8_t *bytes = id->pValue;
	size_t size = size_of(id, MEMBER_MOST);

	if (size == 0 && id->ulValueLen != 0 &&
		pkcs11_attribute(run, handle, CKA_ID, LIMIT_TOKEN_BYTES, &longer, &size) == DONE)
		bytes = longer;
	ret->is_id_cut = size > sizeof ret->id;
	ret->id_size = (uint8_t)(ret->is_id_cut ? sizeof ret->id : size);
	if (ret->id_size > 0)
		memcpy(ret->id, bytes, ret->id_size);
	free(longer);
}

static void
name_key(struct token_object *ret, CK_KEY_TYPE type, size_t modulus_size, CK_ULONG modulus_bits, CK_ULONG value_size)
{
	static const struct {
		CK_KEY_TYPE type;
		const char *name;
	} names[] = { { CKK_RSA, "RSA" }, { CKK_DSA, "DSA" }, { CKK_DH, "DH" }, { CKK_EC, "EC" }, { CKK_AES, "AES" },
		{ CKK_GENERIC_SECRET, "generic" }, { CKK_DES, "DES" }, { CKK_DES2, "DES2" }, { CKK_DES3, "DES3" },
		{ CKK_EC_EDWARDS, "Edwards" }, { CKK_GOSTR3410, "GOST R 34.10" } };
	enum key_kind kind;

	text_format(ret->type, sizeof ret->type, "0x%lx", type);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i].type == type)
			text_format(ret->type, sizeof ret->type, "%s", names[i].name);
	if (type == CKK_RSA) {
		ret->bits = (uint32_t)(modulus_bits != 0 ? modulus_bits : modulus_size * 8);
		for (kind = KEY_RSA_2048; kind <= KEY_RSA_4096; kind++) {
			unsigned bits;

			(void)token_key_kind_is_curve(kind, &bits);
			if (bits == ret->bits)
				ret->kind = kind;
		}
	} else if (value_size != 0 && value_size < UINT32_MAX / 8) {
		ret->bits = (uint32_t)value_size * 8;
	}
}

static void
name_curve(struct token_object *ret, const uint8_t *parameters, size_t size)
{
	unsigned bits;

	ret->kind = pkcs11_kind_of_curve(parameters, size);
	(void)token_key_kind_is_curve(ret->kind, &bits);
	ret->bits = bits;
	if (ret->kind != KEY_OTHER)
		text_format(ret->type, sizeof ret->type, "EC %s", token_key_kind_name(ret->kind));
}

struct bit {
	CK_ATTRIBUTE_TYPE type;
	uint32_t bit;
};

static const struct bit usage_bits[] = { { CKA_SIGN, USAGE_SIGN }, { CKA_VERIFY, USAGE_VERIFY },
	{ CKA_ENCRYPT, USAGE_ENCRYPT }, { CKA_DECRYPT, USAGE_DECRYPT }, { CKA_WRAP, USAGE_WRAP },
	{ CKA_UNWRAP, USAGE_UNWRAP }, { CKA_DERIVE, USAGE_DERIVE } };
static const struct bit flag_bits[] = { { CKA_SENSITIVE, OBJECT_SENSITIVE },
	{ CKA_ALWAYS_SENSITIVE, OBJECT_ALWAYS_SENSITIVE }, { CKA_EXTRACTABLE, OBJECT_EXTRACTABLE },
	{ CKA_NEVER_EXTRACTABLE, OBJECT_NEVER_EXTRACTABLE }, { CKA_LOCAL, OBJECT_LOCAL },
	{ CKA_ALWAYS_AUTHENTICATE, OBJECT_ALWAYS_AUTHENTICATE } };

#define USAGE_COUNT (sizeof usage_bits / sizeof usage_bits[0])
#define FLAG_COUNT (sizeof flag_bits / sizeof flag_bits[0])
#define NUMBERS_AT (USAGE_COUNT + FLAG_COUNT)

/* What only keys have: which usage a key of its class can have at all is the module's affair. */
static CK_RV
read_key(struct pkcs11_run *run, CK_OBJECT_HANDLE handle, struct token_object *ret)
{
	CK_BBOOL answers[USAGE_COUNT + FLAG_COUNT] = { CK_FALSE };
	CK_ULONG type = CK_UNAVAILABLE_INFORMATION, modulus_bits = 0, value_size = 0;
	uint8_t parameters[MEMBER_MOST], modulus[2 * MEMBER_MOST];
	CK_ATTRIBUTE all[NUMBERS_AT + 5];
	CK_RV rv;

	for (size_t i = 0; i < NUMBERS_AT; i++)
		all[i] = (CK_ATTRIBUTE){ i < USAGE_COUNT ? usage_bits[i].type : flag_bits[i - USAGE_COUNT].type,
			&answers[i], sizeof answers[i] };
	all[NUMBERS_AT] = (CK_ATTRIBUTE){ CKA_KEY_TYPE, &type, sizeof type };
	all[NUMBERS_AT + 1] = (CK_ATTRIBUTE){ CKA_MODULUS_BITS, &modulus_bits, sizeof modulus_bits };
	all[NUMBERS_AT + 2] = (CK_ATTRIBUTE){ CKA_VALUE_LEN, &value_size, sizeof value_size };
	all[NUMBERS_AT + 3] = (CK_ATTRIBUTE){ CKA_EC_PARAMS, parameters, sizeof parameters };
	all[NUMBERS_AT + 4] = (CK_ATTRIBUTE){ CKA_MODULUS, modulus, sizeof modulus };
	rv = ask(run, handle, all, NUMBERS_AT + 5);
	if (rv != CKR_OK)
		return rv;
	for (size_t i = 0; i < NUMBERS_AT; i++) {
		bool is_set = all[i].ulValueLen == sizeof(CK_BBOOL) && answers[i] != CK_FALSE;

		if (is_set && i < USAGE_COUNT)
			ret->usage |= usage_bits[i].bit;
		else if (is_set)
			ret->flags |= flag_bits[i - USAGE_COUNT].bit;
	}
	if (all[NUMBERS_AT + 1].ulValueLen != sizeof modulus_bits)
		modulus_bits = 0;
	if (all[NUMBERS_AT + 2].ulValueLen != sizeof value_size)
		value_size = 0;
	name_key(ret, type, size_of(&all[NUMBERS_AT + 4], sizeof modulus), modulus_bits, value_size);
	if (type == CKK_EC)
		name_curve(ret, parameters, size_of(&all[NUMBERS_AT + 3], sizeof parameters));
	return rv;
}

/* Here, where a hostile one can do least. One that cannot be had, or decoded, is an object all the same. */
static CK_RV
decode_certificate(struct pkcs11_run *run, CK_OBJECT_HANDLE handle, struct token_object *ret)
{
	uint8_t *bytes = NULL;
	size_t size = 0;
	enum outcome outcome = pkcs11_attribute(run, handle, CKA_VALUE, LIMIT_TOKEN_BYTES, &bytes, &size);

	if (outcome == DONE && size > 0)
		cvc_or_x509_tell(bytes, size, &ret->certificate);
	free(bytes);
	return outcome == FAIL_TOKEN_GONE ? run->code.value : CKR_OK;
}

static CK_RV
read_certificate(struct pkcs11_run *run, CK_OBJECT_HANDLE handle, struct token_object *ret)
{
	CK_CERTIFICATE_TYPE type = CKC_X_509;
	CK_BBOOL is_trusted = CK_FALSE;
	CK_ATTRIBUTE all[] = { { CKA_CERTIFICATE_TYPE, &type, sizeof type },
		{ CKA_TRUSTED, &is_trusted, sizeof is_trusted } };
	CK_RV rv = ask(run, handle, all, 2);

	if (type == CKC_X_509)
		text_format(ret->type, sizeof ret->type, "X.509");
	else
		text_format(ret->type, sizeof ret->type, "0x%lx", type);
	if (all[1].ulValueLen == sizeof is_trusted && is_trusted != CK_FALSE)
		ret->flags |= OBJECT_TRUSTED;
	return rv == CKR_OK ? decode_certificate(run, handle, ret) : rv;
}

/* Handles are small numbers or addresses: both leave the upper 16 bits free. */
#define BEGINNINGS_SHIFT 48

CK_OBJECT_HANDLE
pkcs11_handle(const struct pkcs11_run *run, const struct token_object *object)
{
	return (CK_OBJECT_HANDLE)(object->handle ^ (uint64_t)run->module->beginnings << BEGINNINGS_SHIFT);
}

void
pkcs11_read_object(struct pkcs11_run *run, CK_OBJECT_HANDLE handle, struct token_object *ret)
{
	CK_OBJECT_CLASS class = CK_UNAVAILABLE_INFORMATION;
	CK_BBOOL is_private = CK_FALSE, is_modifiable = CK_FALSE;
	uint8_t label[MEMBER_MOST], id[MEMBER_MOST];
	CK_ATTRIBUTE all[] = { { CKA_CLASS, &class, sizeof class }, { CKA_LABEL, label, sizeof label },
		{ CKA_ID, id, sizeof id }, { CKA_PRIVATE, &is_private, sizeof is_private },
		{ CKA_MODIFIABLE, &is_modifiable, sizeof is_modifiable } };
	CK_RV rv;

	memset(ret, 0, sizeof *ret);
	ret->handle = handle ^ (uint64_t)run->module->beginnings << BEGINNINGS_SHIFT;
	ret->kind = KEY_OTHER;
	rv = ask(run, handle, all, sizeof all / sizeof all[0]);
	ret->class = OBJECT_OTHER;
	if (rv == CKR_OK) {
		ret->class = class_of(class);
		take_label(run, handle, &all[1], ret);
		/* Data and other objects have no ID, and modules call that an error of each. */
		if (ret->class != OBJECT_DATA && ret->class != OBJECT_OTHER)
			take_id(run, handle, &all[2], ret);
		ret->flags |= all[3].ulValueLen == sizeof is_private && is_private != CK_FALSE ? OBJECT_PRIVATE : 0;
		ret->flags |=
			all[4].ulValueLen == sizeof is_modifiable && is_modifiable != CK_FALSE ? OBJECT_MODIFIABLE : 0;
	}
	if (rv == CKR_OK && (ret->class == OBJECT_PUBLIC_KEY || ret->class == OBJECT_PRIVATE_KEY ||
				    ret->class == OBJECT_SECRET_KEY))
		rv = read_key(run, handle, ret);
	else if (rv == CKR_OK && ret->class == OBJECT_CERTIFICATE)
		rv = read_certificate(run, handle, ret);
	if (rv != CKR_OK) {
		ret->outcome = ckr_outcome(rv, PIN_OF_NOBODY);
		ret->code = (struct code){ CODE_CKR, (uint32_t)rv };
	}
}

/* The handles first, for not every module bears other calls while a search is open. */
static CK_RV
collect(struct pkcs11_run *run, CK_ATTRIBUTE *template, CK_ULONG count, CK_OBJECT_HANDLE **ret, size_t *ret_count)
{
	CK_RV rv = run->functions->C_FindObjectsInit(run->session, template, count), final;

	*ret = NULL;
	*ret_count = 0;
	if (rv != CKR_OK)
		return rv;
	while (*ret_count < LIMIT_OBJECTS) {
		CK_OBJECT_HANDLE *more = reallocarray(*ret, *ret_count + HANDLES_AT_ONCE, sizeof *more);
		CK_ULONG found = 0;

		if (more == NULL) {
			rv = CKR_HOST_MEMORY;
			break;
		}
		*ret = more;
		rv = run->functions->C_FindObjects(run->session, more + *ret_count, HANDLES_AT_ONCE, &found);
		if (rv != CKR_OK || found == 0)
			break;
		*ret_count += found > HANDLES_AT_ONCE ? HANDLES_AT_ONCE : found;
	}
	final = run->functions->C_FindObjectsFinal(run->session);
	return rv == CKR_OK ? final : rv;
}

enum outcome
pkcs11_each(struct pkcs11_run *run, CK_ATTRIBUTE *template, CK_ULONG count,
	bool (*take)(void *context, const struct token_object *object), void *context)
{
	CK_OBJECT_HANDLE *handles;
	size_t found;
	enum outcome outcome = pkcs11_check(run, collect(run, template, count, &handles, &found), PIN_OF_NOBODY);

	for (size_t i = 0; outcome == DONE && i < found; i++) {
		struct token_object object;

		pkcs11_read_object(run, handles[i], &object);
		/* One that went since is no object any more; a token that went ends the list. */
		if (object.outcome == FAIL_OBJECT_MISSING)
			continue;
		if (object.outcome == FAIL_TOKEN_GONE) {
			run->code = object.code;
			outcome = object.outcome;
		} else if (!take(context, &object)) {
			break;
		}
	}
	free(handles);
	return outcome;
}

struct finding {
	const struct token_object *wanted;
	struct token_object found;
	size_t count;
	bool is_exact;
};

static bool
compare(void *context, const struct token_object *object)
{
	struct finding *finding = context;

	if (object->outcome != DONE || !token_object_is_same(object, finding->wanted))
		return true;
	finding->count++;
	finding->found = *object;
	finding->is_exact = object->handle == finding->wanted->handle;
	return !finding->is_exact;
}

enum outcome
pkcs11_find_object(struct pkcs11_run *run, const struct token_object *wanted, struct token_object *ret,
	CK_OBJECT_HANDLE *ret_handle)
{
	struct finding finding = { .wanted = wanted };
	CK_OBJECT_CLASS class = pkcs11_class(wanted->class);
	uint8_t id[TOKEN_OBJECT_ID_SIZE];
	CK_ATTRIBUTE template[] = { { CKA_CLASS, &class, sizeof class }, { CKA_ID, id, wanted->id_size } };
	enum outcome outcome;

	if (wanted->class >= OBJECT_OTHER || wanted->id_size > sizeof id)
		return FAIL_ARGUMENT;
	memcpy(id, wanted->id, wanted->id_size);
	outcome = pkcs11_each(run, template, wanted->id_size > 0 && !wanted->is_id_cut ? 2 : 1, compare, &finding);
	if (outcome != DONE)
		return outcome;
	if (finding.count == 0)
		return FAIL_OBJECT_MISSING;
	if (finding.count > 1 && !finding.is_exact)
		return FAIL_OBJECT_AMBIGUOUS;
	*ret = finding.found;
	*ret_handle = pkcs11_handle(run, &finding.found);
	return DONE;
}

/* What key pairs of a token's range can be generated. Which curves of its sizes a module knows it does not say. */
static key_kinds
kinds_of(const struct token_mechanism *mechanism)
{
	key_kinds kinds = 0;

	if ((mechanism->flags & CKF_GENERATE_KEY_PAIR) == 0 || mechanism->outcome != DONE)
		return 0;
	for (enum key_kind kind = 0; kind < KEY_OTHER; kind++) {
		unsigned bits;
		bool is_curve = token_key_kind_is_curve(kind, &bits);

		if (mechanism->type == (is_curve ? CKM_EC_KEY_PAIR_GEN : CKM_RSA_PKCS_KEY_PAIR_GEN) &&
			bits >= mechanism->least && bits <= mechanism->most)
			kinds |= (key_kinds)1 << kind;
	}
	return kinds;
}

enum outcome
pkcs11_mechanisms(struct pkcs11_run *run, bool (*take)(void *context, const struct token_mechanism *mechanism),
	void *context, key_kinds *ret_kinds)
{
	CK_MECHANISM_TYPE types[LIMIT_MECHANISMS];
	CK_ULONG count = LIMIT_MECHANISMS;
	enum outcome outcome =
		pkcs11_check(run, run->functions->C_GetMechanismList(run->slot.id, types, &count), PIN_OF_NOBODY);

	*ret_kinds = 0;
	if (outcome == DONE && count > LIMIT_MECHANISMS)
		outcome = FAIL_MODULE_ANSWER;
	for (CK_ULONG i = 0; outcome == DONE && i < count; i++) {
		struct token_mechanism mechanism = { .type = types[i] };
		CK_MECHANISM_INFO info = { 0 };
		CK_RV rv = run->functions->C_GetMechanismInfo(run->slot.id, types[i], &info);

		mechanism.outcome = ckr_outcome(rv, PIN_OF_NOBODY);
		if (mechanism.outcome == FAIL_TOKEN_GONE)
			outcome = pkcs11_check(run, rv, PIN_OF_NOBODY);
		if (rv == CKR_OK) {
			mechanism.least = info.ulMinKeySize;
			mechanism.most = info.ulMaxKeySize;
			mechanism.flags = info.flags;
		}
		*ret_kinds |= kinds_of(&mechanism);
		token_mechanism_name(&mechanism);
		if (take != NULL && !take(context, &mechanism))
			break;
	}
	return outcome;
}
