/*
 * What lies on a token: keys, certificates, data; the mechanisms that it offers; and bytes of any length that belong
 * to whoever holds them. Nothing here is secret: a token's secrets stay in it.
 */
#ifndef QUORATE_TOKEN_OBJECT_H
#define QUORATE_TOKEN_OBJECT_H

#include <quorate/limits.h>
#include <quorate/outcome.h>
#include <stdbool.h>

#define TOKEN_OBJECT_LABEL_SIZE 128
#define TOKEN_OBJECT_ID_SIZE 64

/* Bytes that are not secret, at most LIMIT_TOKEN_BYTES; NULL and 0 for none. They belong to the struct they stand in.
 */
struct token_bytes {
	size_t size;
	uint8_t *bytes;
};

/* Replaces them by a copy of size bytes. FAIL_MEMORY, FAIL_TOO_LONG. */
enum outcome token_bytes_set(struct token_bytes *bytes, const void *source, size_t size);
void token_bytes_free(struct token_bytes *bytes);

/* The keys that quorate has tokens generate. */
enum key_kind {
	KEY_RSA_2048,
	KEY_RSA_3072,
	KEY_RSA_4096,
	KEY_P256,
	KEY_P384,
	KEY_P521,
	KEY_SECP256K1,
	KEY_BRAINPOOL_P256R1,
	KEY_BRAINPOOL_P384R1,
	KEY_BRAINPOOL_P512R1,
	KEY_OTHER, /* everything else; cannot be generated */
	KEY_KIND_COUNT
};

/* A set of kinds: bit 1 << kind. */
typedef uint32_t key_kinds;

/* "RSA 2048", "P-256", "brainpoolP256r1"; the field's names, never translated. */
const char *token_key_kind_name(enum key_kind kind);

/* True for an elliptic curve; *ret_bits: size of the key (may be NULL). */
bool token_key_kind_is_curve(enum key_kind kind, unsigned *ret_bits);

enum object_class {
	OBJECT_CERTIFICATE,
	OBJECT_PUBLIC_KEY,
	OBJECT_PRIVATE_KEY,
	OBJECT_SECRET_KEY,
	OBJECT_DATA,
	OBJECT_OTHER,
	OBJECT_CLASS_COUNT
};

/* The class in words, translated. */
const char *token_object_class_text(enum object_class class);

/* Bits of token_object.usage and of token_object.flags, in the order in which people read them. */
enum object_usage {
	USAGE_SIGN = 1 << 0,
	USAGE_VERIFY = 1 << 1,
	USAGE_ENCRYPT = 1 << 2,
	USAGE_DECRYPT = 1 << 3,
	USAGE_WRAP = 1 << 4,
	USAGE_UNWRAP = 1 << 5,
	USAGE_DERIVE = 1 << 6,
};
enum object_flag {
	OBJECT_PRIVATE = 1 << 0, /* seen after a login only */
	OBJECT_MODIFIABLE = 1 << 1,
	OBJECT_SENSITIVE = 1 << 2,
	OBJECT_ALWAYS_SENSITIVE = 1 << 3,
	OBJECT_EXTRACTABLE = 1 << 4,
	OBJECT_NEVER_EXTRACTABLE = 1 << 5,
	OBJECT_LOCAL = 1 << 6, /* made on the token */
	OBJECT_ALWAYS_AUTHENTICATE = 1 << 7,
	OBJECT_TRUSTED = 1 << 8,
};

/* The bits that are set, in words, each a text of static storage (translated), at most most; returns how many. */
size_t token_usage_texts(uint32_t usage, const char **ret, size_t most);
size_t token_object_flag_texts(uint32_t flags, const char **ret, size_t most);

/* What a certificate on a token says, decoded by the process that read it. */
enum token_certificate_form {
	CERTIFICATE_NONE, /* the object is none, or one that is not understood */
	CERTIFICATE_X509,
	CERTIFICATE_CVC,     /* card verifiable (BSI TR-03110) */
	CERTIFICATE_REQUEST, /* a SmartCard-HSM's signed request in that form */
	CERTIFICATE_FORM_COUNT
};

struct token_certificate {
	enum token_certificate_form form;
	char subject[192], issuer[192]; /* names of X.509; holder and authority references of a CVC */
	char serial[64];                /* hex; "" for a CVC */
	char not_before[24], not_after[24];
	char key[48];       /* "EC P-256"; "" for one that is not understood */
	uint8_t digest[32]; /* SHA-256 of the certificate: its fingerprint */
};

/* "X.509", "CVC", "CVC request"; the field's names, never translated. "" for CERTIFICATE_NONE. */
const char *token_certificate_form_name(enum token_certificate_form form);

struct token_object {
	uint64_t handle; /* the module's; good only as long as its process and the object live, so never alone */
	enum object_class class;
	char label[TOKEN_OBJECT_LABEL_SIZE]; /* cleaned and, if need be, cut */
	uint8_t id[TOKEN_OBJECT_ID_SIZE];    /* CKA_ID; SmartCard-HSM in a reader: the ID in the key's description */
	uint8_t id_size;
	bool is_id_cut; /* the token has a longer one */
	char type[48];  /* "RSA", "EC P-256", "AES", "X.509"; an unknown one by its number */
	uint32_t bits;  /* of a key; 0: not told */
	enum key_kind kind;
	uint32_t usage, flags;
	uint8_t key_reference; /* of a SmartCard-HSM's key, 1 to 255; 0: none, or not known */
	uint8_t key_domain;    /* of a SmartCard-HSM's key, where the reference is known */
	struct token_certificate certificate;
	enum outcome outcome; /* of reading it: what could not be read is empty */
	struct code code;
};

/* Objects of an answer or a look; belong to the struct they stand in. */
struct token_objects {
	size_t count;
	struct token_object *list;
};

/* Adds a copy. FAIL_MEMORY, FAIL_TOO_LONG (LIMIT_OBJECTS). Growing is by doubling. */
enum outcome token_objects_add(struct token_objects *objects, const struct token_object *object);
void token_objects_free(struct token_objects *objects);

/* Whether two describe the same object on the token: class, ID, label. */
bool token_object_is_same(const struct token_object *a, const struct token_object *b);

struct token_mechanism {
	unsigned long type;   /* CKM_ */
	char name[48];        /* in words: "RSA PKCS#1 v1.5 signature with SHA-256"; "vendor's own 0x80000001" */
	uint64_t least, most; /* key sizes as the token tells them */
	bool is_in_bytes;     /* the unit of the key sizes: bytes, else bits */
	unsigned long flags;  /* CKF_ of CK_MECHANISM_INFO */
	enum outcome outcome; /* of asking for its info */
};

/* "2048 to 4096 bits", "32 bytes", "" where sizes mean nothing. Always terminated. */
void token_mechanism_sizes_text(const struct token_mechanism *mechanism, char *ret, size_t size);

/* What it does ("sign", "generate a key pair", "in hardware"), like token_usage_texts. */
size_t token_mechanism_flag_texts(unsigned long flags, const char **ret, size_t most);

/* One attribute of an object, readable. */
struct token_attribute {
	unsigned long type; /* CKA_ */
	char name[40];      /* "label", "public exponent"; an unknown one by its number */
	char value[512];    /* readable; bytes in hex, cut with "..." where longer */
	bool is_hidden;     /* sensitive: the token does not tell it, and it is never asked for */
};

#endif
