/*
 * Preloaded into the genuine sc-hsm-tool (OpenSC 0.23), so that it creates and imports DKEK share files without a card
 * and without the wait. It stands in for the calls into libopensc that reach a card, and counts EVP_BytesToKey down;
 * the splitting, combining and encrypting are the tool's own. Names and layouts: OpenSC src/libopensc/opensc.h and
 * cardctl.h.
 *
 * From the environment: ORACLE_ITERATIONS; ORACLE_PASSWORD (8 bytes in hex), the password that the card's random
 * numbers are to yield; ORACLE_DKEK (32 bytes in hex), likewise the DKEK share; ORACLE_OLD, if set, undoes the two
 * lines with which OpenSC 0.16 began to keep the password below the prime.
 */
#include <dlfcn.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define PASSWORD_SIZE 8
#define DKEK_SIZE 32
#define IMPORT_DKEK_SHARE (('S' << 24 | 'C' << 16 | 'H' << 8) + 3)
#define ERROR_NOT_SUPPORTED (-1201)

struct dkek_exchange {
	int is_import;
	unsigned char share[DKEK_SIZE], shares, outstanding, kcv[8];
};

/* Contexts, readers and cards: the tool reads a few fields, of which zero is a good value. */
static char blank[65536];

int sc_context_create(void **ret, const void *parameters);
int sc_release_context(void *context);
unsigned int sc_ctx_get_reader_count(void *context);
void *sc_ctx_get_reader(void *context, unsigned int number);
int sc_detect_card_presence(void *reader);
int sc_connect_card(void *reader, void **ret);
int sc_disconnect_card(void *card);
int sc_select_file(void *card, const void *path, void **ret);
int sc_get_challenge(void *card, unsigned char *ret, size_t size);
int sc_card_ctl(void *card, unsigned long command, void *argument);

int
sc_context_create(void **ret, const void *parameters)
{
	(void)parameters;
	*ret = blank;
	return 0;
}

int
sc_release_context(void *context)
{
	(void)context;
	return 0;
}

unsigned int
sc_ctx_get_reader_count(void *context)
{
	(void)context;
	return 1;
}

void *
sc_ctx_get_reader(void *context, unsigned int number)
{
	(void)context;
	return number == 0 ? blank : NULL;
}

int
sc_detect_card_presence(void *reader)
{
	(void)reader;
	return 1;
}

int
sc_connect_card(void *reader, void **ret)
{
	(void)reader;
	*ret = blank;
	return 0;
}

int
sc_disconnect_card(void *card)
{
	(void)card;
	return 0;
}

int
sc_select_file(void *card, const void *path, void **ret)
{
	(void)card;
	(void)path;
	if (ret != NULL)
		*ret = NULL;
	return 0;
}

/* Bytes from a variable of the environment; 0 when it is not set. */
static int
read_variable(const char *name, unsigned char *ret, size_t size)
{
	const char *hex = getenv(name);

	if (hex == NULL)
		return 0;
	if (strlen(hex) != 2 * size)
		abort();
	for (size_t i = 0; i < size; i++) {
		char digits[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

		ret[i] = (unsigned char)strtoul(digits, NULL, 16);
	}
	return 1;
}

/* The first 8 bytes that the tool asks for become the password (when it splits one), the 32 bytes the DKEK share. */
int
sc_get_challenge(void *card, unsigned char *ret, size_t size)
{
	static int is_later;
	int is_first = !is_later;

	(void)card;
	is_later = 1;
	if (size == DKEK_SIZE && read_variable("ORACLE_DKEK", ret, size))
		return 0;
	if (size == PASSWORD_SIZE && is_first && read_variable("ORACLE_PASSWORD", ret, size))
		return 0;
	return getrandom(ret, size, 0) == (ssize_t)size ? 0 : -1;
}

/* A card that was initialised for one share. */
int
sc_card_ctl(void *card, unsigned long command, void *argument)
{
	struct dkek_exchange *exchange = argument;
	unsigned char digest[32];

	(void)card;
	if (command != IMPORT_DKEK_SHARE || !exchange->is_import)
		return ERROR_NOT_SUPPORTED;
	if (EVP_Digest(exchange->share, DKEK_SIZE, digest, NULL, EVP_sha256(), NULL) != 1)
		return -1;
	exchange->shares = 1;
	exchange->outstanding = 0;
	memcpy(exchange->kcv, digest, sizeof exchange->kcv);
	return 0;
}

/* The tool clears the screen through a shell. */
int
system(const char *command)
{
	(void)command;
	return 0;
}

int
EVP_BytesToKey(const EVP_CIPHER *type, const EVP_MD *md, const unsigned char *salt, const unsigned char *data, int size,
	int count, unsigned char *key, unsigned char *iv)
{
	int (*real)(const EVP_CIPHER *, const EVP_MD *, const unsigned char *, const unsigned char *, int, int,
		unsigned char *, unsigned char *);
	const char *iterations = getenv("ORACLE_ITERATIONS");

	*(void **)&real = dlsym(RTLD_NEXT, "EVP_BytesToKey");
	return real(type, md, salt, data, size, iterations == NULL ? count : atoi(iterations), key, iv);
}

/* The number that is split, when ORACLE_OLD is set; libcrypto itself comes through here later with others. */
static BIGNUM *old_secret;

/* ORACLE_OLD: the top bit that was cleared in the password comes back before the number is made of it ... */
BIGNUM *
BN_bin2bn(const unsigned char *bytes, int size, BIGNUM *ret)
{
	BIGNUM *(*real)(const unsigned char *, int, BIGNUM *);
	unsigned char password[PASSWORD_SIZE];

	*(void **)&real = dlsym(RTLD_NEXT, "BN_bin2bn");
	if (getenv("ORACLE_OLD") == NULL || old_secret != NULL ||
		!read_variable("ORACLE_PASSWORD", password, PASSWORD_SIZE))
		return real(bytes, size, ret);
	memcpy((unsigned char *)(size_t)bytes, password, PASSWORD_SIZE);
	old_secret = real(bytes, size, ret);
	return old_secret;
}

/* ... and any prime will do. */
int
BN_ucmp(const BIGNUM *a, const BIGNUM *b)
{
	int (*real)(const BIGNUM *, const BIGNUM *);

	*(void **)&real = dlsym(RTLD_NEXT, "BN_ucmp");
	return old_secret != NULL && b == old_secret ? 1 : real(a, b);
}
