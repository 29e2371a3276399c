/* Everything that quorate relies on, tried with a spare device, which is wiped; and a report that its owner can send.
 */
#include "ask.h"
#include "field_test.h"

#include <config.h>
#include <quorate/clock.h>
#include <quorate/file.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE_MS 20000

static void
settle(struct slots *slots)
{
	int64_t end = clock_steady_ms() + PATIENCE_MS;

	while (!slots_is_settled(slots) && clock_steady_ms() < end) {
		struct pollfd waits[SLOTS_DESCRIPTORS];

		(void)poll(waits, slots_descriptors(slots, waits, SLOTS_DESCRIPTORS), 200);
		(void)slots_dispatch(slots, false);
	}
}

/* The only SmartCard-HSM there is: with two of them the wrong one could be wiped. */
static enum outcome
find_device(const struct slots *slots, const struct reader_info **ret)
{
	const struct reader_info *readers;
	size_t count = slots_readers(slots, &readers), found = 0;

	for (size_t i = 0; i < count; i++)
		if (readers[i].is_hsm && readers[i].outcome == DONE) {
			*ret = &readers[i];
			found++;
		}
	return found == 1 ? DONE : found == 0 ? FAIL_NO_TOKEN : FAIL_ONE_DEVICE;
}

static enum outcome
ask_so_pin(const struct reader_info *reader, struct secret **ret)
{
	const char *advice;
	bool is_new = reader->hsm.so_pin.state == PIN_NOT_SET;
	enum outcome outcome;

	ask_tell(is_new ? _("It is new. The SO-PIN that you choose now, 16 digits, stays its SO-PIN: write it down.")
			: _("It was used before: its present SO-PIN is needed. A wrong one costs one of its tries, of "
			    "which there are at most 15."));
	if (!is_new && reader->hsm.so_pin.tries_left >= 0 && reader->hsm.so_pin.tries_left < 3)
		return FAIL_SO_PIN_FEW;
	outcome = ask_secret(_("SO-PIN: "), LIMIT_SO_PIN_DIGITS, ret);
	return outcome == DONE ? token_check_so_pin(*ret, is_new, &advice) : outcome;
}

/* What is lost, and the serial number typed. */
static enum outcome
confirm(const struct reader_info *reader)
{
	const char *word = reader->hsm.serial[0] != '\0' ? reader->hsm.serial : "wipe";
	char sentence[512], typed[64];
	enum outcome outcome;

	text_format(sentence, sizeof sentence,
		_("The device in %s, labelled \"%s\", is WIPED: its keys (%u) and certificates (%u) are destroyed, and "
		  "its "
		  "user PIN becomes %s. Use a spare one."),
		reader->name, reader->hsm.label, reader->hsm.key_count, reader->hsm.certificate_count,
		FIELD_TEST_USER_PIN);
	ask_tell(sentence);
	text_format(sentence, sizeof sentence, _("To wipe it, type %s: "), word);
	outcome = ask_line(sentence, typed, sizeof typed);
	return outcome != DONE ? outcome : strcmp(typed, word) == 0 ? DONE : FAIL_WORD;
}

static const char *const verdicts[] = {
	[FIELD_AS_ASSUMED] = "as assumed", [FIELD_DIFFERENT] = "DIFFERENT", [FIELD_NOT_TRIED] = "not tried"
};

/* The head of the report: what kind of device, not which one. */
static void
print_head(FILE *out, const struct reader_info *reader)
{
	static const char *const proofs[] = {
		[DEVICE_UNPROVEN] = "unproven", [DEVICE_GENUINE] = "genuine", [DEVICE_REHEARSAL] = "rehearsal"
	};
	const struct hsm_status *hsm = &reader->hsm;
	char stamp[CLOCK_STAMP_SIZE];

	clock_stamp(stamp);
	fprintf(out,
		"quorate field test\n\nNo PIN, key, share or serial number is in this report.\n\n"
		"program   %s\ntime      %s\nreader    %s\nversion   %u.%u\noptions   0x%02x\nproof     %s\n"
		"domains   %u\n\n",
		PACKAGE_STRING, stamp, reader->name, hsm->version_major, hsm->version_minor, hsm->options,
		proofs[hsm->proof], hsm->key_domain_count);
}

static unsigned
run(struct field_test *test, FILE *out)
{
	struct field_result result;
	unsigned different = 0;

	for (size_t i = 0; field_test_step(test, i, &result); i++) {
		char line[512];

		text_format(line, sizeof line, "%-16s %-10s %s%s%s", result.name, verdicts[result.verdict],
			result.assumed, result.told[0] == '\0' ? "" : ": ", result.told);
		fprintf(out, "%s\n", line);
		ask_tell(line);
		different += result.verdict == FIELD_DIFFERENT;
	}
	fprintf(out, "\ndifferent  %u\n", different);
	return different;
}

static enum outcome
hold(struct field_test *test, FILE *out, unsigned *ret_different)
{
	const struct reader_info *found = NULL;
	struct reader_info reader;
	enum outcome outcome;

	settle(test->devices->slots);
	outcome = find_device(test->devices->slots, &found);
	if (outcome != DONE)
		return outcome;
	reader = *found;
	text_format(test->target.reader, sizeof test->target.reader, "%s", reader.name);
	text_format(test->target.serial, sizeof test->target.serial, "%s", reader.hsm.serial);
	outcome = ask_open();
	if (outcome != DONE)
		return outcome;
	outcome = confirm(&reader);
	if (outcome == DONE)
		outcome = ask_so_pin(&reader, &test->so_pin);
	if (outcome == DONE) {
		print_head(out, &reader);
		*ret_different = run(test, out);
	}
	ask_close();
	return outcome;
}

int
command_field_test(const struct options *options)
{
	struct devices devices;
	struct field_test test = { .devices = &devices };
	char *text = NULL;
	size_t size = 0;
	unsigned different = 0;
	enum outcome outcome;
	FILE *out;

	if (options->output == NULL)
		return report(NULL, FAIL_EMPTY);
	if (devices_open(&devices, options, NULL, DEVICES_ACT) != DONE)
		return EXIT_FAILED;
	out = open_memstream(&text, &size);
	outcome = out == NULL ? FAIL_MEMORY : hold(&test, out, &different);
	field_test_clear(&test);
	devices_close(&devices);
	if (out != NULL && fclose(out) != 0 && outcome == DONE)
		outcome = FAIL_MEMORY;
	if (outcome == DONE)
		outcome = file_save(options->output, text, size);
	free(text);
	if (outcome != DONE)
		return report(options->output, outcome);
	return different == 0 ? EXIT_DONE : EXIT_AT_RISK;
}
