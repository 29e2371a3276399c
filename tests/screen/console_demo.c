/*
 * The console with a fake world around it, for the screen tests: canned slots, and a ceremony that asks one question of
 * every kind. With demo_world.c it stands where slots.c, launcher.c and the ceremonies stand in the real program, and
 * links nothing else of them.
 *
 *   console_demo [--slots 0|1|3|200] [--objects NUMBER] [--real] [--step NAME] [--plug MILLISECONDS] [--folder FOLDER]
 * [--hostile] console_demo --keys      prints the manual's list of keys
 *
 * --step begins the ceremony there; --plug makes one more reader appear after that time. The share is that of
 * check_word.h's vectors.
 */
#include "demo.h"

#include <ui/console.h>
#include <ui/keys.h>

#include <quorate/ceremony.h>
#include <quorate/clock.h>
#include <quorate/share_text.h>
#include <quorate/text.h>
#include <stdlib.h>
#include <string.h>

struct ceremony {
	size_t at;
	enum outcome verdict;
	struct secret *prime, *value, *word, *prime_bytes, *first_pin;
	struct check_verdict where;
	struct sheet *sheets[1];
	int64_t began;
};

#define WORK_MS 3000

struct step {
	const char *name, *title, *text;
	enum prompt_kind kind;
	void (*fill)(const struct ceremony *ceremony, struct prompt *ret);
};

static void
fill_choose(const struct ceremony *ceremony, struct prompt *ret)
{
	(void)ceremony;
	ret->of.choose.count = 3;
	ret->of.choose.initial = 1;
	text_format(ret->of.choose.items[0].label, sizeof ret->of.choose.items[0].label,
		"bob (REHE0000002, Demo reader 2)");
	text_format(ret->of.choose.items[0].detail, sizeof ret->of.choose.items[0].detail,
		"Its SO-PIN is at the last try.");
	ret->of.choose.items[0].is_closed = true;
	text_format(ret->of.choose.items[1].label, sizeof ret->of.choose.items[1].label,
		"alice (REHE0000001, Demo reader 1)");
	text_format(ret->of.choose.items[1].detail, sizeof ret->of.choose.items[1].detail,
		"3 keys and 1 certificate are on it.");
	text_format(ret->of.choose.items[2].label, sizeof ret->of.choose.items[2].label,
		"a new device (REHE0000003, Demo reader 3)");
}

static void
fill_text(const struct ceremony *ceremony, struct prompt *ret)
{
	(void)ceremony;
	text_format(ret->of.text_line.initial, sizeof ret->of.text_line.initial, "alice");
	ret->of.text_line.most = LIMIT_LABEL_MAX;
}

static void
fill_confirm(const struct ceremony *ceremony, struct prompt *ret)
{
	(void)ceremony;
	text_format(ret->of.confirm.word, sizeof ret->of.confirm.word, "alice");
}

static void
fill_user_pin(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->of.pin.is_new = true;
	ret->of.pin.is_again = ceremony->first_pin != NULL;
	ret->of.pin.tries_left = -1;
	ret->of.pin.least = LIMIT_USER_PIN_MIN;
	ret->of.pin.most = LIMIT_USER_PIN_MAX;
}

static void
fill_so_pin(const struct ceremony *ceremony, struct prompt *ret)
{
	(void)ceremony;
	ret->of.pin.is_so = true;
	ret->of.pin.tries_left = 1;
	ret->of.pin.least = ret->of.pin.most = LIMIT_SO_PIN_DIGITS;
}

static void
fill_work(const struct ceremony *ceremony, struct prompt *ret)
{
	int64_t elapsed = clock_steady_ms() - ceremony->began;

	ret->of.work.fraction = elapsed >= WORK_MS ? 1 : (double)elapsed / WORK_MS;
	ret->of.work.left_ms = elapsed >= WORK_MS ? 0 : WORK_MS - elapsed;
	ret->of.work.may_stop = true;
}

static void
fill_gate(const struct ceremony *ceremony, struct prompt *ret)
{
	(void)ceremony;
	ret->of.gate.custodian = 1;
}

static void
fill_away(const struct ceremony *ceremony, struct prompt *ret)
{
	(void)ceremony;
	ret->of.gate.custodian = 1;
	ret->of.gate.is_leaving = true;
}

static void
fill_show(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->of.show.prime = ceremony->prime;
	ret->of.show.value = ceremony->value;
	ret->of.show.check_word = ceremony->word;
	ret->of.show.id = 1;
}

static void
fill_back(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->of.enter.prime = ceremony->prime_bytes;
	ret->of.enter.id = 1;
	ret->of.enter.wants_check_word = true;
	ret->of.enter.may_show_again = true;
	ret->of.enter.where = ceremony->where;
}

static void
fill_enter(const struct ceremony *ceremony, struct prompt *ret)
{
	(void)ceremony;
	ret->of.enter.wants_check_word = false;
}

