/*
 * Creates and opens share files with the core, for the tests beside it: everything comes in lines on standard input
 * and leaves in lines on standard output. Shows secrets; for tests only, and installed nowhere.
 *
 * share_tool create ITERATIONS FILE: reads `split M N`, `dkek HEX` and perhaps `password HEX`; writes `prime HEX` and
 * `ID VALUE` lines.
 * share_tool open ITERATIONS FILE: reads `prime HEX` and `ID VALUE` lines, or `password HEX`; writes `kcv HEX`.
 * On failure the name of the outcome alone, and exit status 1.
 */
#include <quorate/file.h>
#include <quorate/hex.h>
#include <quorate/limits.h>
#include <quorate/share_file.h>
#include <quorate/share_text.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct input {
	unsigned threshold, total;
	struct secret *password, *dkek, *prime;
	struct shamir_share shares[LIMIT_CUSTODIANS];
	unsigned count;
};

static enum outcome
read_line(struct input *input, char *line)
{
	char *value = strchr(line, ' ');
	struct secret *text = NULL;
	enum outcome outcome;

	if (value == NULL)
		return FAIL_USAGE;
	*value++ = '\0';
	value[strcspn(value, "\n")] = '\0';
	if (strcmp(line, "split") == 0)
		return sscanf(value, "%u %u", &input->threshold, &input->total) == 2 ? DONE : FAIL_USAGE;
	if (strcmp(line, "password") == 0 || strcmp(line, "dkek") == 0) {
		struct secret **place = line[0] == 'p' ? &input->password : &input->dkek;
		size_t size = strlen(value) / 2;

		outcome = secret_new(place, size);
		if (outcome == DONE)
			outcome = hex_decode(value, strlen(value), (*place)->bytes, size);
		if (outcome == DONE)
			(*place)->size = size;
		return outcome;
	}
	outcome = secret_take(&text, value, strlen(value));
	if (outcome == DONE && strcmp(line, "prime") == 0) {
		outcome = share_text_read_prime(text, &input->prime);
	} else if (outcome == DONE && input->count < LIMIT_CUSTODIANS) {
		struct shamir_share *share = &input->shares[input->count];

		outcome = share_text_read_id(line, strlen(line), &share->id);
		if (outcome == DONE)
			outcome = share_text_read_value(text, &share->value);
		input->count += outcome == DONE;
	}
	secret_free(&text);
	return outcome;
}

static enum outcome
create(struct input *input, unsigned long iterations, const char *path)
{
	uint8_t bytes[SHARE_FILE_SIZE];
	char hex[2 * SHAMIR_SIZE + 1];
	struct shamir_set *set = NULL;
	struct secret *key = NULL;
	struct share_file file;
	enum outcome outcome = input->password == NULL ? shamir_new_password(&input->password) : DONE;

	if (outcome == DONE)
		outcome = shamir_split(input->password, input->threshold, input->total, &set);
	if (outcome == DONE)
		outcome = share_file_new(&file);
	if (outcome == DONE)
		outcome = derivation_run(input->password, file.salt, iterations, &key);
	if (outcome == DONE)
		outcome = share_file_seal(&file, key, input->dkek);
	if (outcome == DONE) {
		share_file_write(&file, bytes);
		outcome = file_save(path, bytes, sizeof bytes);
	}
	if (outcome == DONE) {
		hex_encode(set->prime->bytes, SHAMIR_SIZE, hex);
		printf("prime %s\n", hex);
		for (unsigned i = 0; i < set->total; i++) {
			hex_encode(set->shares[i].value->bytes, SHAMIR_SIZE, hex);
			printf("%u %s\n", set->shares[i].id, hex);
		}
	}
	shamir_set_free(&set);
	secret_free(&key);
	return outcome;
}

static enum outcome
open_with(const struct secret *password, const struct share_file *file, unsigned long iterations, struct secret **ret)
{
	struct secret *key;
	enum outcome outcome = derivation_run(password, file->salt, iterations, &key);

	if (outcome == DONE)
		outcome = share_file_open(file, key, ret);
	secret_free(&key);
	return outcome;
}

static enum outcome
open_with_shares(struct input *input, const struct share_file *file, unsigned long iterations, struct secret **ret)
{
	struct secret *secret = NULL;
	enum outcome outcome = shamir_combine(input->prime, input->shares, input->count, &secret);

	for (unsigned variant = 0; outcome == DONE && *ret == NULL; variant++) {
		struct secret *password;

		outcome = shamir_password(input->prime, secret, variant, &password);
		if (outcome == FAIL_ARGUMENT)
			outcome = FAIL_SHARES_FILE_KEY;
		else if (outcome == DONE)
			open_with(password, file, iterations, ret);
		secret_free(&password);
	}
	secret_free(&secret);
	return outcome;
}

static enum outcome
open_file(struct input *input, unsigned long iterations, const char *path)
{
	struct secret *dkek = NULL;
	struct share_file file;
	uint8_t kcv[DKEK_KCV_SIZE];
	char hex[2 * DKEK_KCV_SIZE + 1];
	enum outcome outcome = share_file_load(path, &file);

	if (outcome == DONE && input->password != NULL)
		outcome = open_with(input->password, &file, iterations, &dkek);
	else if (outcome == DONE)
		outcome = open_with_shares(input, &file, iterations, &dkek);
	if (outcome == DONE)
		outcome = dkek_kcv(dkek, kcv);
	if (outcome == DONE) {
		hex_encode(kcv, sizeof kcv, hex);
		printf("kcv %s\n", hex);
	}
	secret_free(&dkek);
	return outcome;
}

int
main(int argc, char **argv)
{
	struct input input = { 0 };
	enum outcome outcome = argc == 4 ? secret_open() : FAIL_USAGE;
	char line[256];

	while (outcome == DONE && fgets(line, sizeof line, stdin) != NULL)
		outcome = read_line(&input, line);
	if (outcome == DONE)
		outcome = (strcmp(argv[1], "create") == 0 ? create : open_file)(
			&input, strtoul(argv[2], NULL, 10), argv[3]);
	secret_free(&input.password);
	secret_free(&input.dkek);
	secret_free(&input.prime);
	for (unsigned i = 0; i < input.count; i++)
		secret_free(&input.shares[i].value);
	if (outcome != DONE)
		puts(outcome_name(outcome));
	return outcome == DONE ? 0 : 1;
}
