#include "opening.h"

#include "command.h"

#include <quorate/diagnosis.h>
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

/* Tries each password that the shares may stand for. */
static enum outcome
open_with_all(const struct share_file *file, const struct shares *shares, struct opening *ret)
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
			outcome = opening_by_password(file, password, &ret->share);
		is_open = outcome == DONE;
		if (is_open)
			ret->password = secret_move(&password);
		if (outcome == FAIL_SHARE_FILE_KEY)
			outcome = DONE;
		secret_free(&password);
	}
	secret_free(&combined);
	return outcome;
}

/* Reads the IDs of 10 and more as hex digits; false if that changes nothing or cannot be. */
static bool
read_ids_as_hex(struct shares *shares)
{
	unsigned ids[LIMIT_CUSTODIANS];
	bool has_changed = false;

	for (unsigned i = 0; i < shares->count; i++) {
		ids[i] = shares->list[i].id;
		if (ids[i] > 9) {
			ids[i] = diagnosis_hex_id(ids[i]);
			has_changed = true;
		}
		if (ids[i] == 0)
			return false;
	}
	for (unsigned i = 0; i < shares->count; i++)
		shares->list[i].id = ids[i];
	return has_changed;
}

static void
tell_hex(void)
{
	fprintf(stderr, "quorate: %s\n",
		_("The share IDs fit only as hex digits, as sc-hsm-tool reads them (10 stands for 16). Correct the "
		  "sheets."));
}

/* "share 3" or "shares 3, 5"; what stood there stays if none is wrong. Returns whether any is. */
static bool
name_shares(const struct shares *shares, const bool is_wrong[LIMIT_CUSTODIANS], char *ret, size_t size)
{
	unsigned count = 0;

	for (unsigned i = 0; i < shares->count; i++)
		count += is_wrong[i];
	if (count == 0)
		return false;
	text_format(ret, size, "%s", count == 1 ? _("share") : _("shares"));
	for (unsigned i = 0, named = 0; i < shares->count; i++)
		if (is_wrong[i])
			text_append(ret, size, "%s%u", named++ == 0 ? " " : ", ", shares->list[i].id);
	return true;
}

/* Lets the file tell which subset of threshold shares is right. */
static enum outcome
ask_file(const struct share_file *file, const struct shares *shares, unsigned threshold, struct diagnosis_answer *ret)
{
	struct diagnosis_settings settings = { .file = *file,
		.prime = shares->prime,
		.shares = shares->list,
		.count = shares->count,
		.threshold = threshold,
		.iterations = command_iterations };
	struct diagnosis_inquiry *inquiry;
	struct pollfd wait = { .events = POLLIN };
	enum outcome outcome = diagnosis_start(&inquiry, &settings);
	bool is_shown = false;

	*ret = (struct diagnosis_answer){ 0 };
	if (outcome != DONE)
		return outcome;
	wait.fd = search_descriptor(diagnosis_search(inquiry));
	do {
		if (isatty(STDERR_FILENO)) {
			is_shown = true;
			fprintf(stderr, _("\rThese shares do not open the file; finding out why: %d %%"),
				(int)(diagnosis_fraction(inquiry) * 100));
		}
	} while (poll(&wait, 1, PROGRESS_AFTER_MS) <= 0);
	if (is_shown)
		fputs("\r\033[K", stderr);
	return diagnosis_finish(&inquiry, ret);
}

/* What is wrong with shares that cannot open the file, or the file after all, if the IDs were hex. */
static enum outcome
find_wrong(const struct share_file *file, struct shares *shares, unsigned threshold, struct opening *ret)
{
	struct diagnosis_answer answer = { 0 };
	enum outcome outcome;

	if (threshold != 0)
		outcome = ask_file(file, shares, threshold, &answer);
	else {
		/* All of them may be needed, or all but one. */
		outcome = ask_file(file, shares, shares->count, &answer);
		if (outcome == FAIL_SHARES_FILE_KEY && shares->count > LIMIT_THRESHOLD_MIN)
			outcome = ask_file(file, shares, shares->count - 1, &answer);
	}
	if (outcome == DONE && name_shares(shares, answer.is_wrong, ret->place, sizeof ret->place))
		outcome = FAIL_SHARES_NAMED;
	else if (outcome == DONE) {
		if (answer.is_hex && read_ids_as_hex(shares))
			tell_hex();
		outcome = opening_by_password(file, answer.password, &ret->share);
		if (outcome == DONE)
			ret->password = secret_move(&answer.password);
	}
	secret_free(&answer.password);
	return outcome;
}

enum outcome
opening_by_shares(const struct share_file *file, struct shares *shares, unsigned threshold, struct opening *ret)
{
	struct diagnosis diagnosis;
	enum outcome outcome = diagnosis_make(shares->prime, shares->list, shares->count, threshold, &diagnosis);

	*ret = (struct opening){ 0 };
	if (outcome != DONE)
		return outcome;
	if (diagnosis.kind == DIAGNOSIS_NAMED || diagnosis.kind == DIAGNOSIS_CONTRADICT) {
		struct shares as_hex = *shares;
		struct diagnosis other;

		if (read_ids_as_hex(&as_hex) &&
			diagnosis_make(as_hex.prime, as_hex.list, as_hex.count, threshold, &other) == DONE &&
			other.kind == DIAGNOSIS_AGREE) {
			tell_hex();
			*shares = as_hex;
			diagnosis = other;
		}
	}
	switch (diagnosis.kind) {
	case DIAGNOSIS_AGREE:
		outcome = open_with_all(file, shares, ret);
		return outcome == FAIL_SHARES_FILE_KEY ? FAIL_SHARES_OTHER_FILE : outcome;
	case DIAGNOSIS_NAMED:
		name_shares(shares, diagnosis.is_wrong, ret->place, sizeof ret->place);
		return FAIL_SHARES_NAMED;
	case DIAGNOSIS_CONTRADICT:
		outcome = find_wrong(file, shares, diagnosis.threshold, ret);
		return outcome == FAIL_SHARES_FILE_KEY ? FAIL_SHARES_INCONSISTENT : outcome;
	case DIAGNOSIS_SILENT:
		break;
	}
	outcome = open_with_all(file, shares, ret);
	if (outcome == FAIL_SHARES_FILE_KEY)
		outcome = find_wrong(file, shares, threshold, ret);
	/* Where the threshold is known, they are not too few. */
	return outcome == FAIL_SHARES_FILE_KEY && threshold != 0 ? FAIL_SHARES_MORE : outcome;
}

void
opening_clear(struct opening *opening)
{
	secret_free(&opening->share);
	secret_free(&opening->password);
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