static void
fill_print(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->of.print.sheets = (const struct sheet *const *)ceremony->sheets;
	ret->of.print.count = 1;
	text_format(ret->of.print.pdf, sizeof ret->of.print.pdf, "%s/sheets.pdf", demo.folder);
	text_format(ret->of.print.plain, sizeof ret->of.print.plain, "%s/sheets.txt", demo.folder);
}

#define LONG_TEXT                                                                                                      \
	"A ceremony is held by several people. One of them reads the screen aloud, so that everybody knows what is "   \
	"done and why.\n\nA paragraph further down says more, and another one, and another, for a text that is "       \
	"longer "                                                                                                      \
	"than the window shows that there is more of it.\n"

static const struct step steps[] = {
	{ "tell", "What is going to happen",
		"A new key domain is made: one device, three custodians, two of whom suffice.", PROMPT_TELL, NULL },
	{ "long", "A long text", LONG_TEXT LONG_TEXT LONG_TEXT LONG_TEXT LONG_TEXT LONG_TEXT "The end.", PROMPT_TELL,
		NULL },
	{ "choose", "Which device?", "These devices are plugged in.", PROMPT_CHOOSE, fill_choose },
	{ "text", "The label", "How is the device to be called? 1 to 22 characters.", PROMPT_TEXT, fill_text },
	{ "confirm", "Initialise alice?",
		"This destroys 3 keys and 1 certificate on alice (REHE0000001, Demo reader 1). One key has no backup.",
		PROMPT_CONFIRM, fill_confirm },
	{ "pin", "The user PIN", "Choose the user PIN. It is wanted whenever the keys are used.", PROMPT_PIN,
		fill_user_pin },
	{ "again", "The user PIN, again", "Type the same user PIN once more.", PROMPT_PIN, fill_user_pin },
	{ "so-pin", "The SO-PIN", "Type the SO-PIN that this device has now.", PROMPT_PIN, fill_so_pin },
	{ "password", "The password", "Type the password of the share file.", PROMPT_PASSWORD, NULL },
	{ "insert", "A token, please", "Plug in the device of the second maintainer.", PROMPT_INSERT_TOKEN, NULL },
	{ "work", "The key is being derived", "Ten million steps, on purpose: this makes guessing slow.", PROMPT_WORK,
		fill_work },
	{ "gate", "Custodian 1 of 3",
		"Custodian 1 of 3: come to the keyboard. Everybody else: turn away. Cover the cameras.", PROMPT_GATE,
		fill_gate },
	{ "show", "Custodian 1 of 3", "Write this on your sheet, box by box. Only you look at this screen.",
		PROMPT_SHOW_SHARE, fill_show },
	{ "back", "Custodian 1 of 3", "Type it back from your sheet.", PROMPT_ENTER_SHARE, fill_back },
	{ "away", "Custodian 1 is done", "Custodian 1 is done. Call custodian 2.", PROMPT_GATE, fill_away },
	{ "enter", "A share", "Type your share from your sheet.", PROMPT_ENTER_SHARE, fill_enter },
	{ "print", "Sheets", "Print the sheets now: the custodians need theirs before the shares are shown.",
		PROMPT_PRINT, fill_print },
	{ "done", "Done", "The key check value is ECC9 2C62 E3F6 189E.", PROMPT_DONE, NULL },
	{ "failed", "Stopped", "The ceremony was stopped. Nothing on the device has changed.", PROMPT_FAILED, NULL },
};
#define STEPS (sizeof steps / sizeof steps[0])

static size_t
find_step(const char *name)
{
	for (size_t i = 0; i < STEPS; i++)
		if (strcmp(steps[i].name, name) == 0)
			return i;
	return 0;
}

static enum outcome
secret_of(const char *text, struct secret **ret)
{
	char copy[32];

	text_format(copy, sizeof copy, "%s", text);
	return secret_take(ret, copy, strlen(text));
}

static enum outcome
make_sheet(struct sheet **ret)
{
	static const unsigned char groups[] = { 4, 4, 4, 4 };
	enum outcome outcome = sheet_new(ret, "Share sheet 1 of 3", "share-sheet-1", true);

	if (outcome == DONE)
		outcome = sheet_paragraph(
			*ret, "Write the share into the boxes. Keep this sheet where only you can reach it.");
	for (int i = 0; i < 12 && outcome == DONE; i++)
		outcome = sheet_boxes(*ret, i % 2 == 0 ? "Prime" : "Share value", groups, 4);
	return outcome;
}

