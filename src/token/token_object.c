#include <quorate/token_object.h>
#include <quorate/tongue.h>

#include <stdlib.h>
#include <string.h>

enum outcome
token_bytes_set(struct token_bytes *bytes, const void *source, size_t size)
{
	uint8_t *copy = NULL;

	if (size > LIMIT_TOKEN_BYTES)
		return FAIL_TOO_LONG;
	if (size > 0) {
		copy = malloc(size);
		if (copy == NULL)
			return FAIL_MEMORY;
		memcpy(copy, source, size);
	}
	free(bytes->bytes);
	*bytes = (struct token_bytes){ size, copy };
	return DONE;
}

void
token_bytes_free(struct token_bytes *bytes)
{
	free(bytes->bytes);
	*bytes = (struct token_bytes){ 0, NULL };
}

/* Room is doubled when the count reaches a power of two, so the capacity need not be kept. */
enum outcome
token_objects_add(struct token_objects *objects, const struct token_object *object)
{
	if (objects->count >= LIMIT_OBJECTS)
		return FAIL_TOO_LONG;
	if ((objects->count & (objects->count - 1)) == 0) {
		size_t room = objects->count == 0 ? 1 : 2 * objects->count;
		struct token_object *more = reallocarray(objects->list, room, sizeof *more);

		if (more == NULL)
			return FAIL_MEMORY;
		objects->list = more;
	}
	objects->list[objects->count++] = *object;
	return DONE;
}

void
token_objects_free(struct token_objects *objects)
{
	free(objects->list);
	*objects = (struct token_objects){ 0, NULL };
}

bool
token_object_is_same(const struct token_object *a, const struct token_object *b)
{
	return a->class == b->class && a->id_size == b->id_size && a->is_id_cut == b->is_id_cut &&
	       memcmp(a->id, b->id, a->id_size) == 0 && strcmp(a->label, b->label) == 0;
}

static const struct {
	const char *name;
	unsigned bits;
	bool is_curve;
} kinds[KEY_KIND_COUNT] = {
	[KEY_RSA_2048] = { "RSA 2048", 2048, false },
	[KEY_RSA_3072] = { "RSA 3072", 3072, false },
	[KEY_RSA_4096] = { "RSA 4096", 4096, false },
	[KEY_P256] = { "P-256", 256, true },
	[KEY_P384] = { "P-384", 384, true },
	[KEY_P521] = { "P-521", 521, true },
	[KEY_SECP256K1] = { "secp256k1", 256, true },
	[KEY_BRAINPOOL_P256R1] = { "brainpoolP256r1", 256, true },
	[KEY_BRAINPOOL_P384R1] = { "brainpoolP384r1", 384, true },
	[KEY_BRAINPOOL_P512R1] = { "brainpoolP512r1", 512, true },
	[KEY_OTHER] = { "", 0, false },
};

const char *
token_key_kind_name(enum key_kind kind)
{
	return kinds[(unsigned)kind < KEY_KIND_COUNT ? kind : KEY_OTHER].name;
}

bool
token_key_kind_is_curve(enum key_kind kind, unsigned *ret_bits)
{
	if ((unsigned)kind >= KEY_KIND_COUNT)
		kind = KEY_OTHER;
	if (ret_bits != NULL)
		*ret_bits = kinds[kind].bits;
	return kinds[kind].is_curve;
}

const char *token_object_class_text(enum object_class class)
{
	static const char *const texts[OBJECT_CLASS_COUNT] = {
		[OBJECT_CERTIFICATE] = N_("certificate"),
		[OBJECT_PUBLIC_KEY] = N_("public key"),
		[OBJECT_PRIVATE_KEY] = N_("private key"),
		[OBJECT_SECRET_KEY] = N_("secret key"),
		[OBJECT_DATA] = N_("data"),
		[OBJECT_OTHER] = N_("other"),
	};

	return _(texts[(unsigned)class < OBJECT_CLASS_COUNT ? class : OBJECT_OTHER]);
}

/* The texts of the bits that are set, bit 0 first. */
static size_t
bit_texts(uint32_t bits, const char *const *texts, size_t count, const char **ret, size_t most)
{
	size_t found = 0;

	for (size_t i = 0; i < count && found < most; i++)
		if ((bits >> i & 1) != 0)
			ret[found++] = _(texts[i]);
	return found;
}

size_t
token_usage_texts(uint32_t usage, const char **ret, size_t most)
{
	static const char *const texts[] = { N_("sign"), N_("verify"), N_("encrypt"), N_("decrypt"), N_("wrap"),
		N_("unwrap"), N_("derive") };

	return bit_texts(usage, texts, sizeof texts / sizeof texts[0], ret, most);
}

size_t
token_object_flag_texts(uint32_t flags, const char **ret, size_t most)
{
	static const char *const texts[] = { N_("private"), N_("modifiable"), N_("sensitive"), N_("always sensitive"),
		N_("extractable"), N_("never extractable"), N_("made on the token"), N_("PIN at every use"),
		N_("trusted") };

	return bit_texts(flags, texts, sizeof texts / sizeof texts[0], ret, most);
}

const char *
token_certificate_form_name(enum token_certificate_form form)
{
	static const char *const names[CERTIFICATE_FORM_COUNT] = { [CERTIFICATE_NONE] = "",
		[CERTIFICATE_X509] = "X.509",
		[CERTIFICATE_CVC] = "CVC",
		[CERTIFICATE_REQUEST] = "CVC request" };

	return names[(unsigned)form < CERTIFICATE_FORM_COUNT ? form : CERTIFICATE_NONE];
}
