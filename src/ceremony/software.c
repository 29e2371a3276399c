/* Which programs and libraries took part, for the record: what reached the token, by its digest. */
#include "steps.h"

#include <quorate/hex.h>
#include <quorate/text.h>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <unistd.h>

#define CHUNK 16384

/* SHA-256 of a file of any size, as hex; "" if it cannot be read. */
static void
file_digest(const char *path, char ret[2 * EVP_MAX_MD_SIZE + 1])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	uint8_t bytes[CHUNK], digest[EVP_MAX_MD_SIZE];
	unsigned size = 0;
	ssize_t count = -1;
	bool is_right = context != NULL && descriptor >= 0 && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;

	while (is_right && (count = read(descriptor, bytes, sizeof bytes)) > 0)
		is_right = EVP_DigestUpdate(context, bytes, (size_t)count) == 1;
	is_right = is_right && count == 0 && EVP_DigestFinal_ex(context, digest, &size) == 1;
	hex_encode(digest, is_right ? size : 0, ret);
	if (descriptor >= 0)
		close(descriptor);
	EVP_MD_CTX_free(context);
}

enum outcome
software_append(struct ceremony *ceremony)
{
	const struct token_door *door = ceremony->world->token;
	const struct token_target hsm = { .reader = "any" };
	bool is_slot = procedure_is_slot(ceremony);
	bool has_token = is_slot || ceremony->device.reader[0] != '\0';
	struct token_software software = { .name = "" };
	char digest[2 * EVP_MAX_MD_SIZE + 1] = "";
	const struct journal_field fields[] = {
		{ "quorate", ceremony->world->version, 0 },
		{ "libcrypto", OpenSSL_version(OPENSSL_VERSION), 0 },
		{ "module", software.name, 0 },
		{ "version", software.version, 0 },
		{ "file", software.path, 0 },
		{ "module_sha256", digest, 0 },
	};

	if (has_token && door != NULL && door->software != NULL &&
		door->software(door->context, is_slot ? &ceremony->procedure.target : &hsm, &software) &&
		software.path[0] != '\0')
		file_digest(software.path, digest);
	return journal_append(
		ceremony->journal, "software", fields, software.name[0] == '\0' ? 2 : sizeof fields / sizeof fields[0]);
}