static enum outcome
demo_open(struct ceremony **ret, const struct ceremony_world *ceremony_world)
{
	struct ceremony *ceremony = calloc(1, sizeof *ceremony);
	enum outcome outcome = FAIL_MEMORY;

	(void)ceremony_world;
	*ret = ceremony;
	if (ceremony == NULL)
		return outcome;
	ceremony->at = find_step(demo.step);
	ceremony->began = clock_steady_ms();
	if ((outcome = secret_of("e28c 4e2a 93cc a877", &ceremony->prime)) != DONE ||
		(outcome = secret_of("bed9 2af6 9643 c441", &ceremony->value)) != DONE ||
		(outcome = secret_of("luv0y8", &ceremony->word)) != DONE ||
		(outcome = share_text_read_prime(ceremony->prime, &ceremony->prime_bytes)) != DONE ||
		(outcome = make_sheet(&ceremony->sheets[0])) != DONE)
		ceremony_free(ret);
	return outcome;
}

static enum outcome
failing_open(struct ceremony **ret, const struct ceremony_world *ceremony_world)
{
	(void)ceremony_world;
	*ret = NULL;
	return FAIL_DISK_FULL;
}

enum outcome
ceremony_fits(const struct ceremony_kind *kind, const struct hsm_status *hsm, const struct slot_info *slot)
{
	if (hsm != NULL && hsm->user_pin.state == PIN_LOCKED)
		return FAIL_PIN_LOCKED;
	return kind->needs & NEED_SMARTCARD_HSM && slot != NULL ? FAIL_NOT_SMARTCARD_HSM : DONE;
}

size_t
ceremony_kinds(const struct ceremony_kind **ret)
{
	static const struct ceremony_kind kinds[] = {
		{ "demo", "One question of every kind", "A walk through everything that a ceremony can ask.", demo_open,
			false, 0 },
		{ "full", "A ceremony that cannot begin", "The disk is full here.", failing_open, false, 0 },
		{ "pin", "Try a PIN", "Whether it is the right one.", failing_open, true, 0 },
		{ "key", "Back up a key", "Encrypted, for another device like it.", failing_open, true,
			NEED_SMARTCARD_HSM },
		{ "end", "Put it out of use", "Everything on it is destroyed.", demo_open, true, 0 },
	};

	*ret = kinds;
	return sizeof kinds / sizeof kinds[0];
}

size_t
ceremony_unfinished(const struct ceremony_world *ceremony_world, struct ceremony_unfinished *ret, size_t most)
{
	(void)ceremony_world;
	(void)ret;
	(void)most;
	return 0;
}

enum outcome
ceremony_resume(struct ceremony **ret, const struct ceremony_world *ceremony_world, const char *path)
{
	(void)path;
	return demo_open(ret, ceremony_world);
}

bool
ceremony_target(const struct ceremony *ceremony, struct token_target *ret)
{
	(void)ceremony;
	(void)ret;
	return false;
}

/* The made-up ceremonies keep no record. */
bool
ceremony_record_path(const struct ceremony *ceremony, char ret[CEREMONY_PATH_SIZE])
{
	(void)ceremony;
	ret[0] = '\0';
	return false;
}

enum outcome
ceremony_record_sheet(const char *path, struct sheet **ret)
{
	(void)path;
	*ret = NULL;
	return FAIL_JOURNAL_FORM;
}

enum outcome
ceremony_record_save(const char *path, const struct sheet *sheet, bool wants_letter_paper, char pdf[CEREMONY_PATH_SIZE],
	char plain[CEREMONY_PATH_SIZE])
{
	(void)path;
	(void)sheet;
	(void)wants_letter_paper;
	pdf[0] = plain[0] = '\0';
	return FAIL_JOURNAL_FORM;
}

enum outcome
ceremony_prompt(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct step *step = &steps[ceremony->at];

	memset(ret, 0, sizeof *ret);
	ret->kind = step->kind;
	ret->step = step->name;
	ret->number = (unsigned)ceremony->at + 1;
	ret->count = (unsigned)STEPS - 1;
	text_format(ret->title, sizeof ret->title, "%s", step->title);
	text_format(ret->text, sizeof ret->text, "%s", step->text);
	text_format(ret->stop_text, sizeof ret->stop_text,
		"If you stop here, the share that was shown is worthless. The device stays as it is; the record is "
		"kept.");
	ret->verdict = ceremony->verdict;
	if (ceremony->verdict != DONE) {
		text_format(ret->verdict_text, sizeof ret->verdict_text, "%s", outcome_text(ceremony->verdict));
		text_format(ret->small, sizeof ret->small, "%s", outcome_name(ceremony->verdict));
	}
	if (step->fill != NULL)
		step->fill(ceremony, ret);
	return DONE;
}

