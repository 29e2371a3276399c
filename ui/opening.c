#include "opening.h"

#include "command.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PROGRESS_AFTER_MS 500

enum outcome
opening_by_password(const struct share_file *file, const struct secret *password, struct secret **ret)
{
	struct derivation *derivation;
	struct secret *key = NULL;
	struct pollfd wait = { .events = POLLIN };
	enum outcome outcome = derivation_start(&derivation, password, file->salt, command_iterations);
	bool is_shown = false;

	*ret = NULL;
	if (outcome != DONE)
		return outcome;
	wait.fd = derivation_descriptor(derivation);
	while (poll(&wait, 1, PROGRESS_AFTER_MS) <= 0)
		if (isatty(STDERR_FILENO)) {
			is_shown = true;
			fprintf(stderr, _("\rDeriving the key: %d %%"), (int)(derivation_fraction(derivation) * 100));
		}
	if (is_shown)
		fputs("\r\033[K", stderr);
	outcome = derivation_finish(&derivation, &key);
	if (outcome == DONE)
		outcome = share_file_open(file, key, ret);
	secret_free(&key);
	return outcome;
}

enum outcome
opening_by_shares(const struct share_file *file, const struct shares *shares, struct secret **ret)
{
	struct secret *combined = NULL;
	enum outcome outcome = shamir_combine(shares->prime, shares->list, shares->count, &combined);
	bool is_open = false;

	for (unsigned variant = 0; outcome == DONE && !is_open; variant++) {
		struct secret *password = NULL;

		outcome = shamir_password(shares->prime, combined, variant, &password);
		if (outcome == FAIL_ARGUMENT)
			outcome = FAIL_SHARES_FILE_KEY;
		else if (outcome == DONE)
			outcome = opening_by_password(file, password, ret);
		is_open = outcome == DONE;
		if (outcome == FAIL_SHARE_FILE_KEY)
			outcome = DONE;
		secret_free(&password);
	}
	secret_free(&combined);
	return outcome;
}

void
opening_print_kcv(const char *name, const uint8_t kcv[DKEK_KCV_SIZE])
{
	char clean[LIMIT_TEXT_INPUT];

	if (name != NULL) {
		text_clean(name, strlen(name), clean, sizeof clean);
		printf("%s: ", clean);
	}
	fputs("KCV ", stdout);
	for (size_t i = 0; i < DKEK_KCV_SIZE; i++)
		printf("%02X", kcv[i]);
	putchar('\n');
}