static enum outcome
judge(struct ceremony *ceremony, struct answer *answer)
{
	const char *name = steps[ceremony->at].name;
	struct secret *value = NULL, *wanted = NULL;
	enum outcome outcome = DONE;

	if (strcmp(name, "confirm") == 0)
		return strcmp(answer->text, "alice") == 0 ? DONE : FAIL_WORD;
	if (strcmp(name, "text") == 0)
		return token_check_label(answer->text);
	if (strcmp(name, "pin") == 0) {
		secret_free(&ceremony->first_pin);
		ceremony->first_pin = secret_move(&answer->secret);
	}
	if (strcmp(name, "again") == 0)
		return secret_is_equal(ceremony->first_pin, answer->secret) ? DONE : FAIL_PIN_MISMATCH;
	if (strcmp(name, "back") == 0) {
		if ((outcome = share_text_read_value(answer->share.value, &value)) == DONE &&
			(outcome = share_text_read_value(ceremony->value, &wanted)) == DONE &&
			!secret_is_equal(value, wanted))
			outcome = FAIL_SHARE_DIFFERS;
		secret_free(&value);
		secret_free(&wanted);
	}
	return outcome;
}

enum outcome
ceremony_answer(struct ceremony *ceremony, struct answer *answer)
{
	enum prompt_kind kind = steps[ceremony->at].kind;
	enum outcome verdict = DONE;

	if (answer->kind == ANSWER_STOP)
		ceremony->at = find_step("failed");
	else if (answer->kind == ANSWER_AGAIN)
		ceremony->at = find_step("show");
	else if (kind == PROMPT_INSERT_TOKEN && !demo.is_plugged)
		verdict = FAIL_NO_TOKEN;
	else if ((verdict = judge(ceremony, answer)) == DONE)
		ceremony->at++;
	if (verdict == FAIL_PIN_MISMATCH)
		ceremony->at = find_step("pin");
	ceremony->verdict = verdict;
	ceremony->began = clock_steady_ms();
	answer_clear(answer);
	return verdict;
}

bool
ceremony_advance(struct ceremony *ceremony)
{
	if (steps[ceremony->at].kind != PROMPT_WORK || clock_steady_ms() - ceremony->began < WORK_MS)
		return false;
	ceremony->at++;
	return true;
}

size_t
ceremony_descriptors(const struct ceremony *ceremony, struct pollfd *ret, size_t most)
{
	(void)ceremony;
	(void)ret;
	(void)most;
	return 0;
}

void
answer_clear(struct answer *answer)
{
	secret_free(&answer->secret);
	secret_free(&answer->share.prime);
	secret_free(&answer->share.value);
	secret_free(&answer->share.check_word);
}

void
ceremony_free(struct ceremony **ceremony)
{
	if (*ceremony == NULL)
		return;
	secret_free(&(*ceremony)->prime);
	secret_free(&(*ceremony)->value);
	secret_free(&(*ceremony)->word);
	secret_free(&(*ceremony)->prime_bytes);
	secret_free(&(*ceremony)->first_pin);
	sheet_free(&(*ceremony)->sheets[0]);
	free(*ceremony);
	*ceremony = NULL;
}

/* The clock of whatever waits, which a test sets forward by the seconds in a file: the linker leads every call here. */
int64_t __real_clock_steady_ms(void);
int64_t __wrap_clock_steady_ms(void);

int64_t
__wrap_clock_steady_ms(void)
{
	FILE *file = demo.clock == NULL ? NULL : fopen(demo.clock, "re");
	long seconds = 0;

	if (file != NULL) {
		if (fscanf(file, "%ld", &seconds) != 1)
			seconds = 0;
		fclose(file);
	}
	return __real_clock_steady_ms() + seconds * 1000;
}

int
main(int argc, char **argv)
{
	struct console_settings settings = { .is_rehearsal = true, .root = "", .iterations = LIMIT_DKEK_ITERATIONS };

	for (int i = 1; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : "";

		if (strcmp(argv[i], "--keys") == 0) {
			keys_print_manual(stdout);
			return 0;
		}
		if (strcmp(argv[i], "--real") == 0) {
			settings.is_rehearsal = false;
			continue;
		}
		if (strcmp(argv[i], "--hostile") == 0) {
			demo.is_hostile = true;
			continue;
		}
		if (strcmp(argv[i], "--slots") == 0)
			demo.slots = (unsigned)strtoul(value, NULL, 10);
		else if (strcmp(argv[i], "--objects") == 0)
			demo.objects = (unsigned)strtoul(value, NULL, 10);
		else if (strcmp(argv[i], "--step") == 0)
			demo.step = value;
		else if (strcmp(argv[i], "--folder") == 0)
			demo.folder = value;
		else if (strcmp(argv[i], "--clock") == 0)
			demo.clock = value;
		else if (strcmp(argv[i], "--plug") == 0)
			demo.plug_at = clock_steady_ms() + strtol(value, NULL, 10);
		else
			return 2;
		i++;
	}
	settings.folder = demo.folder;
	if (secret_open() != DONE)
		return 1;
	settings.slots = demo_world();
	return console_run(&settings);
}
